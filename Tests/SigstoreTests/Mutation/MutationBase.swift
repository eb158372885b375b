import Attestation
import Core
import Sigstore
import TestSupport

import struct Foundation.CocoaError

/// Genuine evidence that is changed, with what it is verified against.
struct MutationBase: Sendable, CustomStringConvertible {
    enum Form: Sendable {
        case bundle
        /// A layer and its annotations, as one document: `payload` in base64 and `annotations`.
        case cosignSignature, cosignAttestation
        /// A bare envelope: `payload` in base64.
        case envelope
    }

    /// What sigstore-python is asked with.
    struct Peer: Sendable {
        let trustRoot: String
        let identity: String
        let issuer: String
    }

    let name: String
    /// Bases of one family hold the same signature, so that parts of one are genuine in the others.
    let family: String
    let form: Form
    let document: JSONValue
    let artifact: Artifact
    let artifactPath: String?
    let verifier: Verifier
    let peer: Peer?

    static let now = Instant(seconds: 1_790_000_000)
    static let publicGood = "sigstore/trusted_root.public-good.json"

    var description: String { name }

    /// The verdict on a document; `nil` when it cannot be evaluated at all.
    func verdict(on document: JSONValue) -> Verdict? {
        do {
            return verifier.verify(try Self.evidence(document, form), artifact: artifact, now: Self.now)
        } catch {
            return nil
        }
    }

    private static func evidence(_ document: JSONValue, _ form: Form) throws -> Bundle {
        guard form != .bundle else { return try Bundle(parsing: document.canonical) }
        let root = JSONCursor(document)
        let payload = try root.required("payload").base64()
        guard form != .envelope else { return try Bundle(envelope: payload) }
        var annotations: [String: String] = [:]
        for (name, value) in try root.optional("annotations")?.members() ?? [] {
            annotations[name] = try value.string()
        }
        return form == .cosignSignature
            ? try Bundle(cosignSignature: payload, annotations: annotations)
            : try Bundle(cosignAttestation: payload, annotations: annotations)
    }

    /// The same evidence with a part of it taken out, so that what is left must carry the verdict alone.
    func without(_ path: [Step]) -> MutationBase? {
        let removal = Mutation(path: path, change: "removed") { _ in .removed }
        guard let reduced = removal(document) else { return nil }
        return MutationBase(
            name: "\(name) without \(path.last?.description.dropFirst() ?? "")", family: family, form: form,
            document: reduced,
            artifact: artifact, artifactPath: artifactPath, verifier: verifier, peer: peer)
    }
}

extension MutationBase {
    static let entry: [Step] = [.member("verificationMaterial"), .member("tlogEntries"), .element(0)]
    static let promise = entry + [.member("inclusionPromise")]
    static let proof = entry + [.member("inclusionProof")]
    static let timestamps: [Step] = [.member("verificationMaterial"), .member("timestampVerificationData")]

    /// Everything genuine there is.
    static func all() throws -> [MutationBase] {
        var bases: [MutationBase] = []
        for name in ConformanceCase.all.map(\.name) where !name.hasSuffix("_fail") {
            bases.append(try conformance(name))
        }
        let managed = try conformance("managed-key-happy-path")
        bases += [
            managed.without(promise), managed.without(timestamps), try conformance("happy-path-v0.1").without(proof),
        ].compactMap { $0 }
        let workflow = "https://token.actions.githubusercontent.com"
        bases += [
            try github(
                "custom-issuer.sigstore.json", "custom-issuer-artifact", "\(workflow)/hammer-time",
                "https://github.com/too-legit/attest/.github/workflows/integration.yml@refs/heads/main"),
            try github(
                "reusable-workflow-attestation.sigstore.json", "reusable-workflow-artifact", workflow,
                "https://github.com/github/artifact-attestations-workflows/.github/workflows/attest.yml@09b495c3f12c7881b3cc17209a327792065c1a1d"
            ),
            try github(
                "sigstore-js-2.1.0-bundle.json", "sigstore-js-2.1.0.tgz", workflow,
                "https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main"),
            try keylessSignature(), try attestation(.version1), try attestation(.version2), try summary(),
        ]
        return bases
    }

    static func conformance(_ name: String) throws -> MutationBase {
        let testCase = ConformanceCase(name: name)
        var peer: Peer?
        if case .identity(let identity, let issuer) = try testCase.signer {
            peer = Peer(trustRoot: testCase.trustRootPath, identity: identity, issuer: issuer)
        }
        return MutationBase(
            name: name, family: name.hasPrefix("rekor2-") ? "rekor2" : name, form: .bundle,
            document: try JSONValue(parsing: testCase.bundle), artifact: Artifact(bytes: try testCase.artifact),
            artifactPath: testCase.artifactPath,
            verifier: Verifier(trustRoot: try testCase.trustRoot, signers: try testCase.signers), peer: peer)
    }

