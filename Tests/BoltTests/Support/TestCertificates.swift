import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

/// An authority made for a test, and a certificate of it, for 127.0.0.1 unless another name is given.
struct TestCertificates {
    /// The authority, as PEM.
    let authority: String
    private let leaf: Certificate
    private let key: P256.Signing.PrivateKey

    init(name: String? = nil) throws {
        let authorityKey = P256.Signing.PrivateKey()
        let issuer = try DistinguishedName { CommonName("Test authority") }
        let subject = GeneralName.ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))
        let root = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(authorityKey.publicKey),
            notValidBefore: .now - 3_600, notValidAfter: .now + 3_600, issuer: issuer, subject: issuer,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try .init {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            },
            issuerPrivateKey: .init(authorityKey))
        authority = try root.serializeAsPEM().pemString
        key = P256.Signing.PrivateKey()
        leaf = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: .now - 3_600,
            notValidAfter: .now + 3_600, issuer: issuer, subject: try DistinguishedName { CommonName("server") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try .init {
                Critical(BasicConstraints.notCertificateAuthority)
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([name.map { .dnsName($0) } ?? subject])
            },
            issuerPrivateKey: .init(authorityKey))
    }

    /// What the server shows.
    func context() throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(leaf.serializeAsPEM().pemString.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
    }
}
