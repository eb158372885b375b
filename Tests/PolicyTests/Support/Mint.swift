@_spi(Verifier) import Attestation
import Core
import Sigstore
import Synchronization
import TestAuthority

@testable import Policy

/// Who signs in these tests.
enum Party: Sendable, Hashable {
    case workflow(CertificateRequest)
    /// A key of the project's own, by number.
    case key(Int)

    /// The release workflow that the default binding names.
    static let release = Party.workflow(.workflow(repository: "org/app", ref: "refs/tags/v1"))
    /// A second bound signer.
    static let second = Party.workflow(.workflow(repository: "org/app", workflow: "attest.yml", ref: "refs/tags/v1"))
    /// Who may speak for the gates.
    static let gate = Party.workflow(.workflow(repository: "org/gates", workflow: "unit.yml"))
    /// Whose summaries count.
    static let verifier = Party.workflow(.workflow(repository: "auditor/verifier", workflow: "verify.yml"))
    /// Somebody with a good certificate whom nobody listed.
    static let stranger = Party.workflow(.workflow(repository: "evil/app", workflow: "release.yml"))

    /// The release workflow with other claims.
    static func release(_ change: (inout CertificateClaims) -> Void) -> Party {
        var request = CertificateRequest.workflow(repository: "org/app", ref: "refs/tags/v1")
        change(&request.claims)
        return .workflow(request)
    }

    /// The rule that accepts exactly this party.
    func rule() throws -> SignerRule {
        switch self {
        case .workflow(let request):
            .identity(IdentityPolicy(issuer: .exact(request.issuer), subject: .exact(request.subject)))
        case .key(let number): .key(try Mint.key(number).publicKey, name: "key \(number)")
        }
    }
}

/// Mints evidence and has the verifier verify it, each piece once in a process.
enum Mint {
    private struct Ask: Hashable {
        let party: Party
        let time: Instant
        let content: [UInt8]
        let image: Digest
    }

    private final class Store: Sendable {
        let evidence = Mutex<[Ask: EvidenceItem]>([:])
        let keys = Mutex<[Int: PrivateKey]>([:])
    }

    struct Failure: Error { let description: String }

    private static let store = Store()
    private static let authority = Result { try Authority(now: Scene.now) }
    private static let root = Result { try TrustRoot(parsing: authority.get().trustedRootJSON()) }

    static func key(_ number: Int) throws -> PrivateKey {
        try store.keys.withLock { keys in
            if let key = keys[number] { return key }
            let key = try PrivateKey(generating: .p256)
            keys[number] = key
            return key
        }
    }

    /// A verified statement about an image.
    static func statement(
        _ predicateType: String, _ predicate: JSONValue, about image: Digest = Scene.image, by party: Party = .release,
        at time: Instant = Scene.built, root: String = "main"
    ) throws -> EvidenceItem {
        let subject = Statement.Subject(name: "app", digests: [SubjectDigest(image)])
        let statement = Statement(subjects: [subject], predicateType: predicateType, predicate: predicate)
        let item = try verified(party, image, time, statement.json.canonical) {
            SigningRequest(.statement(statement), at: time)
        } parse: {
            try Bundle(parsing: $0.bytes)
        }
        return root == "main" ? item : item.under(root)
    }

    /// A verified cosign signature of an image.
    static func signature(
        about image: Digest = Scene.image, by party: Party = .release, at time: Instant = Scene.built,
        root: String = "main"
    ) throws -> EvidenceItem {
        let item = try verified(party, image, time, []) {
            SigningRequest.simpleSigning(image: image, reference: "ghcr.io/org/app", at: time)
        } parse: { bundle in
            let layer = bundle.cosignLayer()
            return try Bundle(cosignSignature: layer.bytes, annotations: layer.annotations)
        }
        return root == "main" ? item : item.under(root)
    }

    private static func verified(
        _ party: Party, _ image: Digest, _ time: Instant, _ content: [UInt8], request: () -> SigningRequest,
        parse: (MintedBundle) throws -> Bundle
    ) throws -> EvidenceItem {
        let ask = Ask(party: party, time: time, content: content, image: image)
        if let known = store.evidence.withLock({ $0[ask] }) { return known }
        var request = request()
        let signers: SignerPolicy
        switch party {
        case .workflow(let certificate):
            request.signer = .certificate(certificate)
            signers = .identities([
                IdentityPolicy(issuer: .exact(certificate.issuer), subject: .exact(certificate.subject))
            ])
        case .key(let number):
            request.signer = .managedKey(hint: "key \(number)")
            request.key = try key(number)
            signers = .keys([TrustedKey(try key(number).publicKey)])
        }
        let bundle = try parse(try authority.get().mint(request))
        let verdict = Verifier(trustRoot: try root.get(), signers: signers)
            .verify(bundle, artifact: Artifact(digest: image), now: Scene.now)
        guard case .verified(let evidence) = verdict else {
            throw Failure(description: "\(verdict.refusal.map { "\($0)" } ?? "")")
        }
        // Two threads may mint the same piece; whichever came first stays.
        return store.evidence.withLock { store in
            if let known = store[ask] { return known }
            let item = EvidenceItem(evidence, trustRoot: "main")
            store[ask] = item
            return item
        }
    }
}

extension EvidenceItem {
    /// The same piece as it would stand elsewhere in the log, or without any log entry.
    func logged(_ index: Int64?, log: [UInt8]? = nil) -> EvidenceItem {
        let entries = index.map { index in
            [
                VerifiedEvidence.LogEntry(
                    log: "https://log.example", logID: log ?? [1], index: index, inclusionProven: true)
            ]
        }
        return EvidenceItem(evidence.with(evidence.times, entries ?? []), trustRoot: trustRoot)
    }

    /// The same piece without any verified time.
    var timeless: EvidenceItem { EvidenceItem(evidence.with([], []), trustRoot: trustRoot) }

    /// The same piece verified against another trust root.
    func under(_ root: String) -> EvidenceItem { EvidenceItem(evidence, trustRoot: root) }
}

extension VerifiedEvidence {
    fileprivate func with(_ times: [SigningTime], _ entries: [LogEntry]) -> VerifiedEvidence {
        VerifiedEvidence(
            digest: digest, artifact: artifact, signer: signer, times: times, logEntries: entries, content: content,
            trustRoot: trustRoot)
    }
}
