import Core
import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority for one test, with certificates in PEM.
struct Certificates {
    let authority: String
    private let key = P256.Signing.PrivateKey()
    private let issuer: DistinguishedName
    private static let day = 86_400.0

    init(_ name: String = "test authority") throws {
        issuer = try DistinguishedName { CommonName(name) }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            notValidBefore: Date.now - Self.day, notValidAfter: Date.now + Self.day, issuer: issuer, subject: issuer,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
            }, issuerPrivateKey: .init(key))
        authority = try certificate.serializeAsPEM().pemString
    }

    /// A certificate for a server with these names, or for a client when there are none.
    func issue(_ name: String, dns: [String] = [], ip: [[UInt8]] = []) throws -> (certificate: String, key: String) {
        let own = P256.Signing.PrivateKey()
        let names =
            dns.map { GeneralName.dnsName($0) }
            + ip.map { GeneralName.ipAddress(ASN1OctetString(contentBytes: $0[...])) }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(own.publicKey),
            notValidBefore: Date.now - Self.day, notValidAfter: Date.now + Self.day, issuer: issuer,
            subject: try DistinguishedName { CommonName(name) }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                if names.isEmpty {
                    try ExtendedKeyUsage([.clientAuth])
                } else {
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectAlternativeNames(names)
                }
            }, issuerPrivateKey: .init(key))
        return (try certificate.serializeAsPEM().pemString, own.pemRepresentation)
    }
}
