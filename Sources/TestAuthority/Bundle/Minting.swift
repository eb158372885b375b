internal import Attestation
internal import Core

/// The making of one bundle.
struct Minting {
    let authority: Authority
    let request: SigningRequest
    let key: PrivateKey
    /// When the certificate is issued.
    let issued: Instant
    /// When it is used.
    let used: Instant
    let certificates: CertificateAuthority
    var leaf: Certificate?

    /// Beyond so many, what there is too much of is repeated, since minting each would take minutes.
    static let distinctCopies = 64

    var flaws: Set<Flaw> { request.flaws }

    init(_ authority: Authority, _ request: SigningRequest) throws {
        self.authority = authority
        self.request = request
        key = try request.key ?? PrivateKey(generating: .p256)
        let tomorrow = !request.flaws.isDisjoint(with: [.timestampInFuture, .integratedTimeInFuture])
        let base = tomorrow ? authority.now + .seconds(86_400) : request.time
        used = base + .seconds(1)
        issued =
            if request.flaws.contains(.certificateExpiredAtSigning) {
                base - .seconds(3_600)
            } else if request.flaws.contains(.certificateNotYetValid) {
                base + .seconds(3_600)
            } else {
                base
            }
        certificates =
            if request.flaws.contains(.certificateFromOtherAuthority) {
                authority.impostors.certificates
            } else if request.flaws.contains(.expiredIntermediate) {
                authority.expiredCertificates
            } else {
                authority.certificates
            }
        if case .certificate(let identity) = request.signer {
            leaf = try issue(for: key.publicKey, identity)
        }
    }

    func issue(for key: PublicKey, _ identity: CertificateRequest) throws -> Certificate {
        try LeafIssuing(
            authority: certificates, log: authority.certificateLog, foreignLog: authority.impostors.certificateLog,
            flaws: flaws
        ).leaf(for: key, request: identity, at: issued)
    }

    func bundle() throws -> MintedBundle {
        let signed = try signedContent()
        let entries = try self.entries(of: signed)
        let timestamps = try self.timestamps(over: signed.signature)
        var content = JSONObject()
        content["mediaType"] = .string(mediaType)
        content["verificationMaterial"] = material(entries, timestamps)
        switch signed.content {
        case .message(let bytes):
            let shown = flaws.contains(.messageDigestOther) ? bytes + [0] : bytes
            content["messageSignature"] = [
                "messageDigest": Digest.of(shown, prehash).protobuf,
                "signature": .string(Base64.encode(signed.signature)),
            ]
        case .envelope(let envelope): content["dsseEnvelope"] = envelope.json
        }
        return MintedBundle(
            request: request, json: .object(content), trustedRoot: trustedRoot(), key: key, certificate: leaf,
            chain: certificates.chain, signature: signed.signature, envelope: signed.content.envelope,
            entries: entries, timestamps: timestamps)
    }

    var prehash: DigestAlgorithm { key.scheme.hash ?? .sha256 }

    private var version: BundleVersion {
        // Only these versions have a chain that could be wrong.
        let needsChain = !flaws.isDisjoint(with: [.rootEmbedded, .chainEmpty])
        return needsChain && !request.version.hasChain ? .v0_2 : request.version
    }

    private var mediaType: String {
        flaws.contains(.mediaTypeUnknown) ? "application/vnd.dev.sigstore.bundle.v0.9+json" : version.rawValue
    }

    private func material(_ entries: [MintedBundle.Entry], _ timestamps: [[UInt8]]) -> JSONValue {
        var material = JSONObject()
        if let leaf {
            if version.hasChain {
                var shown = [leaf]
                if flaws.contains(.rootEmbedded) { shown += certificates.chain }
                if flaws.contains(.chainEmpty) { shown = [] }
                material["x509CertificateChain"] = [
                    "certificates": .array(shown.map { ["rawBytes": .string(Base64.encode($0.der))] })
                ]
            } else {
                material["certificate"] = ["rawBytes": .string(Base64.encode(leaf.der))]
            }
        } else if case .managedKey(let hint) = request.signer {
            material["publicKey"] = ["hint": .string(hint)]
        }
        if !entries.isEmpty { material["tlogEntries"] = .array(entries.map(\.json)) }
        if !timestamps.isEmpty {
            material["timestampVerificationData"] = [
                "rfc3161Timestamps": .array(
                    timestamps.map { ["signedTimestamp": .string(Base64.encode($0))] })
            ]
        }
        return .object(material)
    }

    private func timestamps(over signature: [UInt8]) throws -> [[UInt8]] {
        if flaws.contains(.timestampMissing) { return [] }
        let minting = TokenMinting(
            authority: authority.timestamps, foreign: authority.impostors.timestamps,
            embedsCertificate: authority.options.embedsTimestampCertificate, hash: authority.options.timestampHash,
            imprint: authority.options.timestampImprint, flaws: flaws)
        var count = request.timestamps
        for case .tooManyTimestamps(let number) in flaws { count = number }
        count = max(0, count)
        let tokens = try (0..<min(count, Self.distinctCopies)).map { number in
            try minting.response(
                over: signature, at: used, serial: CertificateTemplate.serial(signature, [UInt8(number & 0xFF)]))
        }
        return (0..<count).map { tokens[$0 % tokens.count] }
    }

    private func trustedRoot() -> JSONValue {
        var root = TrustRootOptions()
        root.services = request.trusted
        let ended = Window(authority.options.start(before: authority.now), request.time - .seconds(3_600))
        if flaws.contains(.authorityWindowEnded) { root.windows[.certificateAuthority] = ended }
        if flaws.contains(.sctLogWindowEnded) { root.windows[.certificateLog] = ended }
        if flaws.contains(.timestampWindowEnded) { root.windows[.timestampAuthority] = ended }
        if flaws.contains(.logWindowEnded) {
            for record in request.records { root.windows[record.log] = ended }
        }
        root.listsExpiredIntermediate = flaws.contains(.expiredIntermediate)
        root.listsRetiredTimestampSigner = flaws.contains(.timestampOutsideCertificate)
        return authority.trustedRoot(root)
    }
}
