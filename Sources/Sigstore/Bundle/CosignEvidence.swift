internal import Attestation
internal import Core

/// Evidence as cosign keeps it in a registry beside an image: a layer, and annotations with its signature.
///
/// Annotations are not authenticated by the registry; everything in them is verified like a bundle's fields.
extension Bundle {
    /// Annotation names (cosign, `SIGNATURE_SPEC.md`).
    private enum Annotation {
        static let signature = "dev.cosignproject.cosign/signature"
        static let certificate = "dev.sigstore.cosign/certificate"
        static let chain = "dev.sigstore.cosign/chain"
        static let bundle = "dev.sigstore.cosign/bundle"
        static let timestamp = "dev.sigstore.cosign/rfc3161timestamp"
    }

    /// Reads a layer of a cosign signature (`sha256-….sig`): a simple-signing payload signed by an annotation.
    ///
    /// - Parameters:
    ///   - payload: the layer's bytes.
    ///   - annotations: the layer's annotations.
    /// - Throws: ``EvidenceError`` with the annotation that is missing or malformed.
    public init(cosignSignature payload: [UInt8], annotations: [String: String]) throws(EvidenceError) {
        guard let text = annotations[Annotation.signature] else {
            throw Self.error(Annotation.signature, "the annotation is missing")
        }
        guard let signature = Base64.decode(text), !signature.isEmpty else {
            throw Self.error(Annotation.signature, "expected canonical base64")
        }
        try self.init(
            content: .simpleSigning(payload: payload, signature: signature), bytes: payload, annotations: annotations)
    }

    /// Reads a layer of a cosign attestation (`sha256-….att`): a DSSE envelope.
    ///
    /// - Parameters:
    ///   - envelope: the layer's bytes.
    ///   - annotations: the layer's annotations.
    /// - Throws: ``EvidenceError`` with the field or annotation that is missing or malformed.
    public init(cosignAttestation envelope: [UInt8], annotations: [String: String]) throws(EvidenceError) {
        try self.init(
            content: .envelope(try Self.envelope(envelope), text: envelope), bytes: envelope,
            annotations: annotations)
    }

    /// Reads a bare DSSE envelope, which can only be verified by a configured key.
    ///
    /// - Throws: ``EvidenceError`` with the field that is missing or malformed.
    public init(envelope bytes: [UInt8]) throws(EvidenceError) {
        try self.init(
            content: .envelope(try Self.envelope(bytes), text: bytes), bytes: bytes, annotations: [:])
    }

    private static func envelope(_ bytes: [UInt8]) throws(EvidenceError) -> Envelope {
        do throws(JSONError) {
            let envelope = try Envelope(parsing: bytes)
            guard envelope.signatures.count == 1 else {
                throw JSONError(
                    .shape, "expected exactly one signature, saw \(envelope.signatures.count)",
                    at: .field("signatures"))
            }
            return envelope
        } catch {
            throw EvidenceError(error, in: .envelope)
        }
    }

    private init(content: Content, bytes: [UInt8], annotations: [String: String]) throws(EvidenceError) {
        var logEntries: [LogEntry] = []
        if let text = annotations[Annotation.bundle], !text.isEmpty {
            do throws(JSONError) {
                logEntries = [try LogEntry(cosignBundle: text)]
            } catch {
                throw Self.error(Annotation.bundle, "\(error)")
            }
        }
        var timestamps: [TimestampToken] = []
        if let text = annotations[Annotation.timestamp], !text.isEmpty {
            do throws(JSONError) {
                let field = try JSONCursor(JSONValue(parsing: text)).required("SignedRFC3161Timestamp")
                timestamps = [try TimestampToken(cosign: field)]
            } catch {
                throw Self.error(Annotation.timestamp, "\(error)")
            }
        }
        // The evidence is the layer together with its annotations; lengths keep one from passing for another.
        var hasher = DigestHasher()
        hasher.update(Digest.of(bytes).bytes)
        for (name, value) in annotations.sorted(by: { $0.key < $1.key }) {
            hasher.update(Array("\(name.utf8.count) \(value.utf8.count) \(name)\(value)".utf8))
        }
        self.init(
            version: .cosign, digest: annotations.isEmpty ? .of(bytes) : hasher.finalize(),
            material: try Self.material(annotations), content: content, logEntries: logEntries,
            timestamps: timestamps)
    }

    private static func material(_ annotations: [String: String]) throws(EvidenceError) -> Material {
        guard let text = annotations[Annotation.certificate], !text.isEmpty else { return .unnamedKey }
        let leaf = try certificates(text, Annotation.certificate)
        guard leaf.count == 1, let certificate = leaf.first else {
            throw error(Annotation.certificate, "expected one certificate, saw \(leaf.count)")
        }
        // The chain annotation ends in the root by cosign's habit. It is not needed: trust comes from the trust root.
        return .certificate(certificate, others: [])
    }

    private static func certificates(_ text: String, _ name: String) throws(EvidenceError) -> [Certificate] {
        var certificates: [Certificate] = []
        do {
            guard text.utf8.count <= Certificate.maximumSize.limit * 2 else {
                throw CapExceeded(cap: Certificate.maximumSize, seen: text.utf8.count)
            }
            for block in try PEM.decode(text) where block.label == "CERTIFICATE" {
                certificates.append(try Certificate(der: block.bytes))
            }
        } catch {
            throw Self.error(name, "\(error)")
        }
        return certificates
    }

    private static func error(_ annotation: String, _ message: String) -> EvidenceError {
        EvidenceError(.malformed, in: .cosignSignature, at: .field(annotation), message)
    }
}

extension TimestampToken {
    fileprivate init(cosign field: JSONCursor) throws(JSONError) {
        let bytes = try field.base64()
        do throws(TimestampError) {
            try self.init(response: bytes)
        } catch {
            throw field.error("\(error)")
        }
    }
}
