internal import Attestation
internal import Core
internal import SwiftASN1

/// Who a Fulcio certificate was issued to (Fulcio, "OID Information": 1.3.6.1.4.1.57264.1.x).
extension Certificate {
    /// Reads the subject alternative name and the Fulcio extensions.
    ///
    /// - Throws: ``CertificateError`` when there is not exactly one name of a known type, or an extension is malformed.
    func identity() throws(CertificateError) -> CertificateIdentity {
        let names = try subjectAlternativeNames()
        guard names.count == 1, let name = names.first else {
            throw CertificateError("it has \(names.count) subject alternative names; expected exactly one")
        }
        // RFC 5280 §4.2.1.6: where there is no subject the name must be critical.
        guard
            !hasEmptySubject
                || extensions.contains(where: { $0.identifier == OID.subjectAlternativeName && $0.isCritical })
        else { throw CertificateError("it has no subject, and its subject alternative name is not critical") }
        var claims = CertificateClaims()
        var issuer: String?
        for item in extensions {
            guard let number = Self.fulcioNumber(item.identifier) else { continue }
            let text = try Self.fulcioText(item, number: number)
            switch number {
            // 1.8 replaces 1.1, which stays for certificates that are older than it.
            case 1: issuer = issuer ?? text
            case 8: issuer = text
            case 2: claims.githubWorkflowTrigger = text
            case 3: claims.githubWorkflowSHA = text
            case 4: claims.githubWorkflowName = text
            case 5: claims.githubWorkflowRepository = text
            case 6: claims.githubWorkflowRef = text
            case 9: claims.buildSignerURI = text
            case 10: claims.buildSignerDigest = text
            case 11: claims.runnerEnvironment = text
            case 12: claims.sourceRepositoryURI = text
            case 13: claims.sourceRepositoryDigest = text
            case 14: claims.sourceRepositoryRef = text
            case 15: claims.sourceRepositoryIdentifier = text
            case 16: claims.sourceRepositoryOwnerURI = text
            case 17: claims.sourceRepositoryOwnerIdentifier = text
            case 18: claims.buildConfigURI = text
            case 19: claims.buildConfigDigest = text
            case 20: claims.buildTrigger = text
            case 21: claims.runInvocationURI = text
            case 22: claims.sourceRepositoryVisibility = text
            case 23: claims.deploymentEnvironment = text
            case 24: claims.tokenSubject = text
            default: continue
            }
        }
        return CertificateIdentity(subject: name.text, subjectType: name.type, issuer: issuer, claims: claims)
    }

    private func subjectAlternativeNames() throws(CertificateError) -> [(
        text: String, type: CertificateIdentity.NameType
    )] {
        try read(OID.subjectAlternativeName, "subject alternative name") { node in
            var names: [(String, CertificateIdentity.NameType)] = []
            var nodes = try node.children(.sequence)
            while let node = nodes.next() {
                switch (node.identifier.tagNumber, node.content) {
                case (1, .primitive(let bytes)): names.append((try Self.ascii(bytes), .email))
                case (6, .primitive(let bytes)): names.append((try Self.ascii(bytes), .uri))
                case (0, .constructed(let fields)): names.append((try Self.otherName(fields), .other))
                default: throw CertificateError("its subject alternative name is of an unknown type")
                }
                guard node.identifier.tagClass == .contextSpecific else {
                    throw CertificateError("its subject alternative name is of an unknown type")
                }
            }
            return names
        } ?? []
    }

    private static func ascii(_ bytes: ArraySlice<UInt8>) throws -> String {
        guard bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw CertificateError("its subject alternative name has characters outside of printable ASCII")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// OtherName 1.3.6.1.4.1.57264.1.7 holds a UTF8String (Fulcio, "OtherName SAN").
    private static func otherName(_ fields: ASN1NodeCollection) throws -> String {
        var fields = fields.makeIterator()
        guard try fields.required().objectIdentifier() == [1, 3, 6, 1, 4, 1, 57264, 1, 7] else {
            throw CertificateError("its subject alternative name is of an unknown type")
        }
        let text = try text(fields.required().explicit(0))
        try fields.end()
        return text
    }

    private static let fulcioNumbers: [ASN1ObjectIdentifier: UInt] = Dictionary(
        uniqueKeysWithValues: (1...24).map { ([1, 3, 6, 1, 4, 1, 57264, 1, $0], $0) })

    private static func fulcioNumber(_ identifier: ASN1ObjectIdentifier) -> UInt? {
        fulcioNumbers[identifier]
    }

    /// 1.1 to 1.6 are raw text, the others a DER UTF8String.
    private static func fulcioText(_ item: Extension, number: UInt) throws(CertificateError) -> String {
        do {
            if number <= 6 {
                guard let text = String(validating: item.value, as: UTF8.self) else {
                    throw CertificateError("its extension \(item.identifier) is not UTF-8")
                }
                return text
            }
            return try text(DER.parse(item.value))
        } catch let error as CertificateError {
            throw error
        } catch {
            throw CertificateError("its extension \(item.identifier) is not a UTF8String")
        }
    }

    private static func text(_ node: ASN1Node) throws -> String {
        guard let text = String(validating: try node.bytes(.utf8String), as: UTF8.self) else {
            throw CertificateError("a name of it is not UTF-8")
        }
        return text
    }
}
