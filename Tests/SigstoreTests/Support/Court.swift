import Attestation
import Core
import Sigstore
import TestAuthority

/// Mints evidence, right and wrong, and has the verifier judge it.
enum Court {
    static let now = Instant(seconds: 1_770_000_000)
    static let time = now - .seconds(86_400)
    static let artifact = Array("the artifact".utf8)
    private static let usual = Result { try Authority(now: now) }

    static func authority() throws -> Authority { try usual.get() }

    /// What became of a piece of evidence.
    enum Outcome: Hashable, CustomStringConvertible {
        case verified
        case refused(RuleID)
        /// It could not be read.
        case malformed

        var description: String {
            switch self {
            case .verified: "verified"
            case .refused(let rule): "refused by \(rule)"
            case .malformed: "malformed"
            }
        }
    }

    struct Judgement: Sendable, CustomStringConvertible {
        let outcome: Outcome
        /// What was observed, or why it could not be read.
        let reason: String

        var description: String { "\(outcome): \(reason)" }
    }

    static func mint(_ flaw: Flaw, with: Bool = true) throws -> MintedBundle {
        let twin = flaw.twin(artifact: artifact, at: time)
        return try authority().mint(with ? twin.with(flaw) : twin)
    }

    /// Judges a flaw's bundle, or its twin's, by the policy under which the flaw matters.
    static func judge(_ flaw: Flaw, with: Bool = true) throws -> Judgement {
        var thresholds = Verifier.Thresholds()
        var predicateType: String?
        switch flaw.demand {
        case .distinctLogs(let count): thresholds.transparencyLogs = count
        case .predicateType(let type): predicateType = type
        case nil: break
        }
        return try judge(mint(flaw, with: with), predicateType: predicateType, thresholds: thresholds)
    }

    /// Judges a bundle by its own trust root and signer, unless others are given.
    static func judge(
        _ minted: MintedBundle, signers: SignerPolicy? = nil, trustRoot: JSONValue? = nil, predicateType: String? = nil,
        thresholds: Verifier.Thresholds = .init(), about artifact: Artifact = Artifact(bytes: artifact),
        at now: Instant = now
    ) throws -> Judgement {
        try judge(
            json: minted.json, signers: signers ?? policy(minted), trustRoot: trustRoot ?? minted.trustedRoot,
            predicateType: predicateType, thresholds: thresholds, about: artifact, at: now)
    }

    static func judge(
        json: JSONValue, signers: SignerPolicy, trustRoot: JSONValue, predicateType: String? = nil,
        thresholds: Verifier.Thresholds = .init(), about artifact: Artifact = Artifact(bytes: artifact),
        at now: Instant = now
    ) throws -> Judgement {
        let root = try TrustRoot(parsing: trustRoot.canonical)
        let bundle: Bundle
        do throws(EvidenceError) {
            bundle = try Bundle(parsing: json.canonical)
        } catch {
            return Judgement(outcome: .malformed, reason: "\(error)")
        }
        let verifier = Verifier(
            trustRoot: root, signers: signers, predicateType: predicateType, thresholds: thresholds)
        switch verifier.verify(bundle, artifact: artifact, now: now) {
        case .verified: return Judgement(outcome: .verified, reason: "")
        case .refused(let refusal):
            return Judgement(outcome: .refused(refusal.finding.rule), reason: refusal.finding.observed)
        }
    }

    /// Accepts exactly the signer of the request.
    static func policy(_ minted: MintedBundle) -> SignerPolicy {
        switch minted.request.signer {
        case .managedKey(let hint): .keys([TrustedKey(minted.key.publicKey, hint: hint)])
        case .certificate(let request):
            .identities([IdentityPolicy(issuer: .exact(request.issuer), subject: .exact(request.subject))])
        }
    }

    static func identity(_ issuer: StringMatcher, _ subject: StringMatcher) -> SignerPolicy {
        .identities([IdentityPolicy(issuer: issuer, subject: subject)])
    }
}
