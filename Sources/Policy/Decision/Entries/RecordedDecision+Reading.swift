package import Core

extension RecordedDecision {
    private static let names: Set<String> = [
        "schema", "decision", "enforcedResult", "mode", "at", "cluster", "namespace", "environment", "tenant",
        "operation", "dryRun", "object", "requester", "bundle", "policies", "images", "findings", "waiversUsed",
        "note", "log",
    ]

    /// Reads the document of `schemas/decision.v1.json`.
    ///
    /// - Throws: ``JSONError`` with the field.
    package init(_ cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: Self.names)
        let schema = try cursor.required("schema")
        guard try schema.string().isSame(as: "https://mc.internal/schemas/decision.v1.json") else {
            throw schema.error("expected https://mc.internal/schemas/decision.v1.json")
        }
        outcome = try cursor.required("decision").choice()
        enforcedResult = try cursor.required("enforcedResult").choice()
        mode = try cursor.required("mode").choice()
        at = try cursor.required("at").recordedInstant()
        cluster = try cursor.required("cluster").string()
        namespace = try cursor.required("namespace").string()
        environment = try cursor.optional("environment")?.string()
        tenant = try cursor.optional("tenant")?.string()
        operation = try cursor.required("operation").choice()
        isDryRun = try cursor.required("dryRun").bool()
        object = try Object(cursor.required("object"))
        username = try cursor.required("requester").required("username").string()
        let bundle = try cursor.required("bundle")
        bundleVersion = try bundle.required("version").string()
        bundleDigest = try bundle.required("digest").digest()
        isBundleSigned = try bundle.required("signed").bool()
        policies = try cursor.required("policies").list { cursor throws(JSONError) in
            Policy(
                name: try cursor.required("name").string(), mode: try cursor.required("mode").choice(),
                outcome: try cursor.required("decision").choice())
        }
        images = try cursor.required("images").list { cursor throws(JSONError) in
            Image(
                reference: try cursor.required("reference").string(),
                digest: try cursor.optional("digest")?.digest(), evidence: try cursor.required("evidence").digests(),
                uses: try cursor.required("uses").strings())
        }
        findings = try cursor.required("findings").list { cursor throws(JSONError) in try Finding(cursor) }
        waiversUsed = try cursor.required("waiversUsed").list { cursor throws(JSONError) in
            UsedWaiver(
                id: try cursor.required("id").string(), digest: try cursor.required("digest").digest(),
                owner: try cursor.required("owner").string(),
                rule: RuleID(rawValue: try cursor.required("rule").string()),
                expires: try cursor.required("expires").instant())
        }
        note = try cursor.optional("note")?.string()
    }
}

extension RecordedDecision.Object {
    fileprivate init(_ cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: ["group", "kind", "name", "uid", "ownerUid", "templateDigest"])
        group = try cursor.required("group").string()
        kind = try cursor.required("kind").string()
        name = try cursor.required("name").string()
        uid = try cursor.optional("uid")?.string()
        ownerUID = try cursor.optional("ownerUid")?.string()
        templateDigest = try cursor.optional("templateDigest")?.digest()
    }
}

extension RecordedDecision.Finding {
    fileprivate init(_ cursor: JSONCursor) throws(JSONError) {
        rule = RuleID(rawValue: try cursor.required("rule").string())
        severity = try cursor.required("severity").choice()
        observed = try cursor.required("observed").string()
        expected = try cursor.required("expected").string()
        evidence = try cursor.required("evidence").digests()
        disposition = try cursor.required("disposition").choice()
        policy = try cursor.optional("policy")?.string()
        image = try cursor.optional("image")?.string()
        waiver = try cursor.optional("waiver")?.string()
    }
}

extension JSONCursor {
    /// One of a few words.
    fileprivate func choice<Value: RawRepresentable<String>>() throws(JSONError) -> Value {
        let text = try string()
        guard let value = Value(rawValue: text) else {
            throw error("unknown value \(PrintableText.quote(text.excerpt(60)))")
        }
        return value
    }

    fileprivate func list<Value>(
        _ read: (JSONCursor) throws(JSONError) -> Value
    ) throws(JSONError) -> [Value] {
        var values: [Value] = []
        for element in try elements(AdmissionFacts.maximumRecorded) { values.append(try read(element)) }
        return values
    }

    fileprivate func digests() throws(JSONError) -> [Digest] {
        try list { cursor throws(JSONError) in try cursor.digest() }
    }
}
