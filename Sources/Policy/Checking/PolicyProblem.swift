internal import Core
package import YAML

/// Something that makes documents of a bundle contradict each other, or that cannot be meant.
package struct PolicyProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// How much a problem weighs.
    package enum Severity: String, Sendable, Hashable, CaseIterable {
        /// The bundle is not used.
        case error
        /// The bundle is used, and somebody should look.
        case warning
    }

    /// What was found.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Two documents of one kind have one name, or there are two manifests.
        case duplicateName = "duplicate-name"
        /// A demanded gate is not defined, so nobody's results would count.
        case gateUndefined = "gate-undefined"
        /// A defined gate is not demanded.
        case gateUnused = "gate-unused"
        /// An environment that no map gives to a namespace.
        case environmentUnknown = "environment-unknown"
        /// Each of some environments waits for another of them.
        case promotionCycle = "promotion-cycle"
        case trustRootUnknown = "trust-root-unknown"
        /// A rule that is not, or that nothing can make waivable.
        case ruleUnknown = "rule-unknown"
        case waiverTooLong = "waiver-too-long"
        /// Our own verification summaries would come back as evidence.
        case ownVerifier = "own-verifier"
        /// A namespace would belong to two environments, which is an answer to nobody.
        case environmentAmbiguous = "environment-ambiguous"
        /// A pattern that nothing can match.
        case neverMatches = "never-matches"
        /// Nobody can deploy by a binding.
        case deployerUnsatisfiable = "deployer-unsatisfiable"
        /// Two approvers have one key, so that one person could be two.
        case approverKeyShared = "approver-key-shared"
        /// A cluster that no `ClusterIdentity` describes.
        case clusterUnknown = "cluster-unknown"
        /// A production environment in which unknown claims only warn.
        case productionLenient = "production-lenient"
        /// Anybody may sign.
        case signerTooWide = "signer-too-wide"

        /// How much it weighs, unless the place says otherwise.
        var severity: Severity {
            switch self {
            case .gateUnused, .deployerUnsatisfiable, .clusterUnknown, .signerTooWide: .warning
            default: .error
            }
        }
    }

    package let kind: Kind
    package let severity: Severity
    package let message: String
    /// The file, relative to the bundle's folder.
    package let file: String
    package let mark: YAMLMark
    /// The field, such as `spec.bind[0].environments[1]`.
    package let field: String

    package init(
        _ kind: Kind, severity: Severity, _ message: String, file: String, mark: YAMLMark, field: String
    ) {
        self.kind = kind
        self.severity = severity
        self.message = PrintableText.plain(message.excerpt(1_000))
        self.file = file
        self.mark = mark
        self.field = field
    }

    package var description: String { "\(file):\(mark): \(field): \(message) (\(kind.rawValue))" }
}
