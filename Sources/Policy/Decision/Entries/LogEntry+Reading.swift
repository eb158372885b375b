package import Core

extension LogEntry {
    /// Reads an entry as it is logged.
    ///
    /// - Throws: ``JSONError`` when it is not the canonical JSON of such an entry, or contradicts the decision in it.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        guard case .decision(let entry) = try LogRecord(parsing: bytes) else {
            throw JSONError(.shape, "expected a decision, saw another kind of entry", at: .field("schema"))
        }
        self = entry
    }

    /// - Parameter bytes: what the cursor was read from; that it is canonical is checked by whoever calls.
    init(_ cursor: JSONCursor, bytes: [UInt8]) throws(JSONError) {
        try cursor.allow(only: [
            "schema", "decisionDigest", "decision", "factsDigest", "facts", "at", "cluster", "namespace", "images",
            "outcome", "enforcedResult", "caller",
        ])
        let digest = try cursor.required("decisionDigest")
        let factsDigest = try cursor.optional("factsDigest")
        let decision = try cursor.optional("decision")
        let facts = try cursor.optional("facts")
        let outcome = try cursor.required("outcome")
        let result = try cursor.required("enforcedResult")
        var images: [Digest] = []
        for image in try cursor.required("images").elements(Self.maximumImages) { images.append(try image.digest()) }
        guard let known = Decision.Outcome(rawValue: try outcome.string()) else {
            throw outcome.error("expected allow, deny or indeterminate")
        }
        guard let enforced = Decision.Outcome(rawValue: try result.string()), enforced != .indeterminate else {
            throw result.error("expected allow or deny")
        }
        var caller: Caller?
        if let said = try cursor.optional("caller") {
            caller = Caller(rawValue: try said.string())
            if caller == nil { throw said.error("expected authenticated or unauthenticated") }
        }
        self.init(
            decisionDigest: try digest.sha256(), decision: decision?.value, factsDigest: try factsDigest?.sha256(),
            facts: facts?.value, at: try cursor.required("at").recordedInstant(),
            caller: caller, cluster: try cursor.required("cluster").name(),
            namespace: try cursor.required("namespace").name(),
            images: images, outcome: known, enforcedResult: enforced, bytes: bytes)
        if let decision { try check(decision, digest) }
        if let facts { try checkFacts(facts) }
    }

    /// What an entry says outside of the decision is what the decision says.
    private func check(_ cursor: JSONCursor, _ digest: JSONCursor) throws(JSONError) {
        guard Digest.of(cursor.value.canonical) == decisionDigest else {
            throw digest.error("expected the digest of the decision in the entry")
        }
        let read = try RecordedDecision(cursor)
        guard read.at == at, read.outcome == outcome, read.enforcedResult == enforcedResult,
            read.cluster.excerpt(Self.longestName).isSame(as: cluster),
            read.namespace.excerpt(Self.longestName).isSame(as: namespace),
            Set(read.images.compactMap(\.digest)).map(\.description).sorted().prefix(Self.maximumImages.limit)
                .elementsEqual(images.map(\.description))
        else { throw cursor.error("the entry and the decision in it say different things") }
    }

    private func checkFacts(_ cursor: JSONCursor) throws(JSONError) {
        guard Digest.of(cursor.value.canonical) == factsDigest else {
            throw cursor.error("expected facts with the digest that factsDigest says")
        }
        let facts = try AdmissionFacts(recorded: cursor)
        guard facts.recorded.canonical == cursor.value.canonical else {
            throw cursor.error("the facts are not written as they are recorded")
        }
        guard facts.cluster.excerpt(Self.longestName).isSame(as: cluster),
            facts.namespace.excerpt(Self.longestName).isSame(as: namespace)
        else { throw cursor.error("the entry and the facts in it say different things") }
    }
}
