package import Core
internal import Crypto

/// The CA certificates that are trusted, those whose keys we hold, and the certificate that is served.
///
/// It is made, read and rotated as a value; whoever owns a disk writes its ``files``.
package struct CertificateSet: Sendable {
    /// Trusted CAs, the oldest first; what issues has its key.
    struct Authority: Sendable {
        let certificate: IssuedCertificate
        let key: P256.Signing.PrivateKey?

        var pair: KeyPair? { key.map { KeyPair(certificate: certificate, key: $0) } }
    }

    var trusted: [Authority]
    package internal(set) var serving: KeyPair

    package static let bundleFile = "ca.crt"
    package static let keysFile = "ca.key"
    package static let certificateFile = "tls.crt"
    package static let keyFile = "tls.key"
    /// The names of all files, as ``files`` has them.
    package static let fileNames = [bundleFile, keysFile, certificateFile, keyFile]

    /// At most so many bytes a file.
    package static let maximumSize = Cap("bytes of a certificate file", 256 << 10)

    /// Makes a CA and a certificate for a server.
    ///
    /// - Parameters:
    ///   - names: what the server is reached by.
    ///   - random: what serial numbers are drawn from.
    /// - Throws: ``CertificateError``.
    package static func bootstrap(
        _ names: [ServingName], at now: Instant, terms: CertificateTerms = CertificateTerms(),
        random: inout some RandomNumberGenerator
    ) throws(CertificateError) -> CertificateSet {
        try terms.check()
        let issuer = Issuer(now: now, terms: terms)
        let authority = try issuer.authority(&random)
        let serving = try issuer.serving(names, by: authority, &random)
        return CertificateSet(
            trusted: [Authority(certificate: authority.certificate, key: authority.key)], serving: serving)
    }

    init(trusted: [Authority], serving: KeyPair) {
        self.trusted = trusted
        self.serving = serving
    }

    /// Reads what was written.
    ///
    /// - Parameter files: bytes by the names of ``fileNames``.
    /// - Throws: ``CertificateError`` with the file that is missing or does not fit the others.
    package init(files: [String: [UInt8]]) throws(CertificateError) {
        let bundle = try Self.certificates(files, Self.bundleFile)
        let keys = try Self.keys(files, Self.keysFile)
        let served = try Self.certificates(files, Self.certificateFile)
        let servedKeys = try Self.keys(files, Self.keyFile)
        guard let certificate = served.first, let key = servedKeys.first, servedKeys.count == 1 else {
            throw CertificateError(.file, Self.keyFile, "expected one key for the certificate of tls.crt")
        }
        guard certificate.certifies(key) else {
            throw CertificateError(.mismatch, Self.keyFile, "is not the key of the certificate in tls.crt")
        }
        guard bundle.allSatisfy(\.isAuthority) else {
            throw CertificateError(.file, Self.bundleFile, "holds a certificate that is not a CA's")
        }
        for key in keys where !bundle.contains(where: { $0.certifies(key) }) {
            throw CertificateError(.mismatch, Self.keysFile, "holds a key of no certificate in ca.crt")
        }
        guard bundle.contains(where: { certificate.isIssued(by: $0) }) else {
            throw CertificateError(.mismatch, Self.certificateFile, "was issued by no CA in ca.crt")
        }
        self.init(
            trusted: bundle.map { authority in
                Authority(certificate: authority, key: keys.first { authority.certifies($0) })
            }, serving: KeyPair(certificate: certificate, key: key))
    }

    /// The CA certificates that are trusted, the oldest first.
    package var authorities: [IssuedCertificate] { trusted.map(\.certificate) }

    /// The trusted CAs in PEM: what `mc install --ca-bundle` and a webhook configuration take.
    package var bundle: String { trusted.map(\.certificate.pem).joined() }

    /// Everything as files; the keys are secret.
    package var files: [String: [UInt8]] {
        [
            Self.bundleFile: Array(bundle.utf8),
            Self.keysFile: Array(trusted.compactMap { $0.pair?.keyPEM }.joined().utf8),
            Self.certificateFile: Array(serving.certificate.pem.utf8), Self.keyFile: Array(serving.keyPEM.utf8),
        ]
    }

    private static func certificates(
        _ files: [String: [UInt8]], _ name: String
    ) throws(CertificateError) -> [IssuedCertificate] {
        let blocks = try blocks(files, name)
        guard !blocks.isEmpty, blocks.allSatisfy({ $0.label == "CERTIFICATE" }) else {
            throw CertificateError(.file, name, "expected certificates in PEM and nothing else")
        }
        var certificates: [IssuedCertificate] = []
        for block in blocks {
            do throws(CertificateError) {
                certificates.append(try IssuedCertificate(parsing: block.bytes))
            } catch {
                throw CertificateError(.file, name, error.message)
            }
        }
        return certificates
    }

    private static func keys(
        _ files: [String: [UInt8]], _ name: String
    ) throws(CertificateError) -> [P256.Signing.PrivateKey] {
        var keys: [P256.Signing.PrivateKey] = []
        for block in try blocks(files, name) {
            guard ["PRIVATE KEY", "EC PRIVATE KEY"].contains(block.label),
                let key = try? P256.Signing.PrivateKey(
                    pemRepresentation: PEM.encode(label: block.label, bytes: block.bytes))
            else { throw CertificateError(.file, name, "expected keys of ECDSA P-256 in PEM and nothing else") }
            keys.append(key)
        }
        return keys
    }

    private static func blocks(_ files: [String: [UInt8]], _ name: String) throws(CertificateError) -> [PEM.Block] {
        guard let bytes = files[name] else { throw CertificateError(.file, name, "there is no such file") }
        do {
            try maximumSize.check(bytes.count)
            return try PEM.decode(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw CertificateError(.file, name, "\(error)")
        }
    }
}
