internal import Core
internal import SwiftASN1

/// An RFC 3161 timestamp response with its CMS signature, read strictly; nothing of it is verified yet.
struct TimestampToken: Sendable, Hashable {
    /// What the signed TSTInfo says (RFC 3161 §2.4.2).
    struct Info: Sendable, Hashable {
        let imprint: Digest
        let time: Instant
    }

    /// Which certificate the signer claims to be (RFC 5652 §5.3).
    enum SignerIdentifier: Sendable, Hashable {
        case issuerAndSerialNumber(issuer: ArraySlice<UInt8>, serialNumber: ArraySlice<UInt8>)
        case subjectKeyIdentifier(ArraySlice<UInt8>)
    }

    let der: [UInt8]
    let info: Info
    /// The TSTInfo in DER: what the message digest attribute covers.
    let content: ArraySlice<UInt8>
    let signer: SignerIdentifier
    let digestAlgorithm: DigestAlgorithm
    let signatureScheme: SignatureScheme?
    /// The signed attributes as they are signed: a SET, not the implicit tag they are sent with (RFC 5652 §5.4).
    let signedAttributes: [UInt8]
    let messageDigest: ArraySlice<UInt8>
    /// The hash of the signer's certificate (RFC 5816 §2.2.1).
    let certificateHash: Digest
    let signature: [UInt8]
    /// Certificates the token carries along; they never extend trust.
    let certificates: [ArraySlice<UInt8>]

    static let maximumSize = Cap("timestamp bytes", 128 << 10)
    static let maximumCertificates = Cap("certificates in a timestamp", 16)
}

extension TimestampToken {
    /// Reads a TimeStampResp.
    ///
    /// - Throws: ``TimestampError`` that says what is not as it should be.
    init(response der: [UInt8]) throws(TimestampError) {
        do {
            try Self.maximumSize.check(der.count)
            self = try Self.parse(der)
        } catch let error as TimestampError {
            throw error
        } catch let error as CapExceeded {
            throw TimestampError("\(error)")
        } catch {
            throw TimestampError("it is not a TimeStampResp in DER (RFC 3161 §2.4.2)")
        }
    }

    private static func parse(_ der: [UInt8]) throws -> TimestampToken {
        var response = try DER.parse(der).children(.sequence)
        var status = try response.required().children(.sequence)
        let code = try Int(derEncoded: try status.required())
        guard code == 0 else { throw TimestampError("the authority's status is \(code); expected 0 (granted)") }
        var contentInfo = try response.required().children(.sequence)
        try response.end()
        guard try contentInfo.required().objectIdentifier() == OID.signedData else {
            throw TimestampError("it is not CMS signed data")
        }
        var signedData = try contentInfo.required().explicit(0).children(.sequence)
        try contentInfo.end()

        guard try Int(derEncoded: try signedData.required()) == 3 else {
            throw TimestampError("its signed data is not of version 3")
        }
        var digestAlgorithms: [DigestAlgorithm?] = []
        var algorithmNodes = try signedData.required().children(.set)
        while let node = algorithmNodes.next() { digestAlgorithms.append(try algorithm(node).hash) }

        var encapsulated = try signedData.required().children(.sequence)
        guard try encapsulated.required().objectIdentifier() == OID.timestampInfo else {
            throw TimestampError("its content is not a TSTInfo")
        }
        let content = try encapsulated.required().explicit(0).bytes(.octetString)
        try encapsulated.end()

        var certificates: [ArraySlice<UInt8>] = []
        var next = try signedData.required()
        if next.isTagged(0), case .constructed(let nodes) = next.content {
            for node in nodes {
                try maximumCertificates.check(certificates.count + 1)
                certificates.append(node.encodedBytes)
            }
            next = try signedData.required()
        }
        guard !next.isTagged(1) else {
            throw TimestampError("it carries revocation lists, which nothing signs; expected none")
        }
        var signers = try next.children(.set)
        try signedData.end()
        let signer = try signers.required()
        guard signers.next() == nil else { throw TimestampError("it has more than one signer") }
        return try parse(
            signer: signer, der: der, content: content, certificates: certificates, digestAlgorithms: digestAlgorithms)
    }

