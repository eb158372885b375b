internal import Attestation
internal import Core

/// The signer: which kind is accepted, which key it is, and whether its certificate holds (steps 0 and 4).
extension Verifier {
    /// The bundle is signed the way that was asked for; what it brings along does not choose how it is checked.
    func signer(of bundle: Bundle, _ artifact: Artifact) throws(Refusal) -> ClaimedSigner {
        switch (bundle.material, signers) {
        case (.certificate(let leaf, let others), .identities):
            if let root = others.first(where: \.isSelfIssued) {
                throw Refusal(
                    .chain,
                    Finding(
                        VerificationRules.rootEmbedded,
                        observed: "a self-issued certificate \(Digest.of(root.der)) in the bundle's chain",
                        expected: "a chain without its root"))
            }
            // Whatever else the chain holds must be known already, so that nothing in it goes unchecked.
            let stranger = others.first { other in
                !trustRoot.certificateAuthorities.contains { $0.chain.authorities.contains(other) }
            }
            if let stranger {
                throw refuse(
                    .chain, VerificationRules.certificateUntrusted,
                    "a chain with the certificate \(Digest.of(stranger.der)), which the trust root does not list",
                    "the leaf, and authorities of \(trustRoot.certificateAuthorities.map(\.name).joined(separator: ", "))"
                )
            }
            return .certificate(leaf)
        case (.publicKey(let hint), .keys(let keys)):
            let named = keys.filter { $0.hint == nil || $0.hint == hint }
            guard let first = named.first else {
                throw refuse(
                    .signer, VerificationRules.keyNotTrusted, "a bundle signed by the key \"\(hint)\"",
                    keys.isEmpty ? "a configured key" : "one of \(keys.compactMap(\.hint).joined(separator: ", "))")
            }
            return .key(choose(named, bundle, artifact) ?? first)
        case (.unnamedKey, .keys(let keys)):
            guard let first = keys.first else {
                throw refuse(.signer, VerificationRules.keyNotTrusted, "no configured key", "at least one")
            }
            return .key(choose(keys, bundle, artifact) ?? first)
        case (.certificate, .keys):
            throw refuse(
                .signer, VerificationRules.signerMismatch, "a signature by a certificate",
                "a signature by one of the configured keys")
        case (.publicKey, .identities), (.unnamedKey, .identities):
            throw refuse(
                .signer, VerificationRules.signerMismatch, "a signature by a key",
                "a signature by a certificate of the expected identity")
        }
    }

    /// Which of several configured keys made the signature; with a single one there is nothing to choose.
    private func choose(_ keys: [TrustedKey], _ bundle: Bundle, _ artifact: Artifact) -> TrustedKey? {
        guard keys.count > 1 else { return keys.first }
        return keys.first { isSignatureValid(ClaimedSigner.key($0).content(bundle, artifact)) }
    }

    /// The certificate's chain, usage and timestamps hold at every verified time; a key is in its window.
    func verify(
        _ signer: ClaimedSigner, at times: [VerifiedEvidence.SigningTime]
    ) throws(Refusal) -> SignerIdentity {
        switch signer {
        case .key(let trusted):
            for time in times where !trusted.validity.contains(time.instant) {
                throw refuse(
                    .time, VerificationRules.keyNotTrusted, "a signature of \(time.instant)",
                    "one in the key's window, \(trusted.validity)")
            }
            return .key(trusted.key.fingerprint)
        case .certificate(let leaf):
            let issuer = try verifyChain(leaf, at: times)
            try verifyUsage(leaf)
            try verifyCertificateTimestamps(leaf, issuer)
            do throws(CertificateError) {
                return .certificate(try leaf.identity())
            } catch {
                throw refuse(
                    .chain, VerificationRules.certificateUsage, error.message, "a certificate for code signing")
            }
        }
    }

    private func verifyChain(
        _ leaf: Certificate, at times: [VerifiedEvidence.SigningTime]
    ) throws(Refusal) -> Certificate {
        for time in times where !leaf.isValid(at: time.instant) {
            throw refuse(
                .chain, VerificationRules.certificateExpired, "a signature of \(time.instant)",
                "one while the certificate was valid, \(leaf.notBefore) to \(leaf.notAfter)")
        }
        let named = trustRoot.certificateAuthorities.filter { $0.chain.issuing.subject == leaf.issuer }
        var expired: Refusal?
        for authority in named where leaf.isSigned(by: authority.chain.issuing) {
            guard let refusal = Self.firstOutside(authority, times) else { return authority.chain.issuing }
            expired = refusal
        }
        throw expired
            ?? refuse(
                .chain, VerificationRules.certificateUntrusted,
                named.isEmpty
                    ? "a certificate of an issuer that the trust root does not list"
                    : "a certificate whose signature its named issuer did not make",
                "one issued by \(trustRoot.certificateAuthorities.map(\.name).joined(separator: ", "))")
    }

