internal import Attestation
internal import Core

/// What was signed, and the signature.
struct SignedContent {
    enum Content {
        case message([UInt8])
        case envelope(Envelope)

        var envelope: Envelope? { if case .envelope(let envelope) = self { envelope } else { nil } }
    }

    /// As the bundle holds it.
    var content: Content
    /// As the log got to see it.
    var logged: Content
    var signature: [UInt8]
}

extension Minting {
    func signedContent() throws -> SignedContent {
        switch request.content {
        case .artifact(let bytes):
            let signature = try sign(bytes)
            return SignedContent(content: .message(bytes), logged: .message(bytes), signature: signature)
        case .statement(let statement):
            let type = flaws.contains(.payloadTypeOther) ? "application/json" : Envelope.inTotoPayloadType
            return try signedEnvelope(payload(of: statement), type: type)
        case .payload(let bytes, let type):
            return try signedEnvelope(bytes, type: type)
        }
    }

    private func signedEnvelope(_ payload: [UInt8], type: String) throws -> SignedContent {
        let unsigned = Envelope(payload: payload, payloadType: type, signatures: [])
        let signature = try sign(
            flaws.contains(.signatureOverPayload) ? payload : unsigned.preAuthenticationEncoding)
        var signatures = [Envelope.Signature(bytes: signature)]
        if flaws.contains(.extraSignature) {
            let other = try PrivateKey(generating: .p256).sign(unsigned.preAuthenticationEncoding)
            signatures.append(Envelope.Signature(bytes: other))
        }
        for case .tooManySignatures(let count) in flaws {
            signatures = Array(repeating: Envelope.Signature(bytes: signature), count: max(0, count))
        }
        let envelope = Envelope(payload: payload, payloadType: type, signatures: signatures)
        var shown = envelope
        if flaws.contains(.payloadSwapped) {
            // A statement that reads the same but for white space, so that nothing else gives it away.
            shown = Envelope(payload: payload + [0x0A], payloadType: type, signatures: signatures)
        }
        return SignedContent(content: .envelope(shown), logged: .envelope(envelope), signature: signature)
    }

    private func sign(_ message: [UInt8]) throws -> [UInt8] {
        // Another key of the same kind, so that the signature is at least of the right form.
        let signer = flaws.contains(.signatureOtherKey) ? try key.anotherOfItsKind() : key
        let signature = try signer.sign(message)
        return flaws.contains(.signatureFlipped) ? signature.flippingLastBit() : signature
    }

    private func payload(of statement: Statement) -> [UInt8] {
        var subjects = statement.subjects
        let other = SubjectDigest(Digest.of(Array("another artifact".utf8)))
        if flaws.contains(.subjectOther) {
            subjects = subjects.map { Statement.Subject(name: $0.name, digests: [other]) }
        }
        for flaw in flaws {
            if case .tooManySubjects(let count) = flaw {
                // The right one stands first, so that only the number is at fault.
                subjects += (0..<max(0, count - subjects.count)).map {
                    Statement.Subject(name: "filler-\($0)", digests: [other])
                }
            }
            if case .tooManyDigests(let count) = flaw {
                subjects = subjects.map { subject in
                    let filler = (0..<max(0, count - subject.digests.count)).map {
                        SubjectDigest(algorithm: "filler\($0)", value: "00")
                    }
                    return Statement.Subject(name: subject.name, digests: subject.digests + filler)
                }
            }
        }
        var type = statement.predicateType
        if flaws.contains(.predicateTypeOther) { type = "https://example.com/other/v1" }
        if flaws.contains(.predicateTypeLookalike) { type += "/" }
        let changed = Statement(
            version: statement.version, subjects: subjects, predicateType: type, predicate: statement.predicate)
        guard flaws.contains(.payloadNotStatement), var object = changed.json.object else {
            return changed.json.canonical
        }
        object["_type"] = "https://example.com/NotAStatement/v1"
        return JSONValue.object(object).canonical
    }
}

extension PrivateKey {
    func anotherOfItsKind() throws -> PrivateKey {
        let kind: Kind =
            switch (publicKey.kind, scheme) {
            case (.p256, _): .p256
            case (.p384, _): .p384
            case (.p521, _): .p521
            case (.ed25519, _): .ed25519
            case (.rsa, .rsaPSS), (.rsaPSS, _): .rsa2048PSS
            case (.rsa, _): .rsa2048
            }
        return try PrivateKey(generating: kind)
    }
}
