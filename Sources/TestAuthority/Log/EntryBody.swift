internal import Attestation
internal import Core

/// What is signed and by whom, as far as a log entry tells it.
struct LoggedSignature {
    enum Content {
        case artifact(Digest)
        /// The envelope, and its bytes as they were uploaded.
        case envelope(Envelope, bytes: [UInt8])
    }

    var content: Content
    var signature: [UInt8]
    var key: PrivateKey
    /// The leaf certificate; without one the key itself is logged.
    var certificate: Certificate?

    /// The PEM that Rekor v1 logs, in base64.
    private var verifierPEM: JSONValue {
        .string(Base64.encode(Array((certificate?.pem ?? key.publicPEM).utf8)))
    }

    /// The verifier message of Rekor v2.
    private var verifier: JSONValue {
        let material: (String, JSONValue) =
            if let certificate {
                ("x509Certificate", ["rawBytes": .string(Base64.encode(certificate.der))])
            } else {
                ("publicKey", ["rawBytes": .string(Base64.encode(key.publicKey.subjectPublicKeyInfo))])
            }
        var object = JSONObject()
        object["keyDetails"] = .string(key.keyDetails)
        object[material.0] = material.1
        return .object(object)
    }

    private var prehash: DigestAlgorithm { key.scheme.hash ?? .sha256 }

    /// The canonical body of the entry, byte for byte as the log hashes it.
    ///
    /// - Throws: ``AuthorityError`` when the kind cannot hold the content.
    func body(_ kind: EntryKind) throws -> [UInt8] {
        let spec: JSONValue
        switch (kind, content) {
        case (.hashedRekord001, .artifact(let digest)):
            spec = [
                "data": ["hash": hash(digest)],
                "signature": [
                    "content": .string(Base64.encode(signature)), "publicKey": ["content": verifierPEM],
                ],
            ]
        case (.hashedRekord002, .artifact(let digest)): spec = hashedRekord002(digest)
        case (.hashedRekord002, .envelope(let envelope, _)):
            spec = hashedRekord002(.of(envelope.preAuthenticationEncoding, prehash))
        case (.dsse001, .envelope(let envelope, let bytes)):
            spec = [
                "envelopeHash": hash(.of(bytes)), "payloadHash": hash(.of(envelope.payload)),
                "signatures": .array(
                    envelope.signatures.map {
                        ["signature": .string(Base64.encode($0.bytes)), "verifier": verifierPEM]
                    }),
            ]
        case (.dsse002, .envelope(let envelope, _)):
            spec = [
                "dsseV002": [
                    "payloadHash": Digest.of(envelope.payload).protobuf,
                    "signatures": .array(
                        envelope.signatures.map {
                            ["content": .string(Base64.encode($0.bytes)), "verifier": verifier]
                        }),
                ]
            ]
        case (.intoto001, .envelope(let envelope, let bytes)):
            spec = [
                "content": ["hash": hash(.of(bytes)), "payloadHash": hash(.of(envelope.payload))],
                "publicKey": verifierPEM,
            ]
        case (.intoto002, .envelope(let envelope, let bytes)): spec = intoto002(envelope, bytes)
        case (.hashedRekord001, _), (.dsse001, _), (.dsse002, _), (.intoto001, _), (.intoto002, _):
            throw AuthorityError(
                .unsupported, "an entry \(kind.rawValue) cannot hold this content; leave the entry's kind out")
        }
        let entry: JSONValue = [
            "apiVersion": .string(kind.version), "kind": .string(kind.kind), "spec": spec,
        ]
        return entry.canonical
    }

    private func hashedRekord002(_ digest: Digest) -> JSONValue {
        [
            "hashedRekordV002": [
                "data": digest.protobuf,
                "signature": ["content": .string(Base64.encode(signature)), "verifier": verifier],
            ]
        ]
    }

    // Payload and signatures are in base64 twice, since the envelope was taken for bytes to be encoded.
    private func intoto002(_ envelope: Envelope, _ bytes: [UInt8]) -> JSONValue {
        func twice(_ bytes: [UInt8]) -> JSONValue { .string(Base64.encode(Array(Base64.encode(bytes).utf8))) }
        return [
            "content": [
                "envelope": [
                    "payload": twice(envelope.payload), "payloadType": .string(envelope.payloadType),
                    "signatures": .array(
                        envelope.signatures.map { ["publicKey": verifierPEM, "sig": twice($0.bytes)] }),
                ], "hash": hash(.of(bytes)), "payloadHash": hash(.of(envelope.payload)),
            ]
        ]
    }

    private func hash(_ digest: Digest) -> JSONValue {
        ["algorithm": .string(digest.algorithm.rawValue), "value": .string(digest.hex)]
    }
}

extension Digest {
    /// A HashOutput message of Sigstore's protobuf specification.
    var protobuf: JSONValue {
        ["algorithm": .string(algorithm.protobufName), "digest": .string(Base64.encode(bytes))]
    }
}

extension DigestAlgorithm {
    var protobufName: String {
        switch self {
        case .sha256: "SHA2_256"
        case .sha384: "SHA2_384"
        case .sha512: "SHA2_512"
        }
    }
}

extension PrivateKey {
    /// The name of key and scheme in Sigstore's algorithm registry.
    var keyDetails: String {
        switch (publicKey.kind, scheme) {
        case (.p256, _): "PKIX_ECDSA_P256_SHA_256"
        case (.p384, _): "PKIX_ECDSA_P384_SHA_384"
        case (.p521, _): "PKIX_ECDSA_P521_SHA_512"
        case (.ed25519, _): "PKIX_ED25519"
        case (.rsa(let bits), .rsaPSS), (.rsaPSS(let bits), _): "PKIX_RSA_PSS_\(bits)_SHA256"
        case (.rsa(let bits), _): "PKIX_RSA_PKCS1V15_\(bits)_SHA256"
        }
    }
}
