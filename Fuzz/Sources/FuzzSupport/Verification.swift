import Attestation
import Core
import Sigstore

import class Foundation.FileManager
import class Foundation.ProcessInfo

/// What the targets verify against: real trust material when `Fuzz/seeds` has collected it, minted material otherwise.
public struct Verification {
    private let trustRoot: TrustRoot
    private let keys: [TrustedKey]
    private let digests: [SubjectDigest]
    private let identities: SignerPolicy
    private let now = Instant(seconds: 1_900_000_000)

    public static let shared = Verification()

    private init() {
        let folder = ProcessInfo.processInfo.environment["MC_FUZZ_MATERIAL"]
        func read(_ name: String) -> [UInt8]? {
            folder.flatMap { FileManager.default.contents(atPath: "\($0)/\(name)") }.map { Array($0) }
        }
        func text(_ name: String) -> String? { read(name).map { String(decoding: $0, as: UTF8.self) } }
        let collected = read("trusted_root.json").flatMap { try? TrustRoot(parsing: $0) }
        guard let root = collected ?? (try? TrustRoot(parsing: Array(Minted.trustRoot.utf8))) else {
            preconditionFailure("the minted trust root cannot be read")
        }
        trustRoot = root
        let pem = (text("keys.pem") ?? "") + Minted.keys
        keys = ((try? PEM.decode(pem)) ?? []).compactMap { try? PublicKey(subjectPublicKeyInfo: $0.bytes) }
            .map { TrustedKey($0) }
        let named = (text("digests.txt") ?? "") + Minted.digests
        digests = named.split(separator: "\n").compactMap { SubjectDigest(String($0)) }
        guard let any = try? Glob("*") else { preconditionFailure("the glob * cannot be read") }
        identities = .identities([IdentityPolicy(issuer: .glob(any), subject: .glob(any))])
        demand(read("trusted_root.json") == nil || collected != nil, "the collected trust root can be read")
        demand(!keys.isEmpty && !digests.isEmpty, "the keys and digests to verify with can be read")
        print("verifying against \(root.counts), \(keys.count) keys, \(digests.count) digests")
    }

    /// Verifies a bundle by certificate and by key, against an artifact that the statement itself may name.
    ///
    /// What is fuzzed is everything behind the subject's comparison, too, so the comparison must not stop it.
    public func verify(_ bundle: Bundle, envelope: Envelope?) {
        let statement = envelope.flatMap { try? Statement(parsing: $0.payload) }
        let artifact = Artifact(digests: digests + (statement?.subjects.prefix(4).flatMap(\.digests) ?? []))
        let verifiers = [
            Verifier(trustRoot: trustRoot, signers: identities),
            Verifier(trustRoot: trustRoot, signers: .keys(keys)),
            Verifier(trustRoot: .keysOnly, signers: .keys(keys)),
        ]
        for verifier in verifiers {
            switch verifier.verify(bundle, artifact: artifact, now: now) {
            case .verified(let evidence):
                demand(evidence.digest == bundle.digest, "evidence names the bundle it came from")
                demand(evidence.times.allSatisfy { $0.instant <= now }, "no verified time lies in the future")
            case .refused(let refusal):
                demand(!refusal.description.isEmpty, "a refusal says something")
            }
        }
    }
}
