internal import Core
internal import SwiftASN1

extension ASN1Node {
    /// The children of a constructed node of that tag.
    func children(_ identifier: ASN1Identifier) throws -> ASN1NodeCollection.Iterator {
        guard self.identifier == identifier, case .constructed(let nodes) = content else {
            throw ASN1Error.unexpectedFieldType(self.identifier)
        }
        return nodes.makeIterator()
    }

    /// The bytes of a primitive node of that tag.
    func bytes(_ identifier: ASN1Identifier) throws -> ArraySlice<UInt8> {
        guard self.identifier == identifier, case .primitive(let bytes) = content else {
            throw ASN1Error.unexpectedFieldType(self.identifier)
        }
        return bytes
    }

    func isTagged(_ number: UInt) -> Bool {
        identifier.tagClass == .contextSpecific && identifier.tagNumber == number
    }

    /// The only child of an explicitly tagged node.
    func explicit(_ number: UInt) throws -> ASN1Node {
        guard isTagged(number), case .constructed(let nodes) = content else {
            throw ASN1Error.unexpectedFieldType(identifier)
        }
        var iterator = nodes.makeIterator()
        let node = try iterator.required()
        try iterator.end()
        return node
    }

    func objectIdentifier() throws -> ASN1ObjectIdentifier { try ASN1ObjectIdentifier(derEncoded: self) }
}

extension ASN1NodeCollection.Iterator {
    /// The next node.
    mutating func required() throws -> ASN1Node {
        guard let node = next() else {
            throw ASN1Error.invalidASN1Object(reason: "a field is missing")
        }
        return node
    }

    /// Refuses further nodes.
    mutating func end() throws {
        if let node = next() { throw ASN1Error.unexpectedFieldType(node.identifier) }
    }
}

/// The object identifiers that evidence is read by.
enum OID {
    static let keyUsage: ASN1ObjectIdentifier = [2, 5, 29, 15]
    static let subjectKeyIdentifier: ASN1ObjectIdentifier = [2, 5, 29, 14]
    static let subjectAlternativeName: ASN1ObjectIdentifier = [2, 5, 29, 17]
    static let basicConstraints: ASN1ObjectIdentifier = [2, 5, 29, 19]
    static let authorityKeyIdentifier: ASN1ObjectIdentifier = [2, 5, 29, 35]
    static let extendedKeyUsage: ASN1ObjectIdentifier = [2, 5, 29, 37]
    static let codeSigning: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 3]
    static let timeStamping: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 8]
    static let signedCertificateTimestamps: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 11129, 2, 4, 2]

    static let signedData: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 2]
    static let timestampInfo: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 1, 4]
    static let contentType: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 3]
    static let messageDigest: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 4]
    static let signingCertificateV2: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 2, 47]

    static let rsaEncryption: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 1, 1]
    static let ecPublicKey: ASN1ObjectIdentifier = [1, 2, 840, 10045, 2, 1]

    /// The hash an algorithm identifier names.
    static func hash(_ identifier: ASN1ObjectIdentifier) -> DigestAlgorithm? {
        switch identifier {
        case [2, 16, 840, 1, 101, 3, 4, 2, 1]: .sha256
        case [2, 16, 840, 1, 101, 3, 4, 2, 2]: .sha384
        case [2, 16, 840, 1, 101, 3, 4, 2, 3]: .sha512
        default: nil
        }
    }

    /// The scheme a signature algorithm identifier names (RFC 5758, RFC 8017, RFC 8410).
    static func signatureScheme(_ identifier: ASN1ObjectIdentifier) -> SignatureScheme? {
        switch identifier {
        case [1, 2, 840, 10045, 4, 3, 2]: .ecdsa(.sha256)
        case [1, 2, 840, 10045, 4, 3, 3]: .ecdsa(.sha384)
        case [1, 2, 840, 10045, 4, 3, 4]: .ecdsa(.sha512)
        case [1, 2, 840, 113549, 1, 1, 11]: .rsaPKCS1(.sha256)
        case [1, 2, 840, 113549, 1, 1, 12]: .rsaPKCS1(.sha384)
        case [1, 2, 840, 113549, 1, 1, 13]: .rsaPKCS1(.sha512)
        case [1, 3, 101, 112]: .ed25519
        default: nil
        }
    }
}
