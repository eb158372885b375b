public import Attestation
public import Core

/// The outcome of verification: evidence that may be relied on, or the first step that did not hold.
public enum Verdict: Sendable, Hashable {
    case verified(VerifiedEvidence)
    case refused(Refusal)

    /// The evidence, when it was verified.
    public var evidence: VerifiedEvidence? { if case .verified(let evidence) = self { evidence } else { nil } }
    /// The refusal, when it was not.
    public var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
}

/// The step at which verification stopped, and what was wrong there.
public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The steps of verification, in their order.
    public enum Step: String, Sendable, Hashable, CaseIterable {
        case signer, timestamp, log, time, chain, sct, content, binding, signature, statement, identity
    }

    public let step: Step
    public let finding: Finding

    public init(_ step: Step, _ finding: Finding) {
        self.step = step
        self.finding = finding
    }

    public var description: String { "refused at step \(step.rawValue): \(finding)" }
}
