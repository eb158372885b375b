internal import Attestation
internal import Core

/// What was signed: the artifact, or a statement about it (step 9).
extension Verifier {
    /// What the bundle says of the artifact without any signature must hold too.
    func checkArtifact(_ signed: SignedContent) throws(Refusal) {
        switch signed.content {
        case .message(let hint?, _):
            guard let actual = signed.artifact.digest(hint.algorithm) else {
                throw refuse(
                    .content, VerificationRules.artifactMismatch, "an artifact known as \(signed.artifact.description)",
                    "its \(hint.algorithm.rawValue) digest, which the bundle signs; give that digest or the file")
            }
            guard actual == hint else {
                throw refuse(
                    .content, VerificationRules.artifactMismatch, "the artifact \(actual)",
                    "the artifact that was signed, \(hint)")
            }
        case .message(nil, _), .envelope: break
        case .simpleSigning(let payload, _):
            try checkSimpleSigning(payload, signed.artifact)
        }
    }

    /// The payload names the image by digest (containers/image, "simple signing").
    private func checkSimpleSigning(_ payload: [UInt8], _ artifact: Artifact) throws(Refusal) {
        let named: String
        do throws(JSONError) {
            let critical = try JSONCursor(JSONValue(parsing: payload)).required("critical")
            let type = try critical.required("type")
            guard try type.string() == "cosign container image signature" else {
                throw type.error(
                    "expected \"cosign container image signature\", saw \"\(try type.string().prefix(60))\"")
            }
            named = try critical.required("image").required("docker-manifest-digest").string()
        } catch {
            throw refuse(
                .content, VerificationRules.artifactMismatch, "a payload that cannot be read (\(error))",
                "a cosign simple-signing payload")
        }
        guard let digest = Digest(named), artifact.digest(digest.algorithm) == digest else {
            throw refuse(
                .content, VerificationRules.artifactMismatch, "a signature for the image \(named.prefix(150))",
                "one for \(artifact.description)")
        }
    }

    func verifySignature(_ signed: SignedContent) throws(Refusal) {
        guard isSignatureValid(signed) else {
            if case .message = signed.content, signed.verifier.publicKey.kind == .ed25519, signed.artifact.bytes == nil
            {
                throw refuse(
                    .signature, VerificationRules.signatureInvalid, "only a digest of the artifact",
                    "the artifact itself, because Ed25519 signs its bytes; give the file")
            }
            let what =
                switch signed.content {
                case .message: "the artifact \(signed.artifact.description)"
                case .envelope: "the envelope's payload and type"
                case .simpleSigning: "the payload"
                }
            throw refuse(
                .signature, VerificationRules.signatureInvalid,
                "a signature that does not verify over \(what) with the signer's \(signed.verifier.publicKey.kind) key",
                "a signature that this key made over it")
        }
    }

    func isSignatureValid(_ signed: SignedContent) -> Bool {
        let key = signed.verifier.publicKey
        switch signed.content {
        case .message(let hint, let signature):
            return key.defaultSchemes.contains { scheme in
                guard let hash = scheme.hash else {
                    guard let bytes = signed.artifact.bytes else { return false }
                    return key.isValid(signature: signature, for: bytes, schemes: [scheme])
                }
                guard hint == nil || hint?.algorithm == hash, let digest = signed.artifact.digest(hash) else {
                    return false
                }
                return key.isValid(signature: signature, forDigest: digest, scheme: scheme)
            }
        case .envelope(let envelope, _):
            let message = envelope.preAuthenticationEncoding
            if key.isValid(signature: signed.signature, for: message) { return true }
            // Some key management services write ECDSA signatures as r ‖ s; certificates' signers never do.
            guard case .key = signed.verifier, let der = key.derSignature(ieeeP1363: signed.signature) else {
                return false
            }
            return key.isValid(signature: der, for: message)
        case .simpleSigning(let payload, let signature):
            return key.isValid(signature: signature, for: payload)
        }
    }

    /// The statement is about the artifact and of the type that was asked for.
    func verifyStatement(_ signed: SignedContent) throws(Refusal) -> (VerifiedEvidence.Content, SubjectDigest) {
        let fallback = signed.artifact.digests.first ?? SubjectDigest(algorithm: "none", value: "")
        guard case .envelope(let envelope, _) = signed.content else {
            if let predicateType {
                throw refuse(
                    .statement, VerificationRules.predicateMismatch, "a signature over the artifact, not a statement",
                    "a statement with predicate type \(predicateType)")
            }
            if case .simpleSigning(let payload, _) = signed.content, let value = try? JSONValue(parsing: payload) {
                return (.simpleSigning(value), fallback)
            }
            return (.artifact, fallback)
        }
        guard envelope.payloadType == Envelope.inTotoPayloadType else {
            throw refuse(
                .statement, VerificationRules.statementInvalid,
                "a payload of type \"\(envelope.payloadType.prefix(100))\"",
                "type \(Envelope.inTotoPayloadType)")
        }
        let statement: Statement
        do throws(JSONError) {
            statement = try Statement(parsing: envelope.payload)
        } catch {
            throw refuse(
                .statement, VerificationRules.statementInvalid, "a payload that cannot be read (\(error))",
                "an in-toto statement")
        }
        guard let subject = signed.artifact.digests.first(where: { statement.isAbout($0) }) else {
            let named = statement.subjects.prefix(3).compactMap { $0.digests.first?.description }
            throw refuse(
                .statement, VerificationRules.subjectMismatch,
                "a statement about \(named.joined(separator: ", "))\(statement.subjects.count > 3 ? " and others" : "")",
                "one about \(signed.artifact.description)")
        }
        if let predicateType, !statement.predicateType.utf8.elementsEqual(predicateType.utf8) {
            throw refuse(
                .statement, VerificationRules.predicateMismatch, "predicate type \(statement.predicateType)",
                "predicate type \(predicateType)")
        }
        if predicateType != nil { try checkPredicate(statement) }
        return (.statement(statement), subject)
    }

    /// A predicate that is asked for by a known type must be what its type promises (CVE-2022-35929).
    private func checkPredicate(_ statement: Statement) throws(Refusal) {
        do throws(JSONError) {
            _ = try Predicate(statement)
        } catch {
            throw refuse(
                .statement, VerificationRules.predicateMismatch, "a predicate that cannot be read (\(error))",
                "a predicate of type \(statement.predicateType)")
        }
    }
}
