internal import Attestation
internal import Core

/// Rebuilds the body of a Rekor v2 entry from the bundle's own content (Rekor v2, `hashedrekord` and `dsse` 0.0.2).
///
/// What the log's Merkle tree must contain is computed, not read: the body in the bundle is only compared with it.
enum Version2Body {
    static func canonical(_ entry: LogEntry, for signed: SignedContent) throws(BindingMismatch) -> [UInt8] {
        let spec: JSONCursor
        let details: KeyDetails
        let algorithm: DigestAlgorithm
        do throws(JSONError) {
            let root = JSONCursor(try JSONValue(parsing: entry.body))
            spec = try root.required("spec").required(entry.kind == .dsse002 ? "dsseV002" : "hashedRekordV002")
            let signature: JSONCursor
            if entry.kind == .dsse002 {
                let signatures = try spec.required("signatures").elements(Cap("signatures in a log entry", 32))
                guard signatures.count == 1, let only = signatures.first else {
                    throw try spec.required("signatures").error("expected one signature, saw \(signatures.count)")
                }
                signature = only
            } else {
                signature = try spec.required("signature")
            }
            algorithm = try hash(spec.required(entry.kind == .dsse002 ? "payloadHash" : "data"))
            let field = try signature.required("verifier").required("keyDetails")
            guard let known = KeyDetails(rawValue: try field.string()) else {
                throw field.error("unknown key details \(try field.string().prefix(60))")
            }
            details = known
        } catch {
            throw BindingMismatch("an entry whose body cannot be read (\(error))", "the body of a Rekor v2 entry")
        }
        guard details.describes(signed.verifier.publicKey.kind) else {
            throw BindingMismatch(
                "a log entry for a key \(details.rawValue)",
                "one for this bundle's \(signed.verifier.publicKey.kind) key")
        }
        let body = try rebuild(entry.kind, signed, details, algorithm)
        guard body == entry.body else {
            throw BindingMismatch(
                "a log entry for \(describe(spec, entry.kind))",
                "the entry that this bundle's content, signature and signer make")
        }
        return body
    }

    private static func rebuild(
        _ kind: LogEntry.Kind, _ signed: SignedContent, _ details: KeyDetails, _ algorithm: DigestAlgorithm
    ) throws(BindingMismatch) -> [UInt8] {
        let raw: JSONValue = ["rawBytes": .string(Base64.encode(signed.verifier.der))]
        let verifier: JSONValue =
            switch signed.verifier {
            case .certificate: ["keyDetails": .string(details.rawValue), "x509Certificate": raw]
            case .key: ["keyDetails": .string(details.rawValue), "publicKey": raw]
            }
        let signature: JSONValue = ["content": .string(Base64.encode(signed.signature)), "verifier": verifier]
        let spec: JSONValue
        switch (kind, signed.content) {
        case (.dsse002, .envelope(let envelope, _)):
            spec = [
                "dsseV002": [
                    "payloadHash": json(.of(envelope.payload, algorithm)), "signatures": [signature],
                ]
            ]
        case (.hashedRekord002, _):
            // For an envelope the digest is that of the pre-authentication encoding.
            guard let digest = signed.digest(algorithm) else {
                throw BindingMismatch(
                    "a log entry that names the content by \(algorithm.rawValue)",
                    "one by the digest that is known of the content")
            }
            spec = ["hashedRekordV002": ["data": json(digest), "signature": signature]]
        default:
            throw BindingMismatch("a log entry of a kind that does not fit what was signed", "one for this content")
        }
        let name = kind == .dsse002 ? "dsse" : "hashedrekord"
        return (["apiVersion": "0.0.2", "kind": .string(name), "spec": spec] as JSONValue).canonical
    }

    private static let names: [(DigestAlgorithm, String)] = [
        (.sha256, "SHA2_256"), (.sha384, "SHA2_384"), (.sha512, "SHA2_512"),
    ]

    private static func json(_ digest: Digest) -> JSONValue {
        let name = names.first { $0.0 == digest.algorithm }?.1 ?? ""
        return ["algorithm": .string(name), "digest": .string(Base64.encode(digest.bytes))]
    }

    private static func hash(_ cursor: JSONCursor) throws(JSONError) -> DigestAlgorithm {
        let field = try cursor.required("algorithm")
        let name = try field.string()
        guard let algorithm = names.first(where: { $0.1 == name })?.0 else {
            throw field.error("the hash algorithm \(name.prefix(40)) is not supported")
        }
        return algorithm
    }

    private static func describe(_ spec: JSONCursor, _ kind: LogEntry.Kind) -> String {
        let field = kind == .dsse002 ? "payloadHash" : "data"
        guard let bytes = try? spec.required(field).required("digest").base64() else { return "other content" }
        return "content with digest \(Hex.encode(bytes))"
    }
}
