internal import Core

/// Why a waiver that names the broken rule does not cover it.
enum WaiverRules {
    /// `waiver-expired`
    static let expired = Rule(
        "waiver-expired", severity: .high, summary: "The waiver that covers a violation has not expired.",
        reason: "An exception without an end is the rule.",
        remedy: "Satisfy the rule. If that is not possible yet, have a new waiver approved.",
        specification: "Admission contract, Waivers")
    /// `waiver-inactive`
    static let inactive = Rule(
        "waiver-inactive", severity: .medium,
        summary: "The waiver that covers a violation is valid already, not revoked, and the rule may be waived.",
        reason: "A revoked waiver must stop working at once, and so must all when the revocation list is stale.",
        remedy: "Read what the waiver is worth and why; refresh the revocation list if it is stale.",
        specification: "Admission contract, Waivers")

    static let rules = [expired, inactive]
}
