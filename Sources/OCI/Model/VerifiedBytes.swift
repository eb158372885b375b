package import Core

/// Bytes that hash to their digest; there is no way to make one that does not.
package struct VerifiedBytes: Sendable, Hashable {
    package let bytes: [UInt8]
    package let digest: Digest

    /// Why bytes are not what was asked for.
    enum Mismatch: Error, Hashable, CustomStringConvertible {
        case size(expected: Int, seen: Int)
        case digest(expected: Digest, seen: Digest)

        var description: String {
            switch self {
            case .size(let expected, let seen): "expected \(expected) bytes, saw \(seen)"
            case .digest(let expected, let seen): "expected \(expected), saw content with \(seen)"
            }
        }
    }

    /// Takes bytes for what they are.
    package init(hashing bytes: [UInt8], _ algorithm: DigestAlgorithm = .sha256) {
        self.bytes = bytes
        digest = .of(bytes, algorithm)
    }

    /// Takes bytes for what was asked for.
    ///
    /// - Throws: ``Mismatch`` when the length (if known) or the hash differs.
    init(_ bytes: [UInt8], expecting expected: Digest, size: Int?) throws(Mismatch) {
        if let size, size != bytes.count { throw .size(expected: size, seen: bytes.count) }
        let seen = Digest.of(bytes, expected.algorithm)
        guard seen == expected else { throw .digest(expected: expected, seen: seen) }
        self.bytes = bytes
        digest = seen
    }
}
