/// What somebody may see through the API.
package enum Role: String, Sendable, Hashable, CaseIterable {
    /// Status, decisions, waivers, readiness, lineage.
    case viewer
    /// The log itself: checkpoints, tiles, proofs.
    case auditor
    /// What an attacker would want to know: where the weak places are.
    case risk
}

/// Who asks the API.
package struct Person: Sendable, Hashable {
    package let name: String
    package let roles: Set<Role>

    package init(name: String, roles: Set<Role>) {
        self.name = name
        self.roles = roles
    }
}
