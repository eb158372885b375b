package import Core

/// An answer that can be shown on a terminal, put into a comment, or read by a program.
package protocol LineageAnswer: Sendable {
    /// Lines for terminals.
    var text: String { get }
    /// A comment for a forge.
    var markdown: String { get }
    /// The document; `schema` in it names its shape.
    var json: JSONValue { get }
}

extension RunningWorkload {
    func item(_ label: String = "") -> Outline.Item {
        Outline.Item(
            label,
            """
            \(name.description) since \(since)\(environment.map { " in \($0)" as Phrase } ?? "")\
            \(own: isAdmission ? "" : ", let through in Audit")
            """, images.map { Outline.Item("", "\($0.reference)") })
    }

    package var json: JSONValue {
        var object = JSONObject()
        object.put("cluster", name.cluster)
        object.put("namespace", name.namespace)
        object.put("kind", name.kind)
        object.put("name", name.name)
        object.put("environment", environment)
        object.put("tenant", tenant)
        object["since"] = .string(since.description)
        object["decision"] = .string(decision.description)
        object["admission"] = .bool(isAdmission)
        object["images"] = .array(
            images.map { image in
                var object = JSONObject()
                object.put("reference", image.reference)
                object.put("digest", image.digest?.description)
                return .object(object)
            })
        return .object(object)
    }
}

/// What ran at a time.
package struct HistoryAnswer: LineageAnswer {
    private let environment: String?
    private let at: Instant
    private let workloads: [RunningWorkload]
    private let isCut: Bool

    package init(environment: String?, at: Instant, workloads: [RunningWorkload], isCut: Bool) {
        self.environment = environment
        self.at = at
        self.workloads = workloads
        self.isCut = isCut
    }

    private var outline: Outline {
        let place: Phrase = environment.map { "in \($0)" } ?? "anywhere"
        var items = workloads.map { $0.item() }
        if isCut { items.append(.init("", "there is more; ask for one environment, or raise --limit")) }
        return Outline(
            title: workloads.isEmpty
                ? "Nothing is known to have run \(place) at \(at)" : "What ran \(place) at \(at)",
            sections: [.init(title: "Workloads", items: items)])
    }

    package var text: String { outline.text }
    package var markdown: String { outline.markdown }

    package var json: JSONValue {
        var object = JSONObject()
        object["schema"] = "https://mc.internal/schemas/lineage-history.v1.json"
        object.put("environment", environment)
        object["at"] = .string(at.description)
        object["workloads"] = .array(workloads.map(\.json))
        object["cut"] = .bool(isCut)
        return .object(object)
    }
}

extension LastGood: LineageAnswer {
    private var outline: Outline {
        Outline(
            title: candidates.isEmpty
                ? "Nothing else is known to have been admitted and run as \(workload.description)"
                : "Where \(workload.description) can go back to",
            sections: [
                .init(title: "Now", items: current.map { [$0.item()] } ?? []),
                .init(title: "Last good", items: candidates.prefix(1).map { $0.item() }),
                .init(title: "Before that", items: candidates.dropFirst().map { $0.item() }),
            ])
    }

    package var text: String { outline.text }
    package var markdown: String { outline.markdown }

    package var json: JSONValue {
        [
            "schema": "https://mc.internal/schemas/lineage-last-good.v1.json",
            "workload": .text(workload.description), "current": current?.json ?? .null,
            "candidates": .array(candidates.map(\.json)),
        ]
    }
}

extension Timeline: LineageAnswer {
    private var outline: Outline {
        Outline(
            title: steps.isEmpty
                ? "No time is known of \(image.description)" : "The way of \(image.description)",
            sections: [
                .init(
                    title: "Steps",
                    items: steps.map { step in
                        .init(
                            step.at.description,
                            "\(own: step.kind.words) \(step.subject, url: step.url)\(own: step.isSigned ? ", signed" : "")"
                        )
                    }),
                .init(
                    title: "Time to promote",
                    items: timeToPromote.map { .init("", "to \($0.environment): \(own: Self.words($0.seconds))") }),
            ])
    }

    /// A time in days, hours, minutes and seconds, the two largest of them.
    static func words(_ seconds: Int64) -> String {
        let sign = seconds < 0 ? "-" : ""
        var rest = seconds.magnitude
        var parts: [String] = []
        for (unit, length) in [("d", UInt64(86_400)), ("h", 3_600), ("m", 60), ("s", 1)] {
            if rest >= length || (unit == "s" && parts.isEmpty) { parts.append("\(rest / length)\(unit)") }
            rest %= length
        }
        return sign + parts.prefix(2).joined(separator: " ")
    }

    package var text: String { outline.text }
    package var markdown: String { outline.markdown }

    package var json: JSONValue {
        [
            "schema": "https://mc.internal/schemas/lineage-timeline.v1.json", "image": .string(image.description),
            "steps": .array(
                steps.map { step in
                    var object = JSONObject()
                    object["at"] = .string(step.at.description)
                    object["kind"] = .string(step.kind.rawValue)
                    object.put("subject", step.subject)
                    object["signed"] = .bool(step.isSigned)
                    object.put("url", step.url)
                    return .object(object)
                }),
            "timeToPromote": .array(
                timeToPromote.map { ["environment": .text($0.environment), "seconds": .integer($0.seconds)] }),
        ]
    }
}

extension Timeline.Step.Kind {
    fileprivate var words: String {
        switch self {
        case .merged: "merged"
        case .buildStarted: "build began:"
        case .buildFinished: "build ended:"
        case .signed: "signed:"
        case .admitted: "admitted into"
        }
    }
}
