import Attestation
import Core
import Foundation
import Sigstore
import TestSupport
import Testing

/// Evidence that real build systems signed.
@Suite(.enabled(if: SharedData.isPresent, "conformance data"))
struct RealEvidenceTests {
    static let now = Instant(seconds: 1_790_000_000)
    static let github = "https://token.actions.githubusercontent.com"

    static func publicGood() throws -> TrustRoot {
        try TrustRoot(parsing: SharedData.bytes("sigstore/trusted_root.public-good.json"))
    }

    @Test(arguments: [
        ("custom-issuer.sigstore.json", "custom-issuer-artifact", "**"),
        ("reusable-workflow-attestation.sigstore.json", "reusable-workflow-artifact", "https://*"),
        ("sigstore-js-2.1.0-bundle.json", "sigstore-js-2.1.0.tgz", "https://github.com/sigstore/sigstore-js/*"),
    ])
    func githubAttestation(bundle: String, artifact: String, subject: String) throws {
        let verifier = Verifier(
            trustRoot: try Self.publicGood(),
            signers: .identities([
                IdentityPolicy(issuer: .glob(try Glob("https://*")), subject: .glob(try Glob(subject)))
            ]))
        let verdict = verifier.verify(
            try Bundle(parsing: SharedData.bytes("sigstore/github/\(bundle)")),
            artifact: Artifact(bytes: try SharedData.bytes("sigstore/github/\(artifact)")), now: Self.now)
        #expect(verdict.evidence?.statement != nil, "\(verdict.refusal?.description ?? "")")
    }

    @Test func invalidSignatureIsRefused() throws {
        let verifier = Verifier(
            trustRoot: try Self.publicGood(),
            signers: .identities([IdentityPolicy(issuer: .glob(try Glob("*")), subject: .glob(try Glob("*")))]))
        let verdict = verifier.verify(
            try Bundle(parsing: SharedData.bytes("sigstore/github/sigstoreBundle-invalid-signature.json")),
            artifact: Artifact(bytes: Array("hello, world!".utf8)), now: Self.now)
        #expect(verdict.evidence == nil)
    }

    @Test func verificationSummaryOfAKey() throws {
        let key = try PublicKey(pem: SharedData.text("slsa/vsa/vsa_signing_public_key.pem"))
        let verifier = Verifier(trustRoot: .keysOnly, signers: .keys([TrustedKey(key)]))
        let subject = try #require(SubjectDigest("gce_image_id:8970095005306000053"))
        let verdict = verifier.verify(
            try Bundle(envelope: SharedData.bytes("slsa/vsa/gke-gce-pre.bcid-vsa.jsonl")),
            artifact: Artifact(digests: [subject]), now: Self.now)
        #expect(
            verdict.evidence?.statement?.predicateType == "https://slsa.dev/verification_summary/v1",
            "\(verdict.refusal?.description ?? "")")
    }

    @Test func cosignKeylessSignature() throws {
        let digest = "31dc72a13a0c34b40eb95419d2b2fd67320c856baf3b72da518023ee8d370aee"
        let folder = "sigstore/cosign-legacy/registry/testimage"
        let manifest = try JSONCursor(
            JSONValue(parsing: SharedData.bytes("\(folder)/manifests/sha256-\(digest).sig.json")))
        let layer = try #require(try manifest.required("layers").elements(Cap("layers", 10)).first)
        let payload = try SharedData.bytes("\(folder)/blobs/\(try layer.required("digest").string()).json")
        var annotations: [String: String] = [:]
        for (name, value) in try layer.required("annotations").members() { annotations[name] = try value.string() }
        let verifier = Verifier(
            trustRoot: try Self.publicGood(),
            signers: .identities([IdentityPolicy(issuer: .glob(try Glob("*")), subject: .glob(try Glob("*")))]))
        let verdict = verifier.verify(
            try Bundle(cosignSignature: payload, annotations: annotations),
            artifact: Artifact(digest: try #require(Digest("sha256:\(digest)"))), now: Self.now)
        #expect(verdict.evidence != nil, "\(verdict.refusal?.description ?? "")")
    }

    @Test(arguments: [
        (
            "v1.4.0", "784c5bd14237b9a979fd0251f01dcc7956f06da243ca1e9c52470c410e53c654",
            "738d456c898daf28d211c2e0b8ecf5dc67b9a1d631c99ef2c4b4669bcb7a0354",
            "a74d89d8dd863ca5dae4a29e0feede81ddf59197849a80784af5a02ab7786925"
        ),
        (
            "v2.0.0", "1a16dff13cea8be5dd3e4d31640da5f9b6c8a3ff879f728ec8be5d9e2b17499f",
            "a3e4bf251423a455ad90c3d706f95f133ed11a8e81e3f34e6fa6d056a1c15529",
            "55aee984fd6b1d0e0a19a55265d10d40063a2212bdbabd75b202b1728236548d"
        ),
    ])
    func cosignAttestation(version: String, blob: String, manifest: String, image: String) throws {
        let folder = "slsa/gha_generic_container/\(version)/container_workflow_dispatch/blobs/sha256"
        let document = try JSONCursor(JSONValue(parsing: SharedData.bytes("\(folder)/\(manifest)")))
        let layer = try #require(try document.required("layers").elements(Cap("layers", 10)).first)
        var annotations: [String: String] = [:]
        for (name, value) in try layer.required("annotations").members() { annotations[name] = try value.string() }
        let verifier = Verifier(
            trustRoot: try Self.publicGood(),
            signers: .identities([
                IdentityPolicy(
                    issuer: .exact(Self.github), subject: .glob(try Glob("https://github.com/slsa-framework/*")))
            ]),
            predicateType: "https://slsa.dev/provenance/v0.2")
        let verdict = verifier.verify(
            try Bundle(cosignAttestation: SharedData.bytes("\(folder)/\(blob)"), annotations: annotations),
            artifact: Artifact(digest: try #require(Digest("sha256:\(image)"))), now: Self.now)
        #expect(verdict.evidence != nil, "\(verdict.refusal?.description ?? "")")
    }
}
