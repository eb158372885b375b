internal import Core

extension Requester {
    /// The user as it is recorded among the facts of a decision.
    var recorded: JSONValue {
        var members: [JSONObject.Member] = [.init(key: "username", value: .string(username))]
        if let uid { members.append(.init(key: "uid", value: .string(uid))) }
        if !groups.isEmpty { members.append(.init(key: "groups", value: .array(groups.map { .string($0) }))) }
        if !extra.isEmpty {
            let values = extra.sorted(byBytes: { [$0.key] }).map { name, values in
                JSONObject.Member(key: name, value: .array(values.map { .string($0) }))
            }
            members.append(.init(key: "extra", value: .object(JSONObject(unique: values))))
        }
        return .object(JSONObject(unique: members))
    }

    init(recorded cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: ["username", "uid", "groups", "extra"])
        self.init(
            username: try cursor.required("username").string(), uid: try cursor.optional("uid")?.string(),
            groups: try cursor.optional("groups")?.strings() ?? [])
        for (name, values) in try cursor.optional("extra")?.members() ?? [] { extra[name] = try values.strings() }
    }
}

extension RequesterClaims {
    var recorded: JSONValue {
        let claims = further.sorted(byBytes: { [$0.key] }).map {
            JSONObject.Member(key: $0.key, value: .string($0.value))
        }
        return [
            "issuer": .string(issuer), "subject": .string(subject), "further": .object(JSONObject(unique: claims)),
        ]
    }

    init(recorded cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: ["issuer", "subject", "further"])
        self.init(issuer: try cursor.required("issuer").string(), subject: try cursor.required("subject").string())
        for (name, value) in try cursor.required("further").members() { further[name] = try value.string() }
    }
}
