internal import Attestation
internal import Core

extension Bundle {
    static let mediaTypes: [String: Version] = [
        "application/vnd.dev.sigstore.bundle+json;version=0.1": .v0_1,
        "application/vnd.dev.sigstore.bundle+json;version=0.2": .v0_2,
        "application/vnd.dev.sigstore.bundle+json;version=0.3": .v0_3,
        "application/vnd.dev.sigstore.bundle.v0.3+json": .v0_3,
    ]

    /// Reads a bundle of media type v0.1, v0.2 or v0.3 (Sigstore protobuf-specs, `Bundle`).
    ///
    /// - Throws: ``EvidenceError`` with the field that is missing, unknown, malformed or too large.
    public init(parsing bytes: [UInt8]) throws(EvidenceError) {
        do throws(JSONError) {
            let limits = JSONLimits(bytes: Self.maximumSize.limit, depth: 64, values: 200_000)
            try self.init(JSONCursor(try JSONValue(parsing: bytes, limits: limits)), digest: .of(bytes))
        } catch {
            throw EvidenceError(error, in: .bundle)
        }
    }

    private init(_ root: JSONCursor, digest: Digest) throws(JSONError) {
        try root.allow(only: ["mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope"])
        let field = try root.required("mediaType")
        let mediaType = try field.string()
        guard let version = Self.mediaTypes.first(where: { $0.key.isSame(as: mediaType) })?.value else {
            throw field.error("expected a Sigstore bundle of version 0.1, 0.2 or 0.3, saw \(mediaType.prefix(100))")
        }
        let material = try root.required("verificationMaterial")
        try material.allow(only: [
            "publicKey", "x509CertificateChain", "certificate", "tlogEntries", "timestampVerificationData",
        ])
        var logEntries: [LogEntry] = []
        if let entries = try material.optional("tlogEntries") {
            for entry in try entries.elements(Self.maximumLogEntries) { logEntries.append(try LogEntry(entry)) }
        }
        var timestamps: [TimestampToken] = []
        if let data = try material.optional("timestampVerificationData") {
            try data.allow(only: ["rfc3161Timestamps"])
            for item in try data.optional("rfc3161Timestamps")?.elements(Self.maximumTimestamps) ?? [] {
                try item.allow(only: ["signedTimestamp"])
                timestamps.append(try Self.timestamp(item.required("signedTimestamp")))
            }
        }
        self.init(
            version: version, digest: digest, material: try Self.material(material, version: version),
            content: try Self.content(root), logEntries: logEntries, timestamps: timestamps)
    }

    private static func material(_ cursor: JSONCursor, version: Version) throws(JSONError) -> Material {
        let key = try cursor.optional("publicKey")
        let chain = try cursor.optional("x509CertificateChain")
        let single = try cursor.optional("certificate")
        switch (key, chain, single) {
        case (let key?, nil, nil):
            try key.allow(only: ["hint"])
            return .publicKey(hint: try key.optional("hint")?.string() ?? "")
        case (nil, let chain?, nil):
            guard version < .v0_3 else {
                throw chain.error("a bundle of version 0.3 must carry a single certificate instead of a chain")
            }
            try chain.allow(only: ["certificates"])
            let list = try chain.required("certificates")
            var certificates: [Certificate] = []
            for element in try list.elements(CertificateChain.maximumLength) {
                certificates.append(try certificate(element))
            }
            guard let leaf = certificates.first else { throw list.error("expected at least one certificate, saw none") }
            return .certificate(leaf, others: Array(certificates.dropFirst()))
        case (nil, nil, let single?):
            guard version >= .v0_3 else {
                throw single.error("a bundle before version 0.3 must carry its certificate in x509CertificateChain")
            }
            return .certificate(try certificate(single), others: [])
        default:
            throw cursor.error("expected exactly one of publicKey, x509CertificateChain and certificate")
        }
    }

    private static func certificate(_ cursor: JSONCursor) throws(JSONError) -> Certificate {
        try cursor.allow(only: ["rawBytes"])
        let field = try cursor.required("rawBytes")
        let bytes = try field.base64()
        do throws(CertificateError) {
            return try Certificate(der: bytes)
        } catch {
            throw field.error("\(error)")
        }
    }

    private static func timestamp(_ field: JSONCursor) throws(JSONError) -> TimestampToken {
        let bytes = try field.base64()
        do throws(TimestampError) {
            return try TimestampToken(response: bytes)
        } catch {
            throw field.error("\(error)")
        }
    }

    private static func content(_ root: JSONCursor) throws(JSONError) -> Content {
        switch (try root.optional("messageSignature"), try root.optional("dsseEnvelope")) {
        case (let message?, nil):
            try message.allow(only: ["messageDigest", "signature"])
            var digest: Digest?
            if let hint = try message.optional("messageDigest") {
                try hint.allow(only: ["algorithm", "digest"])
                digest = try Self.digest(hint)
            }
            let signature = try message.required("signature")
            let bytes = try signature.base64()
            guard !bytes.isEmpty else { throw signature.error("the signature is empty") }
            return .message(digest: digest, signature: bytes)
        case (nil, let envelope?):
            let parsed = try Envelope(envelope, strict: true)
            guard parsed.signatures.count == 1 else {
                throw try envelope.required("signatures").error(
                    "expected exactly one signature, saw \(parsed.signatures.count)")
            }
            return .envelope(parsed, text: nil)
        default:
            throw root.error("expected exactly one of messageSignature and dsseEnvelope")
        }
    }

    private static func digest(_ cursor: JSONCursor) throws(JSONError) -> Digest {
        let algorithm: DigestAlgorithm
        switch try cursor.required("algorithm").string() {
        case "SHA2_256": algorithm = .sha256
        case "SHA2_384": algorithm = .sha384
        case "SHA2_512": algorithm = .sha512
        case let other:
            throw try cursor.required("algorithm").error(
                "expected SHA2_256, SHA2_384 or SHA2_512, saw \(other.prefix(40))")
        }
        let field = try cursor.required("digest")
        guard let digest = Digest(algorithm, bytes: try field.base64()) else {
            throw field.error("the digest is not of its algorithm's length")
        }
        return digest
    }
}
