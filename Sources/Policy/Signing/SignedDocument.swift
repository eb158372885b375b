internal import Attestation
package import Core

/// A document in a DSSE envelope, signed by one or more keys; its content is only to be had after enough of them
/// verified.
package struct SignedDocument: Sendable, Hashable {
    /// How large an envelope may be.
    package static let maximumSize = Cap("bytes of a signed document", 8 << 20)

    private let envelope: Envelope

    /// Reads an envelope strictly: no unknown fields, canonical base64, at least one signature. Nothing is verified.
    ///
    /// - Throws: ``SigningError`` when it is no such envelope.
    package init(parsing bytes: [UInt8]) throws(SigningError) {
        do {
            let limits = JSONLimits(bytes: Self.maximumSize.limit, depth: 8, values: 512)
            envelope = try Envelope(JSONCursor(JSONValue(parsing: bytes, limits: limits)), strict: true)
        } catch {
            throw SigningError(.malformed, error.message, field: "\(error.location)")
        }
    }

    /// Signs a document.
    ///
    /// - Throws: ``SigningError`` when nobody signs or a key cannot.
    package init(payload: [UInt8], type: String, signers: [any Signer]) throws(SigningError) {
        var envelope = Envelope(payload: payload, payloadType: type, signatures: [])
        for signer in signers { envelope = try Self.adding(signer, to: envelope) }
        guard !envelope.signatures.isEmpty else {
            throw SigningError(.unsigned, "expected at least one key to sign by")
        }
        self.envelope = envelope
    }

    /// The same document with further signatures; a key that has signed it already does not sign again.
    ///
    /// - Throws: ``SigningError`` when a key cannot sign.
    package func adding(_ signers: [any Signer]) throws(SigningError) -> SignedDocument {
        var envelope = envelope
        for signer in signers { envelope = try Self.adding(signer, to: envelope) }
        return SignedDocument(envelope)
    }

    private init(_ envelope: Envelope) { self.envelope = envelope }

    private static func adding(_ signer: any Signer, to envelope: Envelope) throws(SigningError) -> Envelope {
        let message = envelope.preAuthenticationEncoding
        let key = signer.publicKey
        if envelope.signatures.contains(where: { key.isValid(signature: $0.bytes, for: message) }) { return envelope }
        let signature: [UInt8]
        do {
            signature = try signer.sign(message)
        } catch {
            throw SigningError(.keyUnusable, "the \(key) cannot sign: \(error)")
        }
        // What is written must verify: a key whose signatures nobody can check is found here, not in the cluster.
        guard key.isValid(signature: signature, for: message) else {
            throw SigningError(.keyUnusable, "the \(key) made a signature that does not verify")
        }
        return Envelope(
            payload: envelope.payload, payloadType: envelope.payloadType,
            signatures: envelope.signatures + [.init(bytes: signature, keyID: key.fingerprint.hex)])
    }

    /// The envelope as a file.
    package var bytes: [UInt8] { Array(envelope.json.pretty.utf8) }

    /// The payload type, which nobody vouched for; it only sorts documents before they are verified.
    package var claimedType: String { envelope.payloadType }

    /// The payload, which nobody vouched for; to be compared, shown and signed, never to be acted on.
    package var unverifiedPayload: [UInt8] { envelope.payload }

    /// Which of some keys signed the document as one of a type; none when it is of another type.
    ///
    /// Keys are counted, not signatures, and a key id in the envelope is a hint that nobody needs: what several
    /// signatures of one key, under as many ids, would add up to was CVE-2026-49834.
    package func signers(among keys: [PublicKey], type: String) -> [PublicKey] {
        guard envelope.payloadType.isSame(as: type) else { return [] }
        let message = envelope.preAuthenticationEncoding
        var counted: Set<KeyMaterial> = []
        return keys.filter { key in
            guard !counted.contains(KeyMaterial(key)),
                envelope.signatures.contains(where: { key.isValid(signature: $0.bytes, for: message) })
            else { return false }
            counted.insert(KeyMaterial(key))
            return true
        }
    }

    /// The payload, once enough distinct keys have signed it as a document of a type.
    ///
    /// - Parameters:
    ///   - threshold: how many of the keys must have signed; at least 1, whatever is given.
    ///   - role: whose keys they are, for the message.
    /// - Throws: ``SigningError`` when it is of another type or too few have signed.
    package func payload(
        type: String, keys: [PublicKey], threshold: Int = 1, role: String
    ) throws(SigningError) -> [UInt8] {
        guard envelope.payloadType.isSame(as: type) else {
            let seen = PrintableText.quote(envelope.payloadType.excerpt(200))
            throw SigningError(
                .wrongType, "expected a document of type \(type), saw \(seen); it was signed as something else",
                field: "payloadType")
        }
        let count = signers(among: keys, type: type).count
        guard count >= max(threshold, 1) else {
            throw SigningError(
                .notEnoughSignatures,
                "expected valid signatures by \(max(threshold, 1)) of the \(keys.count) keys of \(role), saw \(count) "
                    + "(\(envelope.signatures.count) in all); have it signed by the right keys, and do not use it "
                    + "until then",
                field: "signatures")
        }
        return envelope.payload
    }
}

/// A signed document that cannot be read, signed or relied on.
package struct SigningError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable { case malformed, wrongType, notEnoughSignatures, keyUnusable, unsigned }
        private let value: Value

        /// It is no DSSE envelope as we write them.
        package static let malformed = Code(value: .malformed)
        /// It was signed as a document of another type.
        package static let wrongType = Code(value: .wrongType)
        /// Fewer of the expected keys have signed than must.
        package static let notEnoughSignatures = Code(value: .notEnoughSignatures)
        /// A key cannot sign.
        package static let keyUnusable = Code(value: .keyUnusable)
        /// Nobody signs.
        package static let unsigned = Code(value: .unsigned)
    }

    package let code: Code
    package let message: String
    /// The envelope's field; empty for the whole.
    package let field: String

    package init(_ code: Code, _ message: String, field: String = "") {
        self.code = code
        self.message = message.oneLine.excerpt(1_000)
        self.field = field.oneLine.excerpt(500)
    }

    package var description: String { field.isEmpty ? message : "\(field): \(message)" }
}
