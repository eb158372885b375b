public import Core

extension TrustRoot {
    /// How large a `trusted_root.json` may be: 4 MiB.
    public static let maximumSize = Cap("trusted root bytes", 4 << 20)
    static let maximumAuthorities = Cap("authorities or logs of one kind", 64)

    static let mediaTypes: Set<String> = [
        "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "application/vnd.dev.sigstore.trustedroot+json;version=0.2",
        "application/vnd.dev.sigstore.trustedroot.v0.2+json",
    ]

    /// Reads a `trusted_root.json` (Sigstore protobuf-specs, `TrustedRoot`) and verifies every chain in it.
    ///
    /// - Throws: ``EvidenceError`` with the field that is missing, malformed or does not hold.
    public init(parsing bytes: [UInt8]) throws(EvidenceError) {
        do throws(JSONError) {
            let root = JSONCursor(try JSONValue(parsing: bytes, limits: JSONLimits(bytes: Self.maximumSize.limit)))
            // What is demanded follows from what is listed: a misspelt list must not pass for an absent one.
            try root.allow(only: ["mediaType", "tlogs", "certificateAuthorities", "ctlogs", "timestampAuthorities"])
            let field = try root.required("mediaType")
            let mediaType = try field.string()
            guard Self.mediaTypes.contains(where: { $0.isSame(as: mediaType) }) else {
                throw field.error(
                    "expected a Sigstore trusted root of version 0.1 or 0.2, saw \(mediaType.prefix(100))")
            }
            self.init(
                digest: .of(bytes),
                certificateAuthorities: try Self.list(root, "certificateAuthorities", Self.certificateAuthority),
                transparencyLogs: try Self.list(root, "tlogs", Self.log),
                certificateLogs: try Self.list(root, "ctlogs", Self.log),
                timestampAuthorities: try Self.list(root, "timestampAuthorities", Self.timestampAuthority))
        } catch {
            throw EvidenceError(error, in: .trustRoot)
        }
    }

    private static func list<T>(
        _ root: JSONCursor, _ name: String, _ body: (JSONCursor) throws(JSONError) -> T
    ) throws(JSONError) -> [T] {
        guard let list = try root.optional(name) else { return [] }
        var result: [T] = []
        for element in try list.elements(maximumAuthorities) { result.append(try body(element)) }
        return result
    }

    private static func log(_ cursor: JSONCursor) throws(JSONError) -> TrustedLog {
        let publicKey = try cursor.required("publicKey")
        let details = try publicKey.required("keyDetails").string()
        let rawBytes = try publicKey.required("rawBytes")
        let bytes = try rawBytes.base64()
        let logID = try cursor.required("logId").required("keyId").base64()
        guard !logID.isEmpty else { throw try cursor.required("logId").required("keyId").error("the log id is empty") }
        var key: PublicKey?
        var schemes: [SignatureScheme] = []
        if let known = KeyDetails(rawValue: details) {
            schemes = [known.scheme]
            do throws(KeyError) {
                key = known.isPKCS1 ? try PublicKey(pkcs1: bytes) : try PublicKey(subjectPublicKeyInfo: bytes)
            } catch {
                throw rawBytes.error("\(error)")
            }
        }
        return TrustedLog(
            baseURL: try cursor.optional("baseUrl")?.string() ?? "", logID: logID, key: key, schemes: schemes,
            validity: try window(publicKey.optional("validFor")))
    }

    private static func certificateAuthority(_ cursor: JSONCursor) throws(JSONError) -> CertificateAuthority {
        let (place, certificates) = try chain(cursor)
        let name = try name(cursor)
        let validity = try window(cursor.optional("validFor"))
        do throws(CertificateError) {
            return CertificateAuthority(
                name: name, chain: try CertificateChain(authorities: certificates), validity: validity)
        } catch {
            throw place.error(error.message)
        }
    }

