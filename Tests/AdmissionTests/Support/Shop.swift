import Admission
import Attestation
import Core
import OCI
import Sigstore
import TestAuthority

/// Images and evidence about them, put into a scripted source.
struct Shop {
    static let now = Instant(seconds: 1_790_000_000)
    static let time = now - .seconds(86_400)
    static let bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"
    static let provenance = "https://slsa.dev/provenance/v1"
    static let bill = "https://cyclonedx.org/bom"
    static let predicateName = "dev.sigstore.bundle.predicateType"
    private static let usual = Result { try Authority(now: now) }

    let source = ScriptedSource()
    let authority: Authority

    init() throws { authority = try Self.usual.get() }

    func image(_ content: String = "the image", annotations: [String: String] = [:], tag: String? = nil) throws
        -> Descriptor
    {
        let layer = Descriptor(of: Array(content.utf8), mediaType: MediaType.layer)
        let manifest = Manifest.encode(config: .empty, layers: [layer], annotations: annotations)
        return try put(manifest, tag: tag)
    }

    func index(_ manifests: [(Descriptor, Platform?)], tag: String? = nil) throws -> Descriptor {
        let listed = manifests.map { descriptor, platform in
            Descriptor(
                mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size, platform: platform)
        }
        return try put(Index.encode(listed), tag: tag)
    }

    @discardableResult
    func put(_ bytes: [UInt8], tag: String? = nil) throws -> Descriptor {
        let document = try ImageDocument(parsing: VerifiedBytes(hashing: bytes))
        source.change { state in
            state.documents[document.digest] = document
            if let tag { state.tags[tag, default: []].append(document.descriptor) }
        }
        return document.descriptor
    }

    func request(
        about image: Digest, _ predicateType: String = provenance,
        signer: TestAuthority.CertificateRequest = .workflow()
    ) -> SigningRequest {
        let subject = Statement.Subject(name: "registry.example/team/app", digests: [SubjectDigest(image)])
        let predicate: JSONValue =
            switch predicateType {
            case Self.bill: ["bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1]
            default: SigningRequest.minimalProvenance
            }
        var request = SigningRequest(
            .statement(Statement(subjects: [subject], predicateType: predicateType, predicate: predicate)),
            at: Self.time)
        request.signer = .certificate(signer)
        return request
    }

    /// Attaches a bundle as a referrer.
    ///
    /// - Parameters:
    ///   - image: what the referrer is listed for.
    ///   - annotations: what the referrer says of itself.
    /// - Returns: the descriptor of the bundle's blob.
    @discardableResult
    func attach(
        _ bytes: [UInt8], to image: Descriptor, subject: Descriptor? = nil,
        annotations: [String: String] = [predicateName: provenance], artifactType: String = bundleType
    ) throws -> Descriptor {
        let blob = Descriptor(of: bytes, mediaType: artifactType)
        let referrer = try put(
            Manifest.encode(
                config: .empty, layers: [blob], subject: subject ?? image, artifactType: artifactType,
                annotations: annotations))
        source.change { state in
            state.blobs[blob.digest] = bytes
            state.referrers[image.digest, default: []].append(referrer)
        }
        return blob
    }

    @discardableResult
    func attest(
        _ image: Descriptor, _ predicateType: String = provenance,
        signer: TestAuthority.CertificateRequest = .workflow()
    ) throws -> Descriptor {
        try attach(
            authority.mint(request(about: image.digest, predicateType, signer: signer)).bytes, to: image,
            annotations: [Self.predicateName: predicateType])
    }

    /// Attaches cosign layers under their tag.
    func attach(_ layers: [CosignLayer], as kind: CosignAttachment, to image: Descriptor) throws {
        let blobs = layers.map { layer in
            source.change { $0.blobs[.of(layer.bytes)] = layer.bytes }
            return Descriptor(of: layer.bytes, mediaType: layer.mediaType, annotations: layer.annotations)
        }
        let manifest = try put(Manifest.encode(config: .empty, layers: blobs))
        source.change { $0.attachments["\(kind.rawValue) of \(image.digest)", default: []].append(manifest) }
    }

    func breakDown(_ question: String) { source.change { $0.broken.insert(question) } }

    static let policy = SignerPolicy.identities([Shop.identity(.workflow())])

    static func identity(_ request: TestAuthority.CertificateRequest) -> IdentityPolicy {
        IdentityPolicy(issuer: .exact(request.issuer), subject: .exact(request.subject))
    }

    func verify(
        _ selector: ImageSelector, predicateType: String? = nil, signers: SignerPolicy = policy, demanded: Int = 1
    ) async throws -> ImageVerdict {
        let verifier = Verifier(
            trustRoot: try TrustRoot(parsing: authority.trustedRootJSON()), signers: signers,
            predicateType: predicateType)
        return try await ImageVerification(source: source, verifier: verifier, demanded: demanded)
            .verify(selector, now: Self.now)
    }

    func verify(
        _ image: Descriptor, predicateType: String? = nil, signers: SignerPolicy = policy, demanded: Int = 1
    ) async throws -> ImageVerdict {
        try await verify(.digest(image.digest), predicateType: predicateType, signers: signers, demanded: demanded)
    }
}

extension ImageVerdict {
    /// The rules that pieces of evidence were refused by.
    var rules: [RuleID] { parts.flatMap(\.refused).map(\.refusal.finding.rule) }
    var failures: [String] { parts.flatMap(\.failures).map(\.message) }
}
