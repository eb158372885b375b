public import Attestation
public import Core

/// The outcome of verification: evidence that may be relied on, or the first step that did not hold.
public enum Verdict: Sendable, Hashable {
    /// Every step held.
    case verified(VerifiedEvidence)
    /// A step did not hold; nothing after it was looked at.
    case refused(Refusal)

    /// The evidence, when it was verified.
    public var evidence: VerifiedEvidence? { if case .verified(let evidence) = self { evidence } else { nil } }
    /// The refusal, when it was not.
    public var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
}

/// The step at which verification stopped, and what was wrong there.
public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The steps of verification.
    public enum Step: String, Sendable, Hashable, CaseIterable {
        /// The kind of signer, and which configured key it is.
        case signer
        /// The timestamps.
        case timestamp
        /// The transparency log entries, their proofs and promises.
        case log
        /// The signing time as a whole.
        case time
        /// The certificate, its chain and its usage.
        case chain
        /// The certificate's timestamps of CT logs.
        case sct
        /// The artifact, as the bundle names it without a signature.
        case content
        /// Whether the log entry is about this bundle.
        case binding
        /// The signature.
        case signature
        /// The statement, its subjects and its predicate type.
        case statement
        /// Issuer, subject and claims.
        case identity
    }

    /// The step that did not hold.
    public let step: Step
    /// The rule, what was observed, what was expected and what to do.
    public let finding: Finding

    /// Makes a refusal.
    public init(_ step: Step, _ finding: Finding) {
        self.step = step
        self.finding = finding
    }

    /// Step, rule, observed and expected on one line.
    public var description: String { "refused at step \(step.rawValue): \(finding)" }
}