    private static func parse(
        signer: ASN1Node, der: [UInt8], content: ArraySlice<UInt8>, certificates: [ArraySlice<UInt8>],
        digestAlgorithms: [DigestAlgorithm?]
    ) throws -> TimestampToken {
        var fields = try signer.children(.sequence)
        let version = try Int(derEncoded: try fields.required())
        let identifierNode = try fields.required()
        let identifier: SignerIdentifier
        if identifierNode.isTagged(0), case .primitive(let bytes) = identifierNode.content {
            identifier = .subjectKeyIdentifier(bytes)
        } else {
            var names = try identifierNode.children(.sequence)
            let issuer = try names.required().encodedBytes
            identifier = .issuerAndSerialNumber(issuer: issuer, serialNumber: try names.required().bytes(.integer))
            try names.end()
        }
        switch (identifier, version) {
        case (.issuerAndSerialNumber, 1), (.subjectKeyIdentifier, 3): break
        default: throw TimestampError("its signer information is of version \(version)")
        }
        let (digestOID, hash) = try algorithm(fields.required())
        guard let hash, digestAlgorithms.contains(hash) else {
            throw TimestampError("its digest algorithm \(digestOID) is not supported or not announced")
        }
        let attributesNode = try fields.required()
        guard attributesNode.isTagged(0), case .constructed(let attributeNodes) = attributesNode.content else {
            throw TimestampError("it has no signed attributes")
        }
        let attributes = try attributes(attributeNodes)
        let (signatureOID, _) = try algorithm(fields.required())
        let scheme = OID.signatureScheme(signatureOID)
        if let named = scheme?.hash, named != hash {
            throw TimestampError("its digest and signature algorithms name different hashes")
        }
        guard scheme != nil || signatureOID == OID.rsaEncryption || signatureOID == OID.ecPublicKey else {
            throw TimestampError("its signature algorithm \(signatureOID) is not supported")
        }
        let signature = Array(try fields.required().bytes(.octetString))
        guard fields.next() == nil else {
            throw TimestampError("it carries unsigned attributes, which nothing signs; expected none")
        }

        guard let typeNode = attributes[OID.contentType], try typeNode.objectIdentifier() == OID.timestampInfo else {
            throw TimestampError("its signed content type is not TSTInfo")
        }
        guard let digestNode = attributes[OID.messageDigest] else {
            throw TimestampError("it has no signed message digest")
        }
        guard let certificateNode = attributes[OID.signingCertificateV2] else {
            throw TimestampError("it does not sign which certificate signed (ESSCertIDv2, RFC 5816)")
        }
        var signedAttributes = Array(attributesNode.encodedBytes)
        signedAttributes[0] = 0x31
        return TimestampToken(
            der: der, info: try info(content), content: content, signer: identifier, digestAlgorithm: hash,
            signatureScheme: scheme, signedAttributes: signedAttributes,
            messageDigest: try digestNode.bytes(.octetString), certificateHash: try certificateHash(certificateNode),
            signature: signature, certificates: certificates)
    }

    private static func algorithm(_ node: ASN1Node) throws -> (ASN1ObjectIdentifier, hash: DigestAlgorithm?) {
        var fields = try node.children(.sequence)
        let identifier = try fields.required().objectIdentifier()
        // NULL or nothing (RFC 5754, RFC 5758); SwiftASN1 tells NULL by its tag number alone, so the bytes are compared.
        if let parameters = fields.next() {
            guard parameters.encodedBytes.elementsEqual([0x05, 0x00]) || identifier == OID.ecPublicKey else {
                throw ASN1Error.unexpectedFieldType(parameters.identifier)
            }
        }
        try fields.end()
        return (identifier, OID.hash(identifier))
    }

    private static func attributes(_ nodes: ASN1NodeCollection) throws -> [ASN1ObjectIdentifier: ASN1Node] {
        var attributes: [ASN1ObjectIdentifier: ASN1Node] = [:]
        for node in nodes {
            var fields = try node.children(.sequence)
            let identifier = try fields.required().objectIdentifier()
            var values = try fields.required().children(.set)
            try fields.end()
            let value = try values.required()
            guard attributes.updateValue(value, forKey: identifier) == nil, values.next() == nil else {
                throw TimestampError("its signed attribute \(identifier) stands there twice")
            }
        }
        return attributes
    }

    /// SigningCertificateV2 (RFC 5035 §3): the first ESSCertIDv2 names the signer's certificate.
    private static func certificateHash(_ node: ASN1Node) throws -> Digest {
        var outer = try node.children(.sequence)
        var identifiers = try outer.required().children(.sequence)
        var identifier = try identifiers.required().children(.sequence)
        var field = try identifier.required()
        var hash = DigestAlgorithm.sha256
        if field.identifier == .sequence {
            guard let named = try algorithm(field).hash else {
                throw TimestampError("its certificate hash is of an algorithm that is not supported")
            }
            hash = named
            field = try identifier.required()
        }
        guard let digest = Digest(hash, bytes: Array(try field.bytes(.octetString))) else {
            throw TimestampError("its certificate hash is not of its algorithm's length")
        }
        return digest
    }

    private static func info(_ content: ArraySlice<UInt8>) throws -> Info {
        var fields = try DER.parse(content).children(.sequence)
        guard try Int(derEncoded: try fields.required()) == 1 else {
            throw TimestampError("its TSTInfo is not of version 1")
        }
        _ = try fields.required().objectIdentifier()
        var imprint = try fields.required().children(.sequence)
        let (imprintOID, hash) = try algorithm(imprint.required())
        guard let hash else { throw TimestampError("its message imprint's hash \(imprintOID) is not supported") }
        guard let digest = Digest(hash, bytes: Array(try imprint.required().bytes(.octetString))) else {
            throw TimestampError("its message imprint is not of its hash's length")
        }
        try imprint.end()
        _ = try fields.required().bytes(.integer)
        let time = try GeneralizedTime(derEncoded: try fields.required())
        guard
            let instant = Instant(
                year: time.year, month: time.month, day: time.day, hour: time.hours, minute: time.minutes,
                second: time.seconds, nanoseconds: Int32(min(time.fractionalSeconds * 1e9, 999_999_999)))
        else { throw TimestampError("its time is not a date") }
        // accuracy, ordering, nonce, tsa and extensions may follow. A critical extension would change the meaning.
        while let field = fields.next() {
            guard field.isTagged(1), case .constructed(let extensions) = field.content else { continue }
            for item in extensions {
                var parts = try item.children(.sequence)
                let identifier = try parts.required().objectIdentifier()
                if let flag = parts.next(), flag.identifier == .boolean, try Bool(derEncoded: flag) {
                    throw TimestampError("it has the critical extension \(identifier), which is not supported")
                }
            }
        }
        return Info(imprint: digest, time: instant)
    }
}

/// A timestamp that cannot be read, and why.
struct TimestampError: Error, Sendable, Hashable, CustomStringConvertible {
    let message: String

    init(_ message: String) { self.message = message }

    var description: String { "the timestamp cannot be read: \(message)" }
}
