package import Core
package import Policy

/// What a rendered policy says of each rule of the bundle, and what it leaves open.
package struct Coverage: Sendable, Hashable {
    /// How far a target can say a rule.
    package enum Status: Sendable, Hashable {
        /// The rendered policy refuses at least what the rule refuses.
        case expressed(String)
        /// It refuses some of it.
        case partly(how: String, open: String)
        /// It says nothing of it.
        case not(why: String, open: String)

        package var name: String {
            switch self {
            case .expressed: "expressed"
            case .partly: "partly"
            case .not: "not"
            }
        }

        /// What is done, or why nothing can be.
        package var how: String {
            switch self {
            case .expressed(let how): how
            case .partly(let how, _): how
            case .not(let why, _): why
            }
        }

        /// What remains possible; empty when nothing does.
        package var open: String {
            switch self {
            case .expressed: ""
            case .partly(_, let open): open
            case .not(_, let open): open
            }
        }
    }

    /// A rule of admission, or something else that the engine does and a target may not.
    package struct Row: Sendable, Hashable {
        /// The rule's id, or what it is, in words.
        package let name: String
        package let isRule: Bool
        /// Whether something in the bundle rests on it.
        package let isDemanded: Bool
        package let status: Status
    }

    package let target: PolicyTarget
    package let cluster: String
    /// The mode that was chosen; `nil` for the bundle's own.
    package let mode: DeployPolicy.Mode?
    package let bundleVersion: String
    package let bundleDigest: Digest
    package let rows: [Row]

    /// Demanded rows of which something remains open.
    package var gaps: [Row] { rows.filter { $0.isDemanded && !$0.status.open.isEmpty } }
}
