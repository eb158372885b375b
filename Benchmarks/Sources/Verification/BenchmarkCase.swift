internal import Attestation
internal import Core
internal import Foundation
internal import Sigstore

/// A bundle of the conformance data with what it is verified against.
struct BenchmarkCase {
    let name: String
    let bundle: [UInt8]
    let artifact: Artifact
    let verifier: Verifier
    /// The signatures that no verifier of this bundle can leave unchecked.
    let signatures: [BareSignature]

    private static let workflow =
        "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/"
        + "extremely-dangerous-oidc-beacon.yml@refs/heads/main"
    private static let issuer = "https://token.actions.githubusercontent.com"

    /// Reads a case.
    ///
    /// - Parameters:
    ///   - name: the folder in the conformance data.
    ///   - data: the data folder.
    init(_ name: String, data: URL) throws {
        let sigstore = data.appending(path: "sigstore")
        let folder = sigstore.appending(path: "conformance/\(name)")
        let ownRoot = folder.appending(path: "trusted_root.json")
        let root =
            FileManager.default.fileExists(atPath: ownRoot.path)
            ? ownRoot : sigstore.appending(path: "trusted_root.public-good.json")
        self.name = name
        bundle = Array(try Data(contentsOf: folder.appending(path: "bundle.sigstore.json")))
        artifact = Artifact(bytes: Array(try Data(contentsOf: sigstore.appending(path: "conformance/a.txt"))))
        verifier = Verifier(
            trustRoot: try TrustRoot(parsing: Array(try Data(contentsOf: root))),
            signers: .identities([IdentityPolicy(issuer: .exact(Self.issuer), subject: .exact(Self.workflow))]))
        signatures = try Self.signatures(of: name)
    }

    private static func signatures(of name: String) throws -> [BareSignature] {
        // The leaf certificate by its issuer, and the CT log's timestamp over it.
        let certificate = [
            try BareSignature(.p384SHA384, messageBytes: 1_980), try BareSignature(.p256SHA256, messageBytes: 1_900),
        ]
        switch name {
        case "rekor2-happy-path":
            // Checkpoint, timestamp, artifact.
            return certificate + [
                try BareSignature(.ed25519, messageBytes: 83), try BareSignature(.p384SHA256, messageBytes: 255),
                try BareSignature(.p256SHA256, messageBytes: 109),
            ]
        default:
            // Signed entry timestamp, checkpoint, artifact or envelope.
            return certificate + [
                try BareSignature(.p256SHA256, messageBytes: 5_750), try BareSignature(.p256SHA256, messageBytes: 94),
                try BareSignature(.p256SHA256, messageBytes: name.contains("dsse") ? 1_000 : 109),
            ]
        }
    }

    /// Parses and verifies the bundle.
    ///
    /// - Throws: the refusal, which a benchmark must never see.
    func verify(now: Instant) throws {
        if let refusal = verifier.verify(try Bundle(parsing: bundle), artifact: artifact, now: now).refusal {
            throw refusal
        }
    }
}
