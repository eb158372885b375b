package import Core

extension AdmissionFacts {
    /// What is read of recorded facts; more than fits an entry of the log, so that what was written can be read.
    static let maximumRecorded = Cap("elements of a list in recorded facts", 65_535)

    /// The facts as they are recorded (`schemas/facts.v1.json`): all that a decision used, but for the evidence itself
    /// and the waivers, which are named in the decision and have records of their own.
    ///
    /// What is not known is left out, so that the same facts have one form.
    package var recorded: JSONValue {
        var members: [JSONObject.Member] = [
            .init(key: "cluster", value: .string(cluster)),
            .init(key: "namespace", value: .string(namespace)),
            .init(key: "namespaceMode", value: .string(namespaceMode.name)),
            .init(key: "operation", value: .string(operation.rawValue)),
            .init(key: "change", value: change.recorded),
            .init(key: "object", value: object.recorded),
            .init(key: "requester", value: requester.recorded),
            .init(key: "owner", value: owner.recorded),
            .init(key: "images", value: .array(images.map(\.recorded))),
        ]
        if isDryRun { members.append(.init(key: "dryRun", value: true)) }
        if scalesUp { members.append(.init(key: "scalesUp", value: true)) }
        if let assumedClaims { members.append(.init(key: "assumedClaims", value: assumedClaims.recorded)) }
        if !environmentLabels.isEmpty {
            members.append(.init(key: "environmentLabels", value: .array(environmentLabels.map { .string($0) })))
        }
        if let ownerClaim { members.append(.init(key: "ownerClaim", value: ownerClaim.recorded)) }
        if history != AdmissionHistory() { members.append(.init(key: "history", value: history.recorded)) }
        return .object(JSONObject(unique: members))
    }

    /// Reads recorded facts; the images have no evidence and there are no waivers.
    ///
    /// - Throws: ``JSONError`` with the field where they are not what ``recorded`` writes.
    package init(recorded cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: [
            "cluster", "namespace", "namespaceMode", "operation", "change", "object", "requester", "owner", "images",
            "dryRun", "scalesUp", "assumedClaims", "environmentLabels", "ownerClaim", "history",
        ])
        let operation = try cursor.required("operation")
        guard let known = Operation(rawValue: try operation.string()) else {
            throw operation.error("expected CREATE, UPDATE, DELETE or CONNECT")
        }
        self.init(
            cluster: try cursor.required("cluster").string(), namespace: try cursor.required("namespace").string(),
            operation: known, change: try Change(recorded: cursor.required("change")),
            object: try Object(recorded: cursor.required("object")),
            requester: try Requester(recorded: cursor.required("requester")))
        namespaceMode = try NamespaceMode(recorded: cursor.required("namespaceMode"))
        owner = try OwnerLookup(recorded: cursor.required("owner"))
        for image in try cursor.required("images").elements(Self.maximumRecorded) {
            images.append(try ImageFacts(recorded: image))
        }
        isDryRun = try cursor.flag("dryRun")
        scalesUp = try cursor.flag("scalesUp")
        if let claims = try cursor.optional("assumedClaims") {
            assumedClaims = try RequesterClaims(recorded: claims)
        }
        environmentLabels = try cursor.optional("environmentLabels")?.strings() ?? []
        if let claim = try cursor.optional("ownerClaim") { ownerClaim = try OwnerClaim(recorded: claim) }
        if let history = try cursor.optional("history") { self.history = try AdmissionHistory(recorded: history) }
    }
}

extension AdmissionFacts.NamespaceMode {
    fileprivate var name: String {
        switch self {
        case .unlabelled: "unlabelled"
        case .enforce: "enforce"
        case .stale: "stale"
        }
    }

    fileprivate init(recorded cursor: JSONCursor) throws(JSONError) {
        switch try cursor.string() {
        case "unlabelled": self = .unlabelled
        case "enforce": self = .enforce
        case "stale": self = .stale
        default: throw cursor.error("expected unlabelled, enforce or stale")
        }
    }
}

