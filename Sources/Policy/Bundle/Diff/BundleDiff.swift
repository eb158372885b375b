package import Core

/// What changes from one bundle to another, field by field, and whether it allows more or less.
package struct BundleDiff: Sendable, Hashable {
    package enum Effect: String, Sendable, Hashable {
        /// More is allowed.
        case looser
        /// Less is allowed.
        case stricter
        /// Some of both.
        case mixed
        /// It cannot be told from the field alone.
        case unknown
    }

    package struct Change: Sendable, Hashable {
        /// The document's kind and name.
        package let kind: String
        package let name: String
        /// The field; empty when the document as a whole was added or removed.
        package let field: String
        /// What was and what is; `nil` for what was added or removed.
        package let before: String?
        package let after: String?
        package let effect: Effect
    }

    /// Sorted by kind, name and field as the bundles have them; manifest first.
    package let changes: [Change]
    private let versions: (before: String, after: String)
    private let digests: (before: Digest, after: Digest)

    /// Compares two bundles.
    package init(from before: PolicyBundle, to after: PolicyBundle) {
        versions = ("\(before.manifest.version)", "\(after.manifest.version)")
        digests = (before.digest, after.digest)
        let old = DocumentTraits.all(of: before)
        let new = DocumentTraits.all(of: after)
        var changes: [Change] = []
        for document in old {
            guard let other = new.first(where: { $0.isSameDocument(as: document) }) else {
                changes.append(.whole(document, isAdded: false))
                continue
            }
            changes += Self.changes(document, other)
        }
        for document in new where !old.contains(where: { $0.isSameDocument(as: document) }) {
            changes.append(.whole(document, isAdded: true))
        }
        self.changes = changes
    }

    private static func changes(_ old: DocumentTraits, _ new: DocumentTraits) -> [Change] {
        var changes: [Change] = []
        for trait in old.traits {
            // A field that went with what it belongs to is told there.
            guard let other = new.traits.first(where: { $0.field.isSame(as: trait.field) }) else { continue }
            if let change = Change(old, trait, other) { changes.append(change) }
        }
        return changes
    }

    /// For people: a line for each change.
    package var text: String {
        let head = "\(versions.before) → \(versions.after)"
        guard !changes.isEmpty else { return head + ": no document differs\n" }
        let lines = changes.map { change -> String in
            let mark =
                switch change.effect {
                case .looser: "looser  "
                case .stricter: "stricter"
                case .mixed: "mixed   "
                case .unknown: "changed "
                }
            let place = change.field.isEmpty ? "" : " \(change.field)"
            return "\(mark)  \(change.kind) \(change.name)\(place): \(change.words)"
        }
        return ([head] + lines).joined(separator: "\n") + "\n"
    }

    /// For programs.
    package var json: JSONValue {
        [
            "from": ["version": .string(versions.before), "digest": .string("\(digests.before)")],
            "to": ["version": .string(versions.after), "digest": .string("\(digests.after)")],
            "changes": .array(
                changes.map { change in
                    [
                        "kind": .string(change.kind), "name": .string(change.name), "field": .string(change.field),
                        "before": change.before.map { .string($0) } ?? .null,
                        "after": change.after.map { .string($0) } ?? .null, "effect": .string(change.effect.rawValue),
                    ]
                }),
        ]
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.changes == right.changes && left.digests == right.digests && left.versions == right.versions
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(changes) }
}

extension DocumentTraits {
    fileprivate func isSameDocument(as other: DocumentTraits) -> Bool {
        // There is one manifest, whatever it is called.
        kind == other.kind && (kind == "BundleManifest" || name.isSame(as: other.name))
    }
}

extension BundleDiff.Change {
    fileprivate static func whole(_ document: DocumentTraits, isAdded: Bool) -> Self {
        let effect: BundleDiff.Effect =
            switch document.kind {
            // Who is known, and whose evidence counts; policies and maps add and forbid.
            case "ClusterIdentity", "TrustRoot": isAdded ? .looser : .stricter
            default: .unknown
            }
        return Self(
            kind: document.kind, name: document.name, field: "", before: isAdded ? nil : document.name,
            after: isAdded ? document.name : nil, effect: effect)
    }

    /// The change of a field; `nil` when there is none.
    fileprivate init?(_ document: DocumentTraits, _ old: Trait, _ new: Trait) {
        let isMore: Bool?
        let isLess: Bool?
        switch (old.value, new.value) {
        case (.scalar(let before, let rank), .scalar(let after, let newRank)):
            if before.isSame(as: after) { return nil }
            (self.before, self.after) = (before, after)
            if let rank, let newRank, rank != newRank {
                (isMore, isLess) = (newRank > rank, newRank < rank)
            } else if rank == 0, newRank == nil {
                (isMore, isLess) = (true, false)
            } else if newRank == 0, rank == nil {
                (isMore, isLess) = (false, true)
            } else {
                (isMore, isLess) = (nil, nil)
            }
        case (.set(let before), .set(let after)):
            let removed = before.subtracting(after).sorted()
            let added = after.subtracting(before).sorted()
            if added.isEmpty, removed.isEmpty { return nil }
            self.before = removed.isEmpty ? nil : removed.joined(separator: "; ")
            self.after = added.isEmpty ? nil : added.joined(separator: "; ")
            (isMore, isLess) = (!added.isEmpty, !removed.isEmpty)
        case (.scalar(let before, _), .set(let after)):
            (self.before, self.after) = (before, after.sorted().joined(separator: "; "))
            (isMore, isLess) = (false, true)
        case (.set(let before), .scalar(let after, _)):
            (self.before, self.after) = (before.sorted().joined(separator: "; "), after)
            (isMore, isLess) = (true, false)
        }
        kind = document.kind
        name = document.name
        field = old.field
        effect =
            switch (old.sense, isMore, isLess) {
            case (.neutral, _, _), (_, nil, _), (_, _, nil): .unknown
            case (_, true?, true?): .mixed
            case (.moreIsLooser, true?, _), (.moreIsStricter, _, true?): .looser
            default: .stricter
            }
    }

    fileprivate var words: String {
        switch (before, after) {
        case (let before?, let after?): "\(before) → \(after)"
        case (nil, let after?): field.isEmpty ? "added" : "added \(after)"
        case (let before?, nil): field.isEmpty ? "removed" : "removed \(before)"
        case (nil, nil): "changed"
        }
    }
}
