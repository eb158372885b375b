internal import Core

/// Who asks, as the cluster's identity provider vouched for it.
package struct RequesterClaims: Sendable, Hashable {
    package var issuer: String
    package var subject: String
    /// Further claims by name, such as `repository` and `environment`.
    package var further: [String: String]

    package init(issuer: String, subject: String, further: [String: String] = [:]) {
        self.issuer = issuer
        self.subject = subject
        self.further = further
    }
}

/// The user of a request, as the API server names it.
package struct Requester: Sendable, Hashable {
    package var username: String
    package var uid: String?
    package var groups: [String]
    package var extra: [String: [String]]

    package init(username: String, uid: String? = nil, groups: [String] = [], extra: [String: [String]] = [:]) {
        self.username = username
        self.uid = uid
        self.groups = groups
        self.extra = extra
    }

    /// The claims a cluster's mapping gives the user; `nil` when no mapping fits.
    ///
    /// The longest prefix decides, so that a general mapping cannot take what a special one says, nor take whom its
    /// groups keep out. Among mappings of that prefix the one with most groups decides; when several differ, nobody is
    /// meant. Values of `extra` that are lists of several are no claim: which of them would count?
    package func claims(in cluster: ClusterIdentity) -> RequesterClaims? {
        let prefixed = cluster.users.filter { mapping in
            !mapping.usernamePrefix.isEmpty && username.utf8.starts(with: mapping.usernamePrefix.utf8)
        }
        let longest = prefixed.map(\.usernamePrefix.utf8.count).max()
        let fitting = prefixed.filter { mapping in
            mapping.usernamePrefix.utf8.count == longest
                && mapping.groups.allSatisfy { group in groups.contains { $0.isSame(as: group) } }
        }
        let most = fitting.map(\.groups.count).max()
        let best = fitting.filter { $0.groups.count == most }
        guard let mapping = best.first, best.allSatisfy({ $0 == mapping }) else { return nil }
        var further: [String: String] = [:]
        for (claim, key) in mapping.claims {
            if let values = extra.first(where: { $0.key.isSame(as: key) })?.value, values.count == 1 {
                further[claim] = values[0]
            }
        }
        let subject = String(decoding: username.utf8.dropFirst(mapping.usernamePrefix.utf8.count), as: UTF8.self)
        return RequesterClaims(issuer: mapping.issuer, subject: subject, further: further)
    }
}
