internal import Core

/// Who asks, as the API server authenticated it (authentication/v1 UserInfo).
package struct UserInfo: Sendable, Hashable {
    /// One `extra` claim with its values.
    package struct Extra: Sendable, Hashable {
        package let key: String
        package let values: [String]

        package init(key: String, values: [String]) {
            self.key = key
            self.values = values
        }
    }

    /// The name, such as `system:serviceaccount:kube-system:replicaset-controller`; empty when there is none.
    package var username: String
    package var uid: String?
    package var groups: [String]
    /// What the authenticator adds, such as claims of a token, sorted by key.
    package var extra: [Extra]

    package init(username: String, uid: String? = nil, groups: [String] = [], extra: [Extra] = []) {
        self.username = username
        self.uid = uid
        self.groups = groups
        self.extra = extra.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// The values of an `extra` claim, byte by byte of that name; empty when there is none.
    package func extra(_ key: String) -> [String] { extra.first { $0.key.isSame(as: key) }?.values ?? [] }

    /// Whether the API server says that the user is in that group.
    package func isIn(group: String) -> Bool { groups.contains { $0.isSame(as: group) } }

    /// The service account's namespace and name, when the user is one.
    package var serviceAccount: (namespace: String, name: String)? {
        let prefix = "system:serviceaccount:"
        guard username.utf8.starts(with: prefix.utf8) else { return nil }
        let parts = username.utf8.dropFirst(prefix.utf8.count).split(
            separator: UInt8(ascii: ":"), omittingEmptySubsequences: false
        ).map { String(Substring($0)) }
        guard parts.count == 2, NameSyntax.isNamespace(parts[0]), NameSyntax.isName(parts[1]) else { return nil }
        return (parts[0], parts[1])
    }

    init(_ user: JSONCursor, _ limits: ReviewLimits) throws(ReviewError) {
        let read = try reading { () throws(JSONError) in
            let username = try user.optional("username")?.string() ?? ""
            let uid = try user.optional("uid")?.string()
            var groups: [String] = []
            for group in try user.optional("groups")?.elements(limits.entries) ?? [] {
                groups.append(try group.string())
            }
            var extra: [Extra] = []
            for member in try user.optional("extra")?.members() ?? [] {
                var values: [String] = []
                for value in try member.cursor.elements(limits.entries) { values.append(try value.string()) }
                extra.append(Extra(key: member.name, values: values))
            }
            return UserInfo(username: username, uid: uid?.isEmpty == true ? nil : uid, groups: groups, extra: extra)
        }
        self = read
    }
}
