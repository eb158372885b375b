package import Core

/// A permission to go without one rule, for one image in one namespace, for a limited time (`kind: Waiver`).
package struct Waiver: Sendable, Hashable {
    package struct Scope: Sendable, Hashable {
        /// A namespace's name; no pattern.
        package var namespace: String
        /// An image's digest.
        package var image: Digest

        package init(namespace: String, image: Digest) {
            self.namespace = namespace
            self.image = image
        }
    }

    /// `metadata.name`, such as `W-2026-014`.
    package var id: String
    package var rule: RuleID
    package var scope: Scope
    /// `class`: what kind of reason it is, which bounds how long it may last.
    package var waiverClass: String
    /// Who answers for it; never an approver of it.
    package var owner: String
    /// `approvedBy`: the approvers' names; a list where more than one approved.
    package var approvers: [String]
    package var reason: String
    package var notBefore: Instant
    /// From this instant on it does not count any more.
    package var expires: Instant

    package init(
        id: String, rule: RuleID, scope: Scope, waiverClass: String, owner: String, approvers: [String],
        reason: String, notBefore: Instant, expires: Instant
    ) {
        self.id = id
        self.rule = rule
        self.scope = scope
        self.waiverClass = waiverClass
        self.owner = owner
        self.approvers = approvers
        self.reason = reason
        self.notBefore = notBefore
        self.expires = expires
    }
}

/// What a waiver is worth at an instant; the one place where its times are compared.
package enum WaiverStanding: Sendable, Hashable {
    case active
    case notYetValid
    case expired(since: Instant)
    case revoked(since: Instant)
    /// It does not count for another reason, such as a stale revocation list.
    case void(String)
}
