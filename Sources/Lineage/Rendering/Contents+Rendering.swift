package import Core

extension ImageContents: LineageAnswer {
    private var outline: Outline {
        var about: [Outline.Item] = [
            .init("", "\(bill.format ?? "a bill") \(bill.version ?? "") of \(bill.at)"),
            .init("", "\(own: packages.count.description) packages, \(own: directCount.description) of them direct"),
        ]
        if let attestation = bill.attestation {
            about.append(.init("", "attested by \(attestation.description)"))
        } else {
            about.append(.init("", "nobody signed it; what it says is hearsay"))
        }
        for older in superseded.prefix(5) {
            about.append(.init("", "supersedes \(older.digest.description) of \(older.at)"))
        }
        return Outline(
            title: "What is in \(image.description)",
            sections: [
                .init(title: "Bill of materials", items: about), .init(title: "Direct", items: items { $0.isDirect }),
                .init(title: "Needed by others", items: items { !$0.isDirect }),
                .init(
                    title: "Not taken over",
                    items: quarantined.map { .init("", "\($0.place): \($0.reason)") }),
            ])
    }

    private var directCount: Int { packages.count(where: \.isDirect) }

    private func items(_ isWanted: (Package) -> Bool) -> [Outline.Item] {
        packages.filter(isWanted).map { package in
            let scope = package.scope == .optional || package.scope == .excluded ? " (\(package.scope))" : ""
            return .init("", "\(package.key)\(own: scope)")
        }
    }

    package var text: String { outline.text }
    package var markdown: String { outline.markdown }

    package var json: JSONValue {
        [
            "schema": "https://mc.internal/schemas/lineage-contents.v1.json", "image": .string(image.description),
            "bill": bill.json, "superseded": .array(superseded.map(\.json)),
            "packages": .array(
                packages.map { package in
                    [
                        "key": .text(package.key), "name": .text(package.name), "direct": .bool(package.isDirect),
                        "scope": .string("\(package.scope)"),
                        "needs": .array(package.needs.map { .integer(Int64($0)) }),
                    ]
                }),
            "quarantined": .array(
                quarantined.map { ["place": .text($0.place), "reason": .text($0.reason)] }),
        ]
    }
}

extension ImageContents.Bill {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["digest"] = .string(digest.description)
        object.put("format", format)
        object.put("version", version)
        object["at"] = .string(at.description)
        object["signed"] = .bool(attestation != nil)
        object.put("attestation", attestation?.description)
        return .object(object)
    }
}

extension ContentsDifference: LineageAnswer {
    private var outline: Outline {
        Outline(
            title: isEmpty
                ? "The same packages are in \(from.description) and \(to.description)"
                : "From \(from.description) to \(to.description)",
            sections: [
                .init(
                    title: "Changed",
                    items: changed.map { change in
                        .init(
                            "",
                            """
                            \(change.name): \(Self.versions(change.from, change.name)) to \
                            \(Self.versions(change.to, change.name))
                            """)
                    }),
                .init(title: "Added", items: added.map { .init("", "\($0)") }),
                .init(title: "Removed", items: removed.map { .init("", "\($0)") }),
            ])
    }

    /// What stands behind the package's name in its keys.
    private static func versions(_ keys: [String], _ name: String) -> String {
        keys.map { key in
            let rest = key.utf8.starts(with: name.utf8) ? key.utf8.dropFirst(name.utf8.count) : key.utf8[...]
            return rest.first == UInt8(ascii: "@") ? String(Substring(rest.dropFirst())) : String(Substring(rest))
        }.joined(separator: ", ")
    }

    package var text: String { outline.text }
    package var markdown: String { outline.markdown }

    package var json: JSONValue {
        [
            "schema": "https://mc.internal/schemas/lineage-difference.v1.json", "from": .string(from.description),
            "to": .string(to.description), "added": .array(added.map { .text($0) }),
            "removed": .array(removed.map { .text($0) }),
            "changed": .array(
                changed.map { change in
                    [
                        "name": .text(change.name), "from": .array(change.from.map { .text($0) }),
                        "to": .array(change.to.map { .text($0) }),
                    ]
                }),
        ]
    }
}

/// Where something is, as an answer.
package struct WhereaboutsAnswer: LineageAnswer {
    private let question: String
    private let found: Whereabouts

    package init(_ question: String, _ found: Whereabouts) {
        self.question = question
        self.found = found
    }

    private var outline: Outline {
        func item(_ image: Whereabouts.Image) -> Outline.Item {
            let hearsay = image.isSigned ? "" : ", unsigned"
            let depth = image.isDirect ? "" : ", as something's dependency"
            return .init(
                "", "\(image.digest) by \(image.through.prefix(3).joined(separator: ", "))\(own: depth + hearsay)",
                image.workloads.map { $0.item() })
        }
        let running = found.images.filter { !$0.workloads.isEmpty }
        var rest = found.images.filter { $0.workloads.isEmpty }.map(item)
        if found.isCut { rest.append(.init("", "there is more; raise --limit")) }
        return Outline(
            title: found.images.isEmpty
                ? "No image is known to hold \(question), or to be made by it"
                : """
                \(question): \(own: found.images.count.description) images, \
                \(own: found.workloads.count.description) workloads
                """,
            sections: [
                .init(title: "Running", items: running.map(item)), .init(title: "Not known to run", items: rest),
            ])
    }

    package var text: String { outline.text }
    package var markdown: String { outline.markdown }

    package var json: JSONValue {
        [
            "schema": "https://mc.internal/schemas/lineage-whereabouts.v1.json", "question": .text(question),
            "images": .array(
                found.images.map { image in
                    [
                        "digest": .text(image.digest), "through": .array(image.through.map { .text($0) }),
                        "signed": .bool(image.isSigned), "direct": .bool(image.isDirect),
                        "workloads": .array(image.workloads.map(\.json)),
                    ]
                }), "cut": .bool(found.isCut),
        ]
    }
}