    /// Every authority's certificate must be valid at every time, and the trust root's window must hold it.
    private static func firstOutside(
        _ authority: TrustRoot.CertificateAuthority, _ times: [VerifiedEvidence.SigningTime]
    ) -> Refusal? {
        for time in times {
            if !authority.validity.contains(time.instant) {
                return refuse(
                    .chain, VerificationRules.certificateExpired, "a signature of \(time.instant)",
                    "one in the trust root's window for \(authority.name), \(authority.validity)")
            }
            if let invalid = authority.chain.firstInvalid(at: time.instant) {
                return refuse(
                    .chain, VerificationRules.certificateExpired, "a signature of \(time.instant)",
                    "one while the issuer's certificates were valid, \(invalid.notBefore) to \(invalid.notAfter)")
            }
        }
        return nil
    }

    private func verifyUsage(_ leaf: Certificate) throws(Refusal) {
        let problem: String?
        do throws(CertificateError) {
            if let unknown = leaf.unknownCriticalExtension {
                problem = "a critical extension \(unknown) that is not understood"
            } else if try leaf.basicConstraints().isAuthority {
                problem = "an authority's certificate"
            } else if try leaf.keyUsage()?.contains(.digitalSignature) != true {
                problem = "a certificate without key usage digitalSignature"
            } else if try !leaf.extendedKeyUsage().contains(OID.codeSigning) {
                problem = "a certificate without extended key usage codeSigning"
            } else {
                problem = nil
            }
        } catch {
            problem = error.message
        }
        if let problem {
            throw refuse(.chain, VerificationRules.certificateUsage, problem, "a leaf certificate for code signing")
        }
    }

    /// Step 5: timestamps of the trust root's CT logs over the certificate as it was before they were embedded.
    private func verifyCertificateTimestamps(_ leaf: Certificate, _ issuer: Certificate) throws(Refusal) {
        guard !trustRoot.certificateLogs.isEmpty else { return }
        var distinct: Set<[UInt8]> = []
        do throws(CertificateError) {
            let timestamps = try SignedCertificateTimestamp.embedded(in: leaf)
            let precertificate = timestamps.isEmpty ? [] : try leaf.precertificate()
            for timestamp in timestamps {
                let logs = trustRoot.certificateLogs.filter { $0.logID == timestamp.logID }
                // A timestamp of a log that is not in the trust root neither counts nor harms.
                guard !logs.isEmpty else { continue }
                let bytes = timestamp.signedBytes(precertificate: precertificate, issuer: issuer)
                let verified = logs.first {
                    $0.validity.contains(timestamp.instant)
                        && $0.key?.isValid(signature: timestamp.signature, for: bytes, schemes: [timestamp.scheme])
                            == true
                }
                guard let key = verified?.key else {
                    guard logs.contains(where: { $0.validity.contains(timestamp.instant) }) else {
                        throw CertificateError(
                            "it has a certificate timestamp of \(timestamp.instant), outside the window of CT log "
                                + "\(logs[0].baseURL), \(logs[0].validity)")
                    }
                    throw CertificateError("it has a certificate timestamp that CT log \(logs[0].baseURL) did not sign")
                }
                distinct.insert(key.subjectPublicKeyInfo)
            }
        } catch {
            throw refuse(
                .sct, VerificationRules.sctInvalid, error.message,
                "a certificate timestamp of \(trustRoot.certificateLogs.map(\.baseURL).joined(separator: ", "))")
        }
        let demanded = max(thresholds.certificateLogs, 1)
        guard distinct.count >= demanded else {
            throw refuse(
                .sct, VerificationRules.sctMissing, "certificate timestamps of \(distinct.count) known CT logs",
                "at least \(demanded), of \(trustRoot.certificateLogs.map(\.baseURL).joined(separator: ", "))")
        }
    }

    /// Step 10: issuer, subject and claims.
    func checkIdentity(_ identity: CertificateIdentity) throws(Refusal) {
        guard case .identities(let policies) = signers, policies.contains(where: { $0.accepts(identity) }) else {
            var expected = "another kind of signer"
            if case .identities(let policies) = signers {
                expected = policies.isEmpty ? "no identity" : policies.map(\.description).joined(separator: ", or ")
            }
            throw refuse(
                .identity, VerificationRules.identityMismatch,
                "subject \"\(identity.subject)\" from issuer \"\(identity.issuer ?? "none")\"", expected)
        }
    }
}

/// Makes a refusal.
func refuse(_ step: Refusal.Step, _ rule: Rule, _ observed: String, _ expected: String) -> Refusal {
    Refusal(step, Finding(rule, observed: observed, expected: expected))
}
