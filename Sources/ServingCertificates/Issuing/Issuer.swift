internal import Core
internal import Crypto
internal import SwiftASN1
internal import X509

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Makes certificates: P-256, signed by ECDSA with SHA-256, each with the extensions its use demands and no others.
struct Issuer {
    let now: Instant
    let terms: CertificateTerms

    /// A CA that signs itself and issues no further CAs.
    ///
    /// Its name carries its serial number: while two CAs are trusted, readers find the right one by name.
    func authority(_ random: inout some RandomNumberGenerator) throws(CertificateError) -> KeyPair {
        let key = P256.Signing.PrivateKey()
        let serial = Self.serial(&random)
        let name = "mc webhook CA \(Hex.encode(serial.prefix(4)))"
        let certificate = try sign(
            serial: serial, subject: name, key: key.publicKey, life: terms.authorityLife, by: nil, ownKey: key
        ) { extensions in
            try extensions.append(
                Certificate.Extension(BasicConstraints.isCertificateAuthority(maxPathLength: 0), critical: true))
            try extensions.append(Certificate.Extension(KeyUsage(keyCertSign: true, cRLSign: true), critical: true))
        }
        return KeyPair(certificate: certificate, key: key)
    }

    /// A certificate for a server.
    func serving(
        _ names: [ServingName], by authority: KeyPair, _ random: inout some RandomNumberGenerator
    ) throws(CertificateError) -> KeyPair {
        guard !names.isEmpty, names.count <= 100 else {
            throw CertificateError(.name, "--dns", "expected 1 to 100 names, saw \(names.count)")
        }
        let general = names.map { name -> GeneralName in
            switch name {
            case .dns(let text): .dnsName(text)
            case .address(let bytes): .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
            }
        }
        let key = P256.Signing.PrivateKey()
        // A common name is at most 64 characters long (RFC 5280, upper bounds); nobody reads it for names any more.
        let certificate = try sign(
            serial: Self.serial(&random), subject: "mc webhook", key: key.publicKey, life: terms.servingLife,
            by: authority, ownKey: nil
        ) { extensions in
            try Self.leaf(.serverAuth, &extensions)
            try extensions.append(Certificate.Extension(SubjectAlternativeNames(general), critical: false))
        }
        return KeyPair(certificate: certificate, key: key)
    }

    /// A certificate by which a client shows who it is.
    func client(
        _ name: String, by authority: KeyPair, _ random: inout some RandomNumberGenerator
    ) throws(CertificateError) -> KeyPair {
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw CertificateError(.name, "--name", "expected 1 to 64 printable characters of ASCII")
        }
        let key = P256.Signing.PrivateKey()
        let certificate = try sign(
            serial: Self.serial(&random), subject: name, key: key.publicKey, life: terms.clientLife, by: authority,
            ownKey: nil
        ) { try Self.leaf(.clientAuth, &$0) }
        return KeyPair(certificate: certificate, key: key)
    }

    private static func leaf(
        _ usage: ExtendedKeyUsage.Usage, _ extensions: inout Certificate.Extensions
    ) throws {
        try extensions.append(Certificate.Extension(BasicConstraints.notCertificateAuthority, critical: true))
        try extensions.append(Certificate.Extension(KeyUsage(digitalSignature: true), critical: true))
        try extensions.append(Certificate.Extension(ExtendedKeyUsage([usage]), critical: false))
    }

    /// Signs a certificate that begins a little before now and does not outlive whom it hangs on.
    private func sign(
        serial: [UInt8], subject: String, key: P256.Signing.PublicKey, life: Duration, by authority: KeyPair?,
        ownKey: P256.Signing.PrivateKey?, _ fill: (inout Certificate.Extensions) throws -> Void
    ) throws(CertificateError) -> IssuedCertificate {
        guard let signing = authority?.key ?? ownKey else {
            throw CertificateError(.issuing, subject, "has nobody who signs it")
        }
        var start = (now - terms.backdate).seconds
        var end = (now + life).seconds
        if let validity = authority?.certificate.validity {
            start = max(start, validity.start.seconds)
            end = min(end, validity.end.seconds)
        }
        guard end > now.seconds else {
            throw CertificateError(.life, subject, "the CA has ended at \(Instant(seconds: end)); rotate it first")
        }
        do {
            let public_ = Certificate.PublicKey(key)
            let name = try DistinguishedName { CommonName(subject) }
            var extensions = try Certificate.Extensions {
                SubjectKeyIdentifier(hash: public_)
            }
            try fill(&extensions)
            if let authority {
                let identifier = try authority.certificate.certificate.extensions.subjectKeyIdentifier?.keyIdentifier
                try extensions.append(
                    Certificate.Extension(AuthorityKeyIdentifier(keyIdentifier: identifier), critical: false))
            }
            let certificate = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(bytes: serial), publicKey: public_,
                notValidBefore: Date(timeIntervalSince1970: Double(start)),
                notValidAfter: Date(timeIntervalSince1970: Double(end)),
                issuer: authority?.certificate.certificate.subject ?? name, subject: name,
                signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions,
                issuerPrivateKey: Certificate.PrivateKey(signing))
            return try IssuedCertificate(certificate)
        } catch let error as CertificateError {
            throw error
        } catch {
            throw CertificateError(.issuing, subject, "cannot be issued: \(error)")
        }
    }

    /// Sixteen bytes of randomness as a positive number (RFC 5280 §4.1.2.2).
    private static func serial(_ random: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
        bytes[0] = bytes[0] & 0x7F | 0x40
        return bytes
    }
}
