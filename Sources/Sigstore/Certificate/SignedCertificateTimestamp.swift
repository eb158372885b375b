internal import Core
internal import SwiftASN1

/// A certificate transparency log's promise to log a certificate (RFC 6962 §3.2), as embedded in it.
struct SignedCertificateTimestamp: Sendable, Hashable {
    let logID: [UInt8]
    /// Milliseconds since 1970.
    let timestamp: UInt64
    let extensions: [UInt8]
    let scheme: SignatureScheme
    let signature: [UInt8]

    static let maximum = Cap("signed certificate timestamps", 32)

    var instant: Instant {
        Instant(seconds: Int64(clamping: timestamp / 1_000), nanoseconds: Int32(timestamp % 1_000) * 1_000_000)
    }

    /// Reads the list in a certificate's extension 1.3.6.1.4.1.11129.2.4.2; empty when there is none.
    ///
    /// - Throws: ``CertificateError`` when it is malformed.
    static func embedded(in certificate: Certificate) throws(CertificateError) -> [SignedCertificateTimestamp] {
        try certificate.read(OID.signedCertificateTimestamps, "signed certificate timestamp") { node in
            var reader = TLSReader(try node.bytes(.octetString))
            var list = TLSReader(try reader.vector(lengthBytes: 2))
            try reader.end()
            var timestamps: [SignedCertificateTimestamp] = []
            while !list.isAtEnd {
                try Self.check(count: timestamps.count + 1)
                var item = TLSReader(try list.vector(lengthBytes: 2))
                guard try item.integer(bytes: 1) == 0 else {
                    throw CertificateError("a signed certificate timestamp is not of version 1")
                }
                let logID = Array(try item.bytes(32))
                let timestamp = try item.integer(bytes: 8)
                let extensions = Array(try item.vector(lengthBytes: 2))
                let hash = try item.integer(bytes: 1)
                let algorithm = try item.integer(bytes: 1)
                let signature = Array(try item.vector(lengthBytes: 2))
                try item.end()
                let scheme: SignatureScheme
                switch (hash, algorithm) {
                case (4, 3): scheme = .ecdsa(.sha256)
                case (4, 1): scheme = .rsaPKCS1(.sha256)
                default:
                    throw CertificateError("a signed certificate timestamp's algorithm is not supported")
                }
                timestamps.append(
                    SignedCertificateTimestamp(
                        logID: logID, timestamp: timestamp, extensions: extensions, scheme: scheme,
                        signature: signature))
            }
            return timestamps
        } ?? []
    }

    private static func check(count: Int) throws(CertificateError) {
        do {
            try maximum.check(count)
        } catch {
            throw CertificateError("\(error)")
        }
    }

    /// What the log signed: the precertificate's TBSCertificate with the issuer's key hash (RFC 6962 §3.2).
    ///
    /// - Parameters:
    ///   - precertificate: the TBSCertificate without the timestamp list, in DER.
    ///   - issuer: the certificate that issued it.
    func signedBytes(precertificate: [UInt8], issuer: Certificate) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(precertificate.count + extensions.count + 64)
        bytes.append(contentsOf: [0, 0])
        bytes.append(contentsOf: withUnsafeBytes(of: timestamp.bigEndian, Array.init))
        bytes.append(contentsOf: [0, 1])
        bytes.append(contentsOf: issuer.publicKey.fingerprint.bytes)
        let count = precertificate.count
        bytes.append(contentsOf: [
            UInt8(truncatingIfNeeded: count >> 16), UInt8(truncatingIfNeeded: count >> 8),
            UInt8(truncatingIfNeeded: count),
        ])
        bytes.append(contentsOf: precertificate)
        bytes.append(contentsOf: [
            UInt8(truncatingIfNeeded: extensions.count >> 8), UInt8(truncatingIfNeeded: extensions.count),
        ])
        bytes.append(contentsOf: extensions)
        return bytes
    }
}

extension Certificate {
    /// The TBSCertificate as the CT log saw it: without the timestamp list, every other byte unchanged.
    ///
    /// - Throws: ``CertificateError`` when the certificate has no such list.
    func precertificate() throws(CertificateError) -> [UInt8] {
        let kept = extensions.filter { $0.identifier != OID.signedCertificateTimestamps }.map(\.encoded)
        guard kept.count < extensions.count else { throw CertificateError("it has no signed certificate timestamps") }
        let list = Self.wrap(0xA3, [Self.wrap(0x30, kept)[...]])
        return Self.wrap(0x30, [fieldsBeforeExtensions, list[...]])
    }

    private static func wrap(_ tag: UInt8, _ parts: [ArraySlice<UInt8>]) -> [UInt8] {
        let count = parts.reduce(0) { $0 + $1.count }
        var bytes: [UInt8] = [tag]
        bytes.reserveCapacity(count + 6)
        if count < 0x80 {
            bytes.append(UInt8(count))
        } else {
            let length = withUnsafeBytes(of: UInt64(count).bigEndian) { Array($0.drop { $0 == 0 }) }
            bytes.append(0x80 | UInt8(length.count))
            bytes.append(contentsOf: length)
        }
        for part in parts { bytes.append(contentsOf: part) }
        return bytes
    }
}

/// Reads the TLS presentation language (RFC 8446 §3) without running past the end.
private struct TLSReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func bytes(_ count: Int) throws(CertificateError) -> ArraySlice<UInt8> {
        guard count <= rest.count else {
            throw CertificateError("its signed certificate timestamps end too early")
        }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func integer(bytes count: Int) throws(CertificateError) -> UInt64 {
        try bytes(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func vector(lengthBytes: Int) throws(CertificateError) -> ArraySlice<UInt8> {
        try bytes(Int(integer(bytes: lengthBytes)))
    }

    func end() throws(CertificateError) {
        guard rest.isEmpty else {
            throw CertificateError("its signed certificate timestamps have bytes after their end")
        }
    }
}