    private static func github(
        _ bundle: String, _ artifact: String, _ issuer: String, _ identity: String
    ) throws -> MutationBase {
        let policy = IdentityPolicy(issuer: .exact(issuer), subject: .exact(identity))
        return MutationBase(
            name: bundle, family: bundle, form: .bundle,
            document: try JSONValue(parsing: SharedData.bytes("sigstore/github/\(bundle)")),
            artifact: Artifact(bytes: try SharedData.bytes("sigstore/github/\(artifact)")),
            artifactPath: "sigstore/github/\(artifact)",
            verifier: Verifier(trustRoot: try root(), signers: .identities([policy])),
            peer: Peer(trustRoot: publicGood, identity: identity, issuer: issuer))
    }

    private static func root() throws -> TrustRoot { try TrustRoot(parsing: SharedData.bytes(publicGood)) }

    private static func keylessSignature() throws -> MutationBase {
        let digest = "31dc72a13a0c34b40eb95419d2b2fd67320c856baf3b72da518023ee8d370aee"
        let folder = "sigstore/cosign-legacy/registry/testimage"
        let policy = IdentityPolicy(
            issuer: .exact("https://github.com/login/oauth"), subject: .glob(try Glob("*@securesystems.de")))
        return try layer(
            "cosign keyless signature", .cosignSignature, manifest: "\(folder)/manifests/sha256-\(digest).sig.json",
            blob: { "\(folder)/blobs/\($0).json" }, image: digest, policy: policy, predicateType: nil)
    }

    /// The images of slsa-verifier's examples.
    private enum Example { case version1, version2 }

    private static func attestation(_ example: Example) throws -> MutationBase {
        let version = example == .version1 ? "v1.4.0" : "v2.0.0"
        let folder = "slsa/gha_generic_container/\(version)/container_workflow_dispatch/blobs/sha256"
        let (manifest, image) =
            example == .version1
            ? (
                "738d456c898daf28d211c2e0b8ecf5dc67b9a1d631c99ef2c4b4669bcb7a0354",
                "a74d89d8dd863ca5dae4a29e0feede81ddf59197849a80784af5a02ab7786925"
            )
            : (
                "a3e4bf251423a455ad90c3d706f95f133ed11a8e81e3f34e6fa6d056a1c15529",
                "55aee984fd6b1d0e0a19a55265d10d40063a2212bdbabd75b202b1728236548d"
            )
        let policy = IdentityPolicy(
            issuer: .exact("https://token.actions.githubusercontent.com"),
            subject: .glob(try Glob("https://github.com/slsa-framework/*")))
        return try layer(
            "cosign attestation \(version)", .cosignAttestation, manifest: "\(folder)/\(manifest)",
            blob: { "\(folder)/\($0.dropFirst("sha256:".count))" }, image: image, policy: policy,
            predicateType: "https://slsa.dev/provenance/v0.2")
    }

    private static func layer(
        _ name: String, _ form: Form, manifest: String, blob: (String) -> String, image: String,
        policy: IdentityPolicy, predicateType: String?
    ) throws -> MutationBase {
        let document = try JSONCursor(JSONValue(parsing: SharedData.bytes(manifest)))
        guard let layer = try document.required("layers").elements(Cap("layers", 10)).first,
            let digest = Digest("sha256:\(image)")
        else { throw CocoaError(.fileReadCorruptFile) }
        let payload = try SharedData.bytes(blob(try layer.required("digest").string()))
        return MutationBase(
            name: name, family: name, form: form,
            document: [
                "payload": .string(Base64.encode(payload)), "annotations": try layer.required("annotations").value,
            ], artifact: Artifact(digest: digest), artifactPath: nil,
            verifier: Verifier(
                trustRoot: try root(), signers: .identities([policy]), predicateType: predicateType), peer: nil)
    }

    private static func summary() throws -> MutationBase {
        let key = try PublicKey(pem: SharedData.text("slsa/vsa/vsa_signing_public_key.pem"))
        let envelope = try SharedData.bytes("slsa/vsa/gke-gce-pre.bcid-vsa.jsonl")
        return MutationBase(
            name: "verification summary", family: "verification summary", form: .envelope,
            document: ["payload": .string(Base64.encode(envelope))],
            artifact: Artifact(digests: [SubjectDigest(algorithm: "gce_image_id", value: "8970095005306000053")]),
            artifactPath: nil,
            verifier: Verifier(
                trustRoot: .keysOnly, signers: .keys([TrustedKey(key)]),
                predicateType: "https://slsa.dev/verification_summary/v1"), peer: nil)
    }
}

extension MutationBase {
    /// Whose parts are put in the place of others'.
    private static let donorNames: Set<String> = [
        "happy-path-v0.1", "happy-path-v0.3", "managed-key-happy-path", "rekor2-happy-path",
        "custom-issuer.sigstore.json", "cosign keyless signature", "cosign attestation v1.4.0",
        "cosign attestation v2.0.0",
    ]

    /// Genuine documents of the same form and of other signatures.
    static func donors(for base: MutationBase, among bases: [MutationBase]) -> [JSONValue] {
        bases.filter {
            donorNames.contains($0.name) && $0.family != base.family && ($0.form == .bundle) == (base.form == .bundle)
        }.map(\.document)
    }
}
