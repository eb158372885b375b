public import Core

/// A DSSE envelope (DSSE v1): a payload, its type, and signatures over both. Nothing of it is verified yet.
public struct Envelope: Sendable, Hashable {
    /// One signature and the signer's hint which key made it; the hint is not authenticated.
    public struct Signature: Sendable, Hashable {
        public let bytes: [UInt8]
        public let keyID: String?

        public init(bytes: [UInt8], keyID: String? = nil) {
            self.bytes = bytes
            self.keyID = keyID
        }
    }

    public let payload: [UInt8]
    public let payloadType: String
    public let signatures: [Signature]

    /// The payload type of in-toto statements.
    public static let inTotoPayloadType = "application/vnd.in-toto+json"

    static let maximumSignatures = Cap("DSSE signatures", 32)
    static let maximumPayload = Cap("DSSE payload bytes", 64 << 20)

    public init(payload: [UInt8], payloadType: String, signatures: [Signature]) {
        self.payload = payload
        self.payloadType = payloadType
        self.signatures = signatures
    }

    /// Reads an envelope.
    ///
    /// - Parameters:
    ///   - cursor: the envelope's place in its document.
    ///   - strict: whether unknown fields are refused; DSSE asks readers of bare envelopes to ignore them.
    ///   - urlSafe: whether base64 may also be in the URL-safe alphabet, which DSSE allows and Google Cloud Build
    ///     writes. Sigstore does not, and there a second spelling of the same bytes has no business.
    /// - Throws: ``JSONError`` with the field that is missing, malformed or too large.
    public init(_ cursor: JSONCursor, strict: Bool = false, urlSafe: Bool = false) throws(JSONError) {
        if strict { try cursor.allow(only: ["payload", "payloadType", "signatures"]) }
        payloadType = try cursor.required("payloadType").string()
        let field = try cursor.required("payload")
        payload = try Self.bytes(field, urlSafe: urlSafe)
        if payload.count > Self.maximumPayload.limit {
            throw field.error("\(CapExceeded(cap: Self.maximumPayload, seen: payload.count))", .tooLarge)
        }
        var signatures: [Signature] = []
        for signature in try cursor.required("signatures").elements(Self.maximumSignatures) {
            if strict { try signature.allow(only: ["sig", "keyid"]) }
            signatures.append(
                Signature(
                    bytes: try Self.bytes(signature.required("sig"), urlSafe: urlSafe),
                    keyID: try signature.optional("keyid")?.string()))
        }
        guard !signatures.isEmpty else {
            throw try cursor.required("signatures").error("expected at least one signature, saw none")
        }
        self.signatures = signatures
    }

    private static func bytes(_ cursor: JSONCursor, urlSafe: Bool) throws(JSONError) -> [UInt8] {
        guard urlSafe else { return try cursor.base64() }
        let text = try cursor.string()
        // One alphabet at a time: a text that mixes them is neither.
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }) else {
            return try cursor.base64()
        }
        var standard: [UInt8] = []
        standard.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"): standard.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): standard.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"): throw cursor.error("the text mixes the alphabets of base64")
            default: standard.append(byte)
            }
        }
        guard let bytes = standard.withUnsafeBufferPointer({ Base64.decode($0) }) else {
            throw cursor.error("expected canonical base64, standard or URL-safe (RFC 4648 §4, §5)")
        }
        return bytes
    }

    /// Parses an envelope's JSON text.
    ///
    /// - Throws: ``JSONError`` with the place.
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits(bytes: 96 << 20)) throws(JSONError) {
        try self.init(JSONCursor(JSONValue(parsing: bytes, limits: limits)))
    }

    /// What is signed: the pre-authentication encoding of payload type and payload (DSSE v1, "Signature Definition").
    public var preAuthenticationEncoding: [UInt8] {
        let type = Array(payloadType.utf8)
        var encoding: [UInt8] = []
        encoding.reserveCapacity(payload.count + type.count + 40)
        encoding.append(contentsOf: "DSSEv1 \(type.count) ".utf8)
        encoding.append(contentsOf: type)
        encoding.append(contentsOf: " \(payload.count) ".utf8)
        encoding.append(contentsOf: payload)
        return encoding
    }

    /// The envelope as JSON.
    public var json: JSONValue {
        [
            "payload": .string(Base64.encode(payload)), "payloadType": .string(payloadType),
            "signatures": .array(
                signatures.map { signature in
                    var object: JSONObject = JSONObject([
                        JSONObject.Member(key: "sig", value: .string(Base64.encode(signature.bytes)))
                    ])
                    if let keyID = signature.keyID { object["keyid"] = .string(keyID) }
                    return .object(object)
                }),
        ]
    }
}
