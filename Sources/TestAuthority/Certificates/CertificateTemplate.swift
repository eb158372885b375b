package import Core
internal import SwiftASN1

/// A certificate before it is signed (RFC 5280 §4.1.2).
struct CertificateTemplate {
    struct Extension {
        let identifier: ASN1ObjectIdentifier
        var critical = false
        let value: ASN1Value
    }

    /// Extensions' values that are used more than once.
    enum Value {
        static let digitalSignature = ASN1Value.bits([0x80], unused: 7)
        static let keyEncipherment = ASN1Value.bits([0x20], unused: 5)
        static let certificateSigning = ASN1Value.bits([0x06], unused: 1)

        static func authority(pathLength: Int?) -> ASN1Value {
            .sequence([.boolean(true)] + (pathLength.map { [.integer($0)] } ?? []))
        }
    }

    var serial: [UInt8]
    var issuer: DistinguishedName
    var subject: DistinguishedName?
    var validity: Window
    var publicKey: PublicKey
    var extensions: [Extension] = []

    /// A serial number of 20 bytes that follows from what the certificate is for, so that minting is repeatable.
    static func serial(_ parts: [UInt8]...) -> [UInt8] {
        var bytes = Array(Digest.of(parts.joined()).bytes.prefix(20))
        // The highest bit stays clear and the number positive; the next one fixes its length.
        bytes[0] = bytes[0] & 0x7F | 0x40
        return bytes
    }

    /// RFC 7093 §2 (1): SHA-256, shortened to 160 bits.
    static func keyIdentifier(_ key: PublicKey) -> [UInt8] {
        Array(Digest.of(key.subjectPublicKeyInfo).bytes.prefix(20))
    }

    /// The subject and authority key identifiers.
    static func identifiers(subject: PublicKey, issuer: PublicKey) -> [Extension] {
        [
            Extension(identifier: .subjectKeyIdentifier, value: .octets(keyIdentifier(subject))),
            Extension(
                identifier: .authorityKeyIdentifier, value: .sequence([.taggedBytes(0, keyIdentifier(issuer))])),
        ]
    }

    /// The DER of the TBSCertificate.
    func toBeSigned(scheme: SignatureScheme) throws -> [UInt8] {
        let encodedExtensions = try extensions.map { item -> ASN1Value in
            .sequence(
                [.object(item.identifier)] + (item.critical ? [.boolean(true)] : [])
                    + [.octets(try item.value.der())])
        }
        return try ASN1Value.sequence([
            .tagged(0, [.integer(2)]), .integer(serial), try .algorithm(scheme), DistinguishedName.asn1(issuer),
            .sequence([.time(validity.start), .time(validity.end ?? validity.start)]),
            DistinguishedName.asn1(subject), .encoded(publicKey.subjectPublicKeyInfo),
            .tagged(3, [.sequence(encodedExtensions)]),
        ]).der()
    }

    /// The certificate.
    func signed(by signer: some Signer) throws -> Certificate {
        let body = try toBeSigned(scheme: signer.scheme)
        let der = try ASN1Value.sequence([
            .encoded(body), try .algorithm(signer.scheme), .bits(try signer.sign(body), unused: 0),
        ]).der()
        return Certificate(der: der, serial: serial, issuer: issuer, subject: subject, publicKey: publicKey)
    }
}

/// A certificate that was minted.
package struct Certificate: Sendable, Hashable {
    package let der: [UInt8]
    package let serial: [UInt8]
    let issuer: DistinguishedName
    let subject: DistinguishedName?
    package let publicKey: PublicKey

    package var pem: String { PEM.encode(label: "CERTIFICATE", bytes: der) }
}
