internal import Core
internal import SwiftASN1

extension ASN1ObjectIdentifier {
    static let organization: ASN1ObjectIdentifier = [2, 5, 4, 10]
    static let commonName: ASN1ObjectIdentifier = [2, 5, 4, 3]

    static let subjectKeyIdentifier: ASN1ObjectIdentifier = [2, 5, 29, 14]
    static let keyUsage: ASN1ObjectIdentifier = [2, 5, 29, 15]
    static let subjectAlternativeName: ASN1ObjectIdentifier = [2, 5, 29, 17]
    static let basicConstraints: ASN1ObjectIdentifier = [2, 5, 29, 19]
    static let authorityKeyIdentifier: ASN1ObjectIdentifier = [2, 5, 29, 35]
    static let extendedKeyUsage: ASN1ObjectIdentifier = [2, 5, 29, 37]
    /// RFC 6962 §3.3.
    static let timestampList: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 11129, 2, 4, 2]
    /// An extension nobody knows, under the arc for examples.
    static let unknownExtension: ASN1ObjectIdentifier = [2, 999, 1]

    static let serverAuthentication: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 1]
    static let codeSigning: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 3]
    static let timeStamping: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 8]

    static let signedData: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 2]
    static let timestampInfo: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 1, 4]
    static let contentType: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 3]
    static let messageDigest: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 4]
    static let signingTime: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 5]
    static let signingCertificateV2: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 2, 47]
    static let plainData: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 1]
    /// The policy the real timestamp authority of Sigstore names.
    static let timestampPolicy: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 57264, 2]

    /// An extension of Fulcio's arc (Fulcio, "OID Information").
    static func fulcio(_ number: UInt) -> ASN1ObjectIdentifier {
        [1, 3, 6, 1, 4, 1, 57264, 1, number]
    }

    static func hash(_ algorithm: DigestAlgorithm) -> ASN1ObjectIdentifier {
        switch algorithm {
        case .sha256: [2, 16, 840, 1, 101, 3, 4, 2, 1]
        case .sha384: [2, 16, 840, 1, 101, 3, 4, 2, 2]
        case .sha512: [2, 16, 840, 1, 101, 3, 4, 2, 3]
        }
    }
}

extension ASN1Value {
    /// The AlgorithmIdentifier of a signature (RFC 5758 §3.2, RFC 8410 §3, RFC 4055 §5).
    ///
    /// - Throws: ``AuthorityError`` for RSA PSS, which no authority here signs certificates with.
    static func algorithm(_ scheme: SignatureScheme) throws -> ASN1Value {
        switch scheme {
        case .ecdsa(.sha256): .sequence([.object([1, 2, 840, 10045, 4, 3, 2])])
        case .ecdsa(.sha384): .sequence([.object([1, 2, 840, 10045, 4, 3, 3])])
        case .ecdsa(.sha512): .sequence([.object([1, 2, 840, 10045, 4, 3, 4])])
        case .ed25519: .sequence([.object([1, 3, 101, 112])])
        case .rsaPKCS1(.sha256): .sequence([.object([1, 2, 840, 113549, 1, 1, 11]), .null])
        case .rsaPKCS1(.sha384): .sequence([.object([1, 2, 840, 113549, 1, 1, 12]), .null])
        case .rsaPKCS1(.sha512): .sequence([.object([1, 2, 840, 113549, 1, 1, 13]), .null])
        case .rsaPSS:
            throw AuthorityError(.unsupported, "authorities here do not sign with \(scheme); use ECDSA, Ed25519 or RSA")
        }
    }
}