    private static func timestampAuthority(_ cursor: JSONCursor) throws(JSONError) -> TimestampAuthority {
        let (place, certificates) = try chain(cursor)
        let name = try name(cursor)
        let validity = try window(cursor.optional("validFor"))
        do throws(CertificateError) {
            return try TimestampAuthority(name: name, certificates: certificates, validity: validity)
        } catch {
            throw place.error(error.message)
        }
    }

    private static func chain(_ cursor: JSONCursor) throws(JSONError) -> (JSONCursor, [Certificate]) {
        let list = try cursor.required("certChain").required("certificates")
        var certificates: [Certificate] = []
        for element in try list.elements(CertificateChain.maximumLength) {
            let place = try element.required("rawBytes")
            let bytes = try place.base64()
            do throws(CertificateError) {
                certificates.append(try Certificate(der: bytes))
            } catch {
                throw place.error("\(error)")
            }
        }
        return (list, certificates)
    }

    private static func name(_ cursor: JSONCursor) throws(JSONError) -> String {
        if let uri = try cursor.optional("uri")?.string(), !uri.isEmpty { return uri }
        return try cursor.optional("subject")?.optional("commonName")?.string() ?? "an unnamed authority"
    }

    private static func window(_ cursor: JSONCursor?) throws(JSONError) -> ValidityWindow {
        guard let cursor else { return ValidityWindow() }
        return ValidityWindow(
            start: try cursor.optional("start")?.instant(), end: try cursor.optional("end")?.instant())
    }
}

/// How a key is encoded and used (Sigstore protobuf-specs, `PublicKeyDetails`).
enum KeyDetails: String, Sendable, Hashable, CaseIterable {
    case p256 = "PKIX_ECDSA_P256_SHA_256"
    case p384 = "PKIX_ECDSA_P384_SHA_384"
    case p521 = "PKIX_ECDSA_P521_SHA_512"
    case p384SHA256 = "PKIX_ECDSA_P384_SHA_256"
    case p521SHA256 = "PKIX_ECDSA_P521_SHA_256"
    case ed25519 = "PKIX_ED25519"
    case rsa2048 = "PKIX_RSA_PKCS1V15_2048_SHA256"
    case rsa3072 = "PKIX_RSA_PKCS1V15_3072_SHA256"
    case rsa4096 = "PKIX_RSA_PKCS1V15_4096_SHA256"
    case pss2048 = "PKIX_RSA_PSS_2048_SHA256"
    case pss3072 = "PKIX_RSA_PSS_3072_SHA256"
    case pss4096 = "PKIX_RSA_PSS_4096_SHA256"
    case pkcs1 = "PKCS1_RSA_PKCS1V5"
    case pkixRSA = "PKIX_RSA_PKCS1V5"

    var scheme: SignatureScheme {
        switch self {
        case .p256, .p384SHA256, .p521SHA256: .ecdsa(.sha256)
        case .p384: .ecdsa(.sha384)
        case .p521: .ecdsa(.sha512)
        case .ed25519: .ed25519
        case .rsa2048, .rsa3072, .rsa4096, .pkcs1, .pkixRSA: .rsaPKCS1(.sha256)
        case .pss2048, .pss3072, .pss4096: .rsaPSS(.sha256)
        }
    }

    var isPKCS1: Bool { self == .pkcs1 }

    /// Whether a key of that kind may be described so.
    func describes(_ kind: PublicKey.Kind) -> Bool {
        switch (self, kind) {
        case (.p256, .p256), (.p384, .p384), (.p384SHA256, .p384), (.p521, .p521), (.p521SHA256, .p521),
            (.ed25519, .ed25519), (.pkcs1, .rsa), (.pkixRSA, .rsa):
            true
        case (.rsa2048, .rsa(2048)), (.rsa3072, .rsa(3072)), (.rsa4096, .rsa(4096)), (.pss2048, .rsa(2048)),
            (.pss3072, .rsa(3072)), (.pss4096, .rsa(4096)), (.pss2048, .rsaPSS(2048)), (.pss3072, .rsaPSS(3072)),
            (.pss4096, .rsaPSS(4096)):
            true
        default: false
        }
    }
}
