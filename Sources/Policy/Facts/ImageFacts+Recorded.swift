internal import Core

extension ImageFacts {
    /// The image as it is recorded among the facts of a decision, without its evidence.
    var recorded: JSONValue {
        var members: [JSONObject.Member] = [
            .init(key: "reference", value: .string(text)),
            .init(key: "uses", value: .array(uses.map { .string($0) })),
        ]
        if let digest { members.append(.init(key: "digest", value: .string(digest.description))) }
        if let repository { members.append(.init(key: "repository", value: .string(repository))) }
        return .object(JSONObject(unique: members))
    }

    init(recorded cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: ["reference", "uses", "digest", "repository"])
        let text = try cursor.required("reference").string()
        self.init(
            text: text, uses: try cursor.required("uses").strings(),
            reference: Result { () throws(ImageReferenceError) in try ImageReference(text) },
            digest: try cursor.optional("digest")?.digest(), repository: try cursor.optional("repository")?.string(),
            evidence: .none)
    }
}

extension AdmissionHistory {
    /// The earlier admissions as they are recorded among the facts of a decision.
    var recorded: JSONValue {
        var members: [JSONObject.Member] = []
        if !admitted.isEmpty { members.append(.init(key: "admitted", value: .array(admitted.map(\.recorded)))) }
        if !templates.isEmpty { members.append(.init(key: "templates", value: .array(templates.map(\.recorded)))) }
        if let unavailable { members.append(.init(key: "unavailable", value: .string(unavailable))) }
        return .object(JSONObject(unique: members))
    }

    init(recorded cursor: JSONCursor) throws(JSONError) {
        self.init()
        try cursor.allow(only: ["admitted", "templates", "unavailable"])
        let cap = AdmissionFacts.maximumRecorded
        for element in try cursor.optional("admitted")?.elements(cap) ?? [] {
            admitted.append(try Admitted(recorded: element))
        }
        for element in try cursor.optional("templates")?.elements(cap) ?? [] {
            templates.append(try Template(recorded: element))
        }
        unavailable = try cursor.optional("unavailable")?.string()
    }
}

extension AdmissionHistory.Admitted {
    fileprivate var recorded: JSONValue {
        [
            "image": .string(image.description), "environment": .string(environment), "at": .string(at.description),
            "decision": .string(decision),
        ]
    }

    fileprivate init(recorded cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: ["image", "environment", "at", "decision"])
        self.init(
            image: try cursor.required("image").digest(), environment: try cursor.required("environment").string(),
            at: try cursor.required("at").recordedInstant(), decision: try cursor.required("decision").string())
    }
}

extension AdmissionHistory.Template {
    fileprivate var recorded: JSONValue {
        [
            "ownerUid": .string(ownerUID), "templateDigest": .string(templateDigest.description),
            "at": .string(at.description),
        ]
    }

    fileprivate init(recorded cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: ["ownerUid", "templateDigest", "at"])
        self.init(
            ownerUID: try cursor.required("ownerUid").string(),
            templateDigest: try cursor.required("templateDigest").digest(),
            at: try cursor.required("at").recordedInstant())
    }
}
