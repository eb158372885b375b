internal import Core
internal import SwiftASN1

/// What a certificate may be used for (RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12).
extension Certificate {
    struct BasicConstraints: Sendable, Hashable {
        let isAuthority: Bool
        let pathLength: Int?
    }

    struct KeyUsage: OptionSet, Sendable, Hashable {
        let rawValue: UInt16
        static let digitalSignature = KeyUsage(rawValue: 1 << 0)
        static let keyCertSign = KeyUsage(rawValue: 1 << 5)
    }

    /// The extensions this verifier understands; any other that is critical makes a certificate unusable.
    static let understood: Set<ASN1ObjectIdentifier> = [
        OID.keyUsage, OID.subjectKeyIdentifier, OID.subjectAlternativeName, OID.basicConstraints,
        OID.authorityKeyIdentifier, OID.extendedKeyUsage, OID.signedCertificateTimestamps,
    ]

    var unknownCriticalExtension: ASN1ObjectIdentifier? {
        extensions.first { $0.isCritical && !Self.understood.contains($0.identifier) }?.identifier
    }

    /// - Throws: ``CertificateError`` when the extension is malformed.
    func basicConstraints() throws(CertificateError) -> BasicConstraints {
        try read(OID.basicConstraints, "basic constraints") { node in
            var fields = try node.children(.sequence)
            var isAuthority = false
            var pathLength: Int?
            var next = fields.next()
            if let node = next, node.identifier == .boolean {
                isAuthority = try Bool(derEncoded: node)
                next = fields.next()
            }
            if let node = next {
                pathLength = try Int(derEncoded: node)
                try fields.end()
            }
            return BasicConstraints(isAuthority: isAuthority, pathLength: pathLength)
        } ?? BasicConstraints(isAuthority: false, pathLength: nil)
    }

    /// - Throws: ``CertificateError`` when the extension is malformed.
    func keyUsage() throws(CertificateError) -> KeyUsage? {
        try read(OID.keyUsage, "key usage") { node in
            let bits = try ASN1BitString(derEncoded: node)
            var usage: UInt16 = 0
            for (index, byte) in bits.bytes.prefix(2).enumerated() {
                for bit in 0..<8 where byte & (0x80 >> UInt8(bit)) != 0 { usage |= 1 << UInt16(index * 8 + bit) }
            }
            return KeyUsage(rawValue: usage)
        }
    }

    /// - Throws: ``CertificateError`` when the extension is malformed.
    func extendedKeyUsage() throws(CertificateError) -> [ASN1ObjectIdentifier] {
        try read(OID.extendedKeyUsage, "extended key usage") { node in
            var usages: [ASN1ObjectIdentifier] = []
            var nodes = try node.children(.sequence)
            while let node = nodes.next() { usages.append(try node.objectIdentifier()) }
            return usages
        } ?? []
    }

    var isExtendedKeyUsageCritical: Bool {
        extensions.contains { $0.identifier == OID.extendedKeyUsage && $0.isCritical }
    }

    func read<T>(
        _ identifier: ASN1ObjectIdentifier, _ name: String, _ body: (ASN1Node) throws -> T
    ) throws(CertificateError) -> T? {
        guard let value = value(of: identifier) else { return nil }
        do {
            return try body(DER.parse(value))
        } catch let error as CertificateError {
            throw error
        } catch {
            throw CertificateError("its \(name) extension is malformed")
        }
    }
}
