internal import Attestation
internal import Core

/// A rule that does not hold of a request or an image.
struct Violation: Sendable, Hashable {
    let rule: RuleID
    let finding: Finding
    /// The rules whose waivers cover it.
    let coveredBy: [RuleID]
    /// When time alone began to break the rule; `nil` when it is broken for another reason.
    var since: Instant?
    /// Whether something that could not be had might have satisfied the rule.
    var isUndetermined = false
    /// Whether it is about the image and not about the request as a whole.
    let isAboutImage: Bool
    /// Whether an admitted pod template is spared for a while when only time breaks the rule, or ends the waiver for it;
    /// who signed is judged on every request.
    let hasGrace: Bool

    /// - Parameters:
    ///   - coveredBy: the rules whose waivers cover it; by default the rule itself.
    init(
        _ rule: Rule, observed: String, expected: String, evidence: [Digest] = [], coveredBy: [RuleID]? = nil,
        since: Instant? = nil, isUndetermined: Bool = false, isAboutImage: Bool = true, hasGrace: Bool = true
    ) {
        self.rule = rule.id
        finding = Finding(rule, observed: observed, expected: expected, evidence: evidence.sorted())
        self.coveredBy = coveredBy ?? [rule.id]
        self.since = since
        self.isUndetermined = isUndetermined
        self.isAboutImage = isAboutImage
        self.hasGrace = hasGrace
    }
}

/// What a clause of a policy demands of an image.
protocol ImageClause: SendableMetatype {
    /// The rules it may find broken.
    static var rules: [Rule] { get }
    /// Whether evidence that could not be read might have satisfied it.
    static var restsOnEvidence: Bool { get }
    /// Whether its signers' newer word can take an older one back.
    static var hearsAdverseWords: Bool { get }

    /// The ways in which the evidence may satisfy the clause, at least one, each with what is wrong with it; the clause
    /// holds when nothing is wrong with one of them.
    ///
    /// More evidence may only add alternatives or mend them, so that nobody can turn an allow into a denial by attaching
    /// something. The one exception is the word of a signer that the policy lists for just this judgement: a gate's
    /// newer FAILED, a listed verifier's newer FAILED.
    static func alternatives(_ context: ImageContext, _ evidence: EvidenceView) -> [[Violation]]
}

extension ImageClause {
    static var restsOnEvidence: Bool { true }
    static var hearsAdverseWords: Bool { false }
}

/// What an image is judged by.
struct ImageContext {
    let policy: DeployPolicy
    let binding: Binding
    let environment: String
    /// Whether unknown fields of delivery claims are refused.
    let isStrict: Bool
    let cluster: ClusterIdentity?
    let facts: AdmissionFacts
    let image: ImageFacts
    let now: Instant

    var requirements: Requirements { policy.requirements }
}

/// The evidence about one manifest that a policy may look at.
struct EvidenceView {
    /// Verified evidence of anybody whom the bundle knows.
    let items: [EvidenceItem]
    /// Evidence of the binding's signers.
    let signed: [EvidenceItem]
    /// Evidence of the binding's signers that does not name another repository.
    let bound: [EvidenceItem]
    let refused: [RefusedEvidence]

    init(_ context: ImageContext, _ parts: [ImageEvidence.Part]) {
        let roots = context.policy.trustRoots
        let items = parts.flatMap { part in
            let subject = SubjectDigest(part.digest)
            return part.verified.filter { item in
                item.evidence.artifact == subject
                    && (roots.isEmpty || roots.contains { $0.isSame(as: item.trustRoot) })
            }
        }
        self.items = items
        signed = items.filter { $0.isSigned(by: context.binding.signers) }
        bound = signed.filter { RepositoryAgreement.contradiction($0, context.binding) == nil }
        refused = parts.flatMap(\.refused)
    }
}

extension EvidenceItem {
    func isSigned(by rules: [SignerRule]) -> Bool { rules.contains { $0.accepts(evidence.signer) } }

    /// How long ago it was signed at most, against what is allowed; `nil` when it is young enough.
    ///
    /// - Returns: since when it is too old; the distant past when nobody knows its time.
    func tooOldSince(_ limit: Duration?, at now: Instant) -> Instant? {
        guard let limit else { return nil }
        guard let time else { return Instant(seconds: .min) }
        let end = time + limit
        return now >= end ? end : nil
    }
}

extension Duration {
    /// The duration as policies write it, such as `30d` or `90m`.
    var policyText: String {
        let seconds = components.seconds
        for (unit, length) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60)]
        where seconds >= length && seconds % length == 0 {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}

extension [Digest] {
    fileprivate func sorted() -> [Digest] { sorted { $0.description < $1.description } }
}

extension Sequence<EvidenceItem> {
    /// The digests of the pieces.
    var digests: [Digest] { map(\.evidence.digest) }

    /// Who signed, each once, for messages; at most three.
    var signerNames: String {
        let names = map(\.evidence.signer.text).uniqueByBytes()
        return names.prefix(3).joined(separator: "; ") + (names.count > 3 ? "; and \(names.count - 3) others" : "")
    }
}
