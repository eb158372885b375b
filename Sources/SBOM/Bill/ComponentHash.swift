package import Core

/// A hash that a bill of materials gives for a component.
///
/// SHA-1 is kept because npm's registry long gave nothing else; whoever relies on a hash asks for ``digest``.
package struct ComponentHash: Sendable, Hashable, CustomStringConvertible {
    package enum Algorithm: UInt8, Sendable, Hashable, CaseIterable {
        case sha1, sha256, sha384, sha512

        /// The hash's length in bytes.
        package var byteCount: Int {
            switch self {
            case .sha1: 20
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }

        /// Reads a name as CycloneDX (`SHA-256`) or SPDX (`SHA256`, `sha256`) writes it; `nil` for other algorithms.
        init?(name: String) {
            switch name {
            case "SHA-1", "SHA1", "sha1": self = .sha1
            case "SHA-256", "SHA256", "sha256": self = .sha256
            case "SHA-384", "SHA384", "sha384": self = .sha384
            case "SHA-512", "SHA512", "sha512": self = .sha512
            default: return nil
            }
        }
    }

    package let algorithm: Algorithm
    package let bytes: [UInt8]

    /// The hash as a digest, unless it is SHA-1.
    package var digest: Digest? {
        switch algorithm {
        case .sha1: nil
        case .sha256: Digest(.sha256, bytes: bytes)
        case .sha384: Digest(.sha384, bytes: bytes)
        case .sha512: Digest(.sha512, bytes: bytes)
        }
    }

    package var description: String { "\(algorithm):\(Hex.encode(bytes))" }
}
