internal import Core
internal import SwiftASN1

/// A timestamp authority of the trust root, its chain verified once when loaded.
struct TimestampAuthority: Sendable, Hashable {
    let name: String
    /// The certificate that signs, when the trust root names it; otherwise tokens bring their own.
    let signer: Certificate?
    let chain: CertificateChain
    let validity: ValidityWindow

    /// Splits the trust root's chain into signer and authorities, and checks every link.
    ///
    /// - Throws: ``CertificateError`` that names the link that does not hold.
    init(name: String, certificates: [Certificate], validity: ValidityWindow) throws(CertificateError) {
        self.name = name
        self.validity = validity
        guard let first = certificates.first else { throw CertificateError("the chain is empty") }
        if try first.basicConstraints().isAuthority {
            signer = nil
            chain = try CertificateChain(authorities: certificates)
        } else {
            signer = first
            chain = try CertificateChain(authorities: Array(certificates.dropFirst()))
            guard first.issuer == chain.issuing.subject, first.isSigned(by: chain.issuing) else {
                throw CertificateError("the signing certificate was not issued by the certificate after it")
            }
        }
    }

    /// Verifies a token over some bytes and gives its time.
    ///
    /// - Parameters:
    ///   - token: the token.
    ///   - message: the bytes it must have been made for, usually the raw signature.
    /// - Throws: ``TimestampRefusal`` that says what does not hold.
    func verify(_ token: TimestampToken, over message: [UInt8]) throws(TimestampRefusal) -> Instant {
        let certificate = try self.signer(of: token)
        let time = token.info.time
        let imprint = Digest.of(message, token.info.imprint.algorithm)
        guard token.info.imprint == imprint else {
            throw TimestampRefusal(
                "a timestamp over \(token.info.imprint)", "one over this bundle's signature, \(imprint)")
        }
        guard Digest.of(token.content, token.digestAlgorithm).bytes[...] == token.messageDigest else {
            throw TimestampRefusal("a message digest that is not the content's", "the hash of the timestamp's content")
        }
        guard validity.contains(time) else {
            throw TimestampRefusal("a timestamp of \(time)", "a time in the trust root's window \(validity)")
        }
        for item in [certificate] + chain.authorities where !item.isValid(at: time) {
            throw TimestampRefusal(
                "a timestamp of \(time)",
                "a time at which the authority's certificates are valid (\(item.notBefore) to \(item.notAfter))")
        }
        let schemes: [SignatureScheme] =
            if let scheme = token.signatureScheme { [scheme] } else {
                [.ecdsa(token.digestAlgorithm), .rsaPKCS1(token.digestAlgorithm)]
            }
        guard certificate.publicKey.isValid(signature: token.signature, for: token.signedAttributes, schemes: schemes)
        else {
            throw TimestampRefusal("a signature that the authority's key did not make", "the signature of \(name)")
        }
        return time
    }

    /// The certificate that signed: the trust root's own, or one of the token's that the trust root's CA issued.
    ///
    /// Key usage is checked on this very certificate, wherever in the token it stands (CVE-2026-39984).
    private func signer(of token: TimestampToken) throws(TimestampRefusal) -> Certificate {
        if let signer {
            // Everything the token brings along must be known already, so that nothing in it goes unchecked.
            let known = [signer] + chain.authorities
            for embedded in token.certificates where !known.contains(where: { $0.der[...] == embedded }) {
                throw TimestampRefusal(
                    "a timestamp that embeds a certificate \(Digest.of(embedded)) unknown to the trust root",
                    "a certificate of \(name)")
            }
            guard matches(signer, token) else {
                throw TimestampRefusal("a timestamp of another signer", "one of \(name)")
            }
            try checkUsage(signer)
            return signer
        }
        for embedded in token.certificates {
            guard let certificate = try? Certificate(der: Array(embedded)), matches(certificate, token) else {
                continue
            }
            try checkUsage(certificate)
            guard certificate.issuer == chain.issuing.subject, certificate.isSigned(by: chain.issuing) else {
                throw TimestampRefusal("a signer's certificate that \(name) did not issue", "one that it issued")
            }
            return certificate
        }
        throw TimestampRefusal("a timestamp without its signer's certificate", "one of an authority in the trust root")
    }

    /// Whether the token names the certificate, both by the signer identifier and by the signed hash.
    func matches(_ certificate: Certificate, _ token: TimestampToken) -> Bool {
        let named: Bool
        switch token.signer {
        case .issuerAndSerialNumber(let issuer, let serialNumber):
            named = certificate.issuer == issuer && certificate.serialNumber == serialNumber
        case .subjectKeyIdentifier(let identifier):
            let key = try? certificate.read(OID.subjectKeyIdentifier, "subject key identifier") {
                try $0.bytes(.octetString)
            }
            named = key == identifier
        }
        return named && Digest.of(certificate.der, token.certificateHash.algorithm) == token.certificateHash
    }

    /// RFC 3161 §2.3: time stamping is the one extended usage, and critical.
    private func checkUsage(_ certificate: Certificate) throws(TimestampRefusal) {
        let problem: String?
        do throws(CertificateError) {
            if let unknown = certificate.unknownCriticalExtension {
                problem = "a certificate with the critical extension \(unknown), which is not supported"
            } else if try certificate.extendedKeyUsage() != [OID.timeStamping] {
                problem = "a certificate whose extended key usage is not time stamping alone"
            } else if !certificate.isExtendedKeyUsageCritical {
                problem = "a certificate whose extended key usage is not critical"
            } else if try certificate.basicConstraints().isAuthority {
                problem = "an authority's certificate"
            } else if let usage = try certificate.keyUsage(), !usage.contains(.digitalSignature) {
                problem = "a certificate without key usage digitalSignature"
            } else {
                problem = nil
            }
        } catch {
            problem = error.message
        }
        if let problem {
            throw TimestampRefusal(problem, "a signer's certificate for time stamping (RFC 3161 §2.3)")
        }
    }
}

/// Why a timestamp does not count.
struct TimestampRefusal: Error, Sendable, Hashable {
    let observed: String
    let expected: String

    init(_ observed: String, _ expected: String) {
        self.observed = observed
        self.expected = expected
    }
}
