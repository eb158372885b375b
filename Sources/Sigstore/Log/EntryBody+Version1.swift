internal import Attestation
internal import Core

/// Binds a Rekor v1 entry's body to the bundle's own signature, key and digest (Rekor, `hashedrekord` 0.0.1, `dsse`
/// 0.0.1, `intoto` 0.0.1 and 0.0.2). Without it any genuine entry would vouch for any bundle (CVE-2022-36056).
struct Version1Body {
    private let spec: JSONCursor

    init(_ entry: LogEntry) throws(BindingMismatch) {
        do throws(JSONError) {
            let root = JSONCursor(try JSONValue(parsing: entry.body))
            let expected: (String, String) =
                switch entry.kind {
                case .hashedRekord001: ("hashedrekord", "0.0.1")
                case .dsse001: ("dsse", "0.0.1")
                case .intoto001: ("intoto", "0.0.1")
                default: ("intoto", "0.0.2")
                }
            let seen = (try root.required("kind").string(), try root.required("apiVersion").string())
            guard seen == expected else {
                throw root.error("the body is a \(seen.0) \(seen.1), the entry says \(expected.0) \(expected.1)")
            }
            spec = try root.required("spec")
        } catch {
            throw BindingMismatch("an entry whose body cannot be read (\(error))", "the body of a Rekor v1 entry")
        }
    }

    func bind(_ kind: LogEntry.Kind, to signed: SignedContent) throws(BindingMismatch) {
        do {
            switch (kind, signed.content) {
            case (.hashedRekord001, .message), (.hashedRekord001, .simpleSigning): try bindHashedRekord(signed)
            case (.dsse001, .envelope(let envelope, let text)): try bindDSSE(signed, envelope, text)
            case (.intoto002, .envelope(let envelope, _)): try bindInToto002(signed, envelope)
            case (.intoto001, .envelope(let envelope, let text)): try bindInToto001(signed, envelope, text)
            default:
                throw BindingMismatch("a log entry of a kind that does not fit what was signed", "one for this content")
            }
        } catch let error as BindingMismatch {
            throw error
        } catch {
            throw BindingMismatch("an entry whose body cannot be read (\(error))", "the body of a Rekor v1 entry")
        }
    }

    private func bindHashedRekord(_ signed: SignedContent) throws {
        try match(digest: spec.required("data").required("hash"), with: signed.digest)
        let signature = try spec.required("signature")
        try match(signature: signature.required("content").base64(), signed)
        try match(verifier: signature.required("publicKey").required("content").base64(), signed)
    }

    private func bindDSSE(_ signed: SignedContent, _ envelope: Envelope, _ text: [UInt8]?) throws {
        try match(digest: spec.required("payloadHash")) { .of(envelope.payload, $0) }
        if let text {
            try match(digest: spec.required("envelopeHash")) { .of(text, $0) }
        }
        let signature = try only(spec.required("signatures"))
        try match(signature: signature.required("signature").base64(), signed)
        try match(verifier: signature.required("verifier").base64(), signed)
    }

    private func bindInToto002(_ signed: SignedContent, _ envelope: Envelope) throws {
        let content = try spec.required("content")
        try match(digest: content.required("payloadHash")) { .of(envelope.payload, $0) }
        let logged = try content.required("envelope")
        let payloadType = try logged.required("payloadType").string()
        guard payloadType.utf8.elementsEqual(envelope.payloadType.utf8) else {
            throw BindingMismatch("a log entry of payload type \(payloadType)", "payload type \(envelope.payloadType)")
        }
        if let payload = try logged.optional("payload") {
            guard try twice(payload) == envelope.payload else {
                throw BindingMismatch("a log entry with another payload", "this envelope's payload")
            }
        }
        let signature = try only(logged.required("signatures"))
        try match(signature: twice(signature.required("sig")), signed)
        try match(verifier: signature.required("publicKey").base64(), signed)
    }

    /// Such an entry names the envelope by the hash of its text alone, so it binds only where that text is at hand.
    private func bindInToto001(_ signed: SignedContent, _ envelope: Envelope, _ text: [UInt8]?) throws {
        guard let text else {
            throw BindingMismatch(
                "an intoto 0.0.1 entry, which does not hold the signature", "an entry that holds the signature")
        }
        let content = try spec.required("content")
        try match(digest: content.required("hash")) { .of(text, $0) }
        if let payloadHash = try content.optional("payloadHash") {
            try match(digest: payloadHash) { .of(envelope.payload, $0) }
        }
        try match(verifier: spec.required("publicKey").base64(), signed)
    }

    private func only(_ list: JSONCursor) throws -> JSONCursor {
        let elements = try list.elements(Cap("signatures in a log entry", 32))
        guard elements.count == 1, let element = elements.first else {
            throw BindingMismatch("a log entry with \(elements.count) signatures", "exactly one")
        }
        return element
    }

    /// Base64 of base64, as intoto 0.0.2 keeps payload and signature.
    private func twice(_ cursor: JSONCursor) throws -> [UInt8] {
        guard let inner = String(validating: try cursor.base64(), as: UTF8.self), let bytes = Base64.decode(inner)
        else {
            throw cursor.error("expected base64 of base64")
        }
        return bytes
    }

    private func match(digest cursor: JSONCursor, with value: (DigestAlgorithm) -> Digest?) throws {
        let name = try cursor.required("algorithm").string()
        guard let algorithm = DigestAlgorithm(rawValue: name) else {
            throw cursor.error("the hash algorithm \(name.prefix(40)) is not supported")
        }
        let logged = try cursor.required("value").string()
        guard let actual = value(algorithm) else {
            throw BindingMismatch(
                "a log entry that names the content by \(name)", "one by the digest that is known of the content")
        }
        guard actual.hex == logged else {
            throw BindingMismatch("a log entry for content \(name):\(logged.prefix(128))", "one for \(actual)")
        }
    }

    private func match(signature logged: [UInt8], _ signed: SignedContent) throws {
        guard logged == signed.signature else {
            throw BindingMismatch("a log entry for another signature", "one for this bundle's signature")
        }
    }

    private func match(verifier logged: [UInt8], _ signed: SignedContent) throws {
        let blocks = try PEM.decode(String(decoding: logged, as: UTF8.self))
        guard blocks.count == 1, blocks.first?.bytes == signed.verifier.der else {
            throw BindingMismatch("a log entry for another key or certificate", "one for this bundle's signer")
        }
    }
}
