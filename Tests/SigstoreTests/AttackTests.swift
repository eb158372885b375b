import Attestation
import Core
import Sigstore
import Testing
import TestAuthority

/// Every attack on a bundle that can be minted: refused with the flaw, verified without it.
@Suite struct AttackTests {
    static let now = Instant(seconds: 1_770_000_000)
    static let artifact = Array("the artifact".utf8)
    static let authority = Result { try Authority(now: now) }

    enum Outcome: Equatable {
        case verified
        case refused(RuleID)
        case malformed
    }

    static func judge(_ minted: MintedBundle, demand: Flaw.Demand?) throws -> (Outcome, String) {
        let signers: SignerPolicy
        switch minted.request.signer {
        case .managedKey(let hint): signers = .keys([TrustedKey(minted.key.publicKey, hint: hint)])
        case .certificate(let request):
            signers = .identities([
                IdentityPolicy(issuer: .exact(request.issuer), subject: .exact(request.subject))
            ])
        }
        var thresholds = Verifier.Thresholds()
        var predicateType: String?
        switch demand {
        case .distinctLogs(let count): thresholds.transparencyLogs = count
        case .predicateType(let type): predicateType = type
        case nil: break
        }
        let bundle: Bundle
        do {
            bundle = try Bundle(parsing: minted.bytes)
        } catch {
            return (.malformed, "\(error)")
        }
        let verifier = Verifier(
            trustRoot: try TrustRoot(parsing: minted.trustedRootBytes), signers: signers, predicateType: predicateType,
            thresholds: thresholds)
        switch verifier.verify(bundle, artifact: Artifact(bytes: artifact), now: now) {
        case .verified: return (.verified, "verified")
        case .refused(let refusal): return (.refused(refusal.finding.rule), refusal.description)
        }
    }

    static func mint(_ flaw: Flaw, with: Bool) throws -> MintedBundle {
        let twin = flaw.twin(artifact: artifact, at: now - .seconds(86_400))
        return try authority.get().mint(with ? twin.with(flaw) : twin)
    }

    @Test(arguments: Flaw.all)
    func flawIsRefused(_ flaw: Flaw) throws {
        let (outcome, message) = try Self.judge(Self.mint(flaw, with: true), demand: flaw.demand)
        print("FLAW \(flaw): \(message)")
        #expect(outcome != .verified, "\(flaw)")
    }

    @Test(arguments: Flaw.all)
    func twinIsVerified(_ flaw: Flaw) throws {
        let (outcome, message) = try Self.judge(Self.mint(flaw, with: false), demand: flaw.demand)
        #expect(outcome == .verified, "\(flaw): \(message)")
    }
}