extension AdmissionFacts.Change {
    fileprivate var recorded: JSONValue {
        switch self {
        case .template: ["kind": "template"]
        case .unchangedTemplate: ["kind": "unchangedTemplate"]
        case .harmless(let words): ["kind": "harmless", "words": .string(words)]
        case .interactive(let words): ["kind": "interactive", "words": .string(words)]
        case .unknownKind: ["kind": "unknownKind"]
        }
    }

    fileprivate init(recorded cursor: JSONCursor) throws(JSONError) {
        let kind = try cursor.required("kind")
        let name = try kind.string()
        let hasWords = name == "harmless" || name == "interactive"
        try cursor.allow(only: hasWords ? ["kind", "words"] : ["kind"])
        switch name {
        case "template": self = .template
        case "unchangedTemplate": self = .unchangedTemplate
        case "harmless": self = .harmless(try cursor.required("words").string())
        case "interactive": self = .interactive(try cursor.required("words").string())
        case "unknownKind": self = .unknownKind
        default:
            throw kind.error("expected template, unchangedTemplate, harmless, interactive or unknownKind")
        }
    }
}

extension AdmissionFacts.Object {
    fileprivate var recorded: JSONValue {
        var members: [JSONObject.Member] = [
            .init(key: "group", value: .string(group)), .init(key: "kind", value: .string(kind)),
            .init(key: "name", value: .string(name)),
        ]
        if let uid { members.append(.init(key: "uid", value: .string(uid))) }
        if let templateDigest {
            members.append(.init(key: "templateDigest", value: .string(templateDigest.description)))
        }
        return .object(JSONObject(unique: members))
    }

    fileprivate init(recorded cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: ["group", "kind", "name", "uid", "templateDigest"])
        self.init(
            group: try cursor.required("group").string(), kind: try cursor.required("kind").string(),
            name: try cursor.required("name").string(), uid: try cursor.optional("uid")?.string(),
            templateDigest: try cursor.optional("templateDigest")?.digest())
    }
}

extension AdmissionFacts.OwnerClaim {
    fileprivate var recorded: JSONValue {
        ["kind": .string(kind), "name": .string(name), "uid": .string(uid)]
    }

    fileprivate init(recorded cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: ["kind", "name", "uid"])
        self.init(
            kind: try cursor.required("kind").string(), name: try cursor.required("name").string(),
            uid: try cursor.required("uid").string())
    }
}

extension AdmissionFacts.OwnerLookup {
    fileprivate var recorded: JSONValue {
        switch self {
        case .unavailable(let words): return ["answer": "unavailable", "words": .string(words)]
        case .absent: return ["answer": "absent"]
        case .found(let uid, let templateMatches, let templateDigest):
            var members: [JSONObject.Member] = [
                .init(key: "answer", value: "found"), .init(key: "uid", value: .string(uid)),
                .init(key: "templateMatches", value: .bool(templateMatches)),
            ]
            if let templateDigest {
                members.append(.init(key: "templateDigest", value: .string(templateDigest.description)))
            }
            return .object(JSONObject(unique: members))
        }
    }

    fileprivate init(recorded cursor: JSONCursor) throws(JSONError) {
        let answer = try cursor.required("answer")
        switch try answer.string() {
        case "unavailable":
            try cursor.allow(only: ["answer", "words"])
            self = .unavailable(try cursor.required("words").string())
        case "absent":
            try cursor.allow(only: ["answer"])
            self = .absent
        case "found":
            try cursor.allow(only: ["answer", "uid", "templateMatches", "templateDigest"])
            self = .found(
                uid: try cursor.required("uid").string(),
                templateMatches: try cursor.required("templateMatches").bool(),
                templateDigest: try cursor.optional("templateDigest")?.digest())
        default: throw answer.error("expected unavailable, absent or found")
        }
    }
}
