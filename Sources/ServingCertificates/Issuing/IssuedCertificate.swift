package import Core
internal import Crypto
internal import SwiftASN1
internal import X509

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A certificate as it was issued, readable without knowing X.509.
package struct IssuedCertificate: Hashable, Sendable {
    /// The DER bytes.
    package let bytes: [UInt8]
    package let validity: Validity
    package let subject: String
    package let names: [ServingName]
    package let isAuthority: Bool
    let certificate: Certificate

    init(_ certificate: Certificate) throws(CertificateError) {
        do {
            var serializer = DER.Serializer()
            try certificate.serialize(into: &serializer)
            bytes = serializer.serializedBytes
            isAuthority =
                if case .isCertificateAuthority = try certificate.extensions.basicConstraints { true } else { false }
            names =
                try certificate.extensions.subjectAlternativeNames.map { names in
                    names.compactMap { name -> ServingName? in
                        switch name {
                        case .dnsName(let text): .dns(text)
                        case .ipAddress(let address): .address(Array(address.bytes))
                        default: nil
                        }
                    }
                } ?? []
        } catch {
            throw CertificateError(.file, "certificate", "cannot be read: \(error)")
        }
        self.certificate = certificate
        validity = Validity(
            start: Self.instant(certificate.notValidBefore), end: Self.instant(certificate.notValidAfter))
        subject = certificate.subject.description
    }

    /// - Throws: ``CertificateError`` when the bytes are not a certificate.
    init(parsing bytes: [UInt8]) throws(CertificateError) {
        let certificate: Certificate
        do {
            certificate = try Certificate(derEncoded: bytes)
        } catch {
            throw CertificateError(.file, "certificate", "is not well-formed DER of X.509: \(error)")
        }
        try self.init(certificate)
    }

    package var pem: String { PEM.encode(label: "CERTIFICATE", bytes: bytes) }

    /// The SHA-256 digest of the DER bytes, by which people compare certificates.
    package var fingerprint: Core.Digest { Core.Digest.of(bytes) }

    /// Whether it was signed by the other's key, and says so.
    func isIssued(by authority: IssuedCertificate) -> Bool {
        authority.isAuthority && certificate.issuer == authority.certificate.subject
            && authority.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    }

    /// Whether that is the key it certifies.
    func certifies(_ key: P256.Signing.PrivateKey) -> Bool {
        certificate.publicKey == Certificate.PublicKey(key.publicKey)
    }

    package static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }
    package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    private static func instant(_ date: Date) -> Instant { Instant(seconds: Int64(date.timeIntervalSince1970)) }
}
