internal import Core
internal import SwiftASN1

/// An X.509 certificate, read strictly (RFC 5280 §4.1); what it claims is not verified yet.
struct Certificate: Sendable, Hashable {
    struct Extension: Sendable, Hashable {
        let identifier: ASN1ObjectIdentifier
        let isCritical: Bool
        let value: ArraySlice<UInt8>
        /// The whole extension in DER.
        let encoded: ArraySlice<UInt8>
    }

    /// The whole certificate.
    let der: [UInt8]
    /// The part that the issuer signed.
    let tbs: ArraySlice<UInt8>
    let serialNumber: ArraySlice<UInt8>
    /// The issuer's name in DER; names are compared byte by byte.
    let issuer: ArraySlice<UInt8>
    let subject: ArraySlice<UInt8>
    let notBefore: Instant
    let notAfter: Instant
    let publicKey: PublicKey
    /// The part of what the issuer signed that comes before the extensions.
    let fieldsBeforeExtensions: ArraySlice<UInt8>
    let extensions: [Extension]
    let signatureScheme: SignatureScheme
    let signature: [UInt8]

    static let maximumSize = Cap("certificate bytes", 64 << 10)
    static let maximumExtensions = Cap("certificate extensions", 128)

    /// Reads a certificate.
    ///
    /// - Throws: ``CertificateError`` that says what is not as it should be.
    init(der: [UInt8]) throws(CertificateError) {
        do {
            try Self.maximumSize.check(der.count)
            self = try Self.parse(der)
        } catch let error as CertificateError {
            throw error
        } catch let error as CapExceeded {
            throw CertificateError("\(error)")
        } catch let error as KeyError {
            throw CertificateError("its public key cannot be used: \(error)")
        } catch {
            throw CertificateError("it is not an X.509 certificate in DER")
        }
    }

    private static func parse(_ der: [UInt8]) throws -> Certificate {
        var fields = try DER.parse(der).children(.sequence)
        let tbs = try fields.required()
        let algorithm = try fields.required()
        let signature = try ASN1BitString(derEncoded: try fields.required())
        try fields.end()

        var body = try tbs.children(.sequence)
        let version = try body.required()
        guard version.isTagged(0), try Int(derEncoded: version.explicit(0)) == 2 else {
            throw CertificateError("it is not an X.509 version 3 certificate")
        }
        let serialNumber = try body.required().bytes(.integer)
        let innerAlgorithm = try body.required()
        guard innerAlgorithm.encodedBytes == algorithm.encodedBytes else {
            throw CertificateError("its signature algorithm is named differently inside and outside of what is signed")
        }
        let issuer = try body.required()
        var validity = try body.required().children(.sequence)
        let notBefore = try instant(validity.required())
        let notAfter = try instant(validity.required())
        try validity.end()
        let subject = try body.required()
        let keyInfo = try body.required()
        var fieldsEnd = keyInfo.encodedBytes.endIndex
        var extensions: [Extension] = []
        while let node = body.next() {
            if node.isTagged(3) {
                extensions = try Self.extensions(node.explicit(3))
                try body.end()
            } else if node.isTagged(1) || node.isTagged(2) {
                fieldsEnd = node.encodedBytes.endIndex
            } else {
                throw ASN1Error.unexpectedFieldType(node.identifier)
            }
        }

        var identifier = try algorithm.children(.sequence)
        let oid = try identifier.required().objectIdentifier()
        guard let scheme = OID.signatureScheme(oid) else {
            throw CertificateError("its signature algorithm \(oid) is not supported")
        }
        guard signature.paddingBits == 0 else { throw CertificateError("its signature has padding bits") }
        return Certificate(
            der: der, tbs: tbs.encodedBytes, serialNumber: serialNumber, issuer: issuer.encodedBytes,
            subject: subject.encodedBytes, notBefore: notBefore, notAfter: notAfter,
            publicKey: try PublicKey(subjectPublicKeyInfo: Array(keyInfo.encodedBytes)),
            fieldsBeforeExtensions: der[version.encodedBytes.startIndex..<fieldsEnd], extensions: extensions,
            signatureScheme: scheme, signature: Array(signature.bytes))
    }

    private init(
        der: [UInt8], tbs: ArraySlice<UInt8>, serialNumber: ArraySlice<UInt8>, issuer: ArraySlice<UInt8>,
        subject: ArraySlice<UInt8>, notBefore: Instant, notAfter: Instant, publicKey: PublicKey,
        fieldsBeforeExtensions: ArraySlice<UInt8>, extensions: [Extension], signatureScheme: SignatureScheme,
        signature: [UInt8]
    ) {
        self.der = der
        self.tbs = tbs
        self.serialNumber = serialNumber
        self.issuer = issuer
        self.subject = subject
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.publicKey = publicKey
        self.fieldsBeforeExtensions = fieldsBeforeExtensions
        self.extensions = extensions
        self.signatureScheme = signatureScheme
        self.signature = signature
    }

    private static func extensions(_ node: ASN1Node) throws -> [Extension] {
        var nodes = try node.children(.sequence)
        var extensions: [Extension] = []
        while let item = nodes.next() {
            try maximumExtensions.check(extensions.count + 1)
            var fields = try item.children(.sequence)
            let identifier = try fields.required().objectIdentifier()
            var value = try fields.required()
            var isCritical = false
            if value.identifier == .boolean {
                isCritical = try Bool(derEncoded: value)
                value = try fields.required()
            }
            let bytes = try value.bytes(.octetString)
            try fields.end()
            guard !extensions.contains(where: { $0.identifier == identifier }) else {
                throw CertificateError("it has the extension \(identifier) twice")
            }
            extensions.append(
                Extension(identifier: identifier, isCritical: isCritical, value: bytes, encoded: item.encodedBytes))
        }
        return extensions
    }

    private static func instant(_ node: ASN1Node) throws -> Instant {
        let instant: Instant?
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            instant = Instant(
                year: time.year, month: time.month, day: time.day, hour: time.hours, minute: time.minutes,
                second: time.seconds)
        } else {
            let time = try GeneralizedTime(derEncoded: node)
            instant = Instant(
                year: time.year, month: time.month, day: time.day, hour: time.hours, minute: time.minutes,
                second: time.seconds)
        }
        guard let instant else { throw CertificateError("its validity is not a date") }
        return instant
    }

    func value(of identifier: ASN1ObjectIdentifier) -> ArraySlice<UInt8>? {
        extensions.first { $0.identifier == identifier }?.value
    }

    func isValid(at instant: Instant) -> Bool { notBefore <= instant && instant <= notAfter }

    /// Whether the subject is the empty sequence.
    var hasEmptySubject: Bool { subject.elementsEqual([0x30, 0x00]) }

    var isSelfIssued: Bool { issuer == subject }

    /// Whether the issuer's key made this certificate's signature.
    func isSigned(by issuer: Certificate) -> Bool {
        issuer.publicKey.isValid(signature: signature, for: Array(tbs), schemes: [signatureScheme])
    }
}

/// A certificate that cannot be read, and why.
struct CertificateError: Error, Sendable, Hashable, CustomStringConvertible {
    let message: String

    init(_ message: String) { self.message = message }

    var description: String { "the certificate cannot be read: \(message)" }
}
