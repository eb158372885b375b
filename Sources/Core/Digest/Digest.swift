internal import Crypto

/// The content address of some bytes: an algorithm and the hash itself, written `sha256:…` in lowercase hexadecimal.
public struct Digest: Sendable, Hashable, CustomStringConvertible {
    public let algorithm: DigestAlgorithm
    /// The hash; its length is always the algorithm's.
    public let bytes: [UInt8]

    /// Makes a digest of a hash computed elsewhere; `nil` when the length is not the algorithm's.
    public init?(_ algorithm: DigestAlgorithm, bytes: [UInt8]) {
        guard bytes.count == algorithm.byteCount else { return nil }
        self.algorithm = algorithm
        self.bytes = bytes
    }

    fileprivate init(unchecked algorithm: DigestAlgorithm, _ bytes: [UInt8]) {
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// Parses `algorithm:hex` (OCI image specification, "Digests"); `nil` when it is not one of a supported algorithm.
    public init?(_ text: String) {
        // What nearly every digest is, and what each request holds dozens of.
        guard text.utf8.count == Self.sha256Length, text.utf8.starts(with: "sha256:".utf8) else {
            self.init(text[...])
            return
        }
        let bytes = text.utf8.withContiguousStorageIfAvailable { all in
            Hex.decode(UnsafeBufferPointer(rebasing: all[7...]))
        }
        guard let bytes = bytes ?? Hex.decode(text.utf8.dropFirst(7)) else { return nil }
        self.init(unchecked: .sha256, bytes)
    }

    private static let sha256Length = 71

    /// Parses `algorithm:hex`, as ``init(_:)-(String)``.
    public init?(_ text: some StringProtocol) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            let algorithm = DigestAlgorithm(rawValue: String(text[..<colon])),
            let bytes = Hex.decode(text[text.utf8.index(after: colon)...])
        else { return nil }
        self.init(algorithm, bytes: bytes)
    }

    /// Hashes bytes.
    @inlinable
    public static func of(_ bytes: some Sequence<UInt8>, _ algorithm: DigestAlgorithm = .sha256) -> Digest {
        var hasher = DigestHasher(algorithm)
        let done: Void? = bytes.withContiguousStorageIfAvailable { hasher.update(UnsafeRawBufferPointer($0)) }
        if done == nil { hasher.update(Array(bytes)) }
        return hasher.finalize()
    }

    /// The hash in lowercase hexadecimal, without the algorithm.
    public var hex: String { Hex.encode(bytes) }

    public var description: String { "\(algorithm.rawValue):\(hex)" }
}

/// Hashes a stream piece by piece.
public struct DigestHasher: Sendable {
    private enum State: Sendable {
        case sha256(SHA256)
        case sha384(SHA384)
        case sha512(SHA512)
    }

    private var state: State
    public let algorithm: DigestAlgorithm

    public init(_ algorithm: DigestAlgorithm = .sha256) {
        self.algorithm = algorithm
        switch algorithm {
        case .sha256: state = .sha256(SHA256())
        case .sha384: state = .sha384(SHA384())
        case .sha512: state = .sha512(SHA512())
        }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .sha256(var hasher):
            hasher.update(bufferPointer: bytes)
            state = .sha256(hasher)
        case .sha384(var hasher):
            hasher.update(bufferPointer: bytes)
            state = .sha384(hasher)
        case .sha512(var hasher):
            hasher.update(bufferPointer: bytes)
            state = .sha512(hasher)
        }
    }

    /// The digest of everything added so far.
    public func finalize() -> Digest {
        let bytes: [UInt8] =
            switch state {
            case .sha256(let hasher): Array(hasher.finalize())
            case .sha384(let hasher): Array(hasher.finalize())
            case .sha512(let hasher): Array(hasher.finalize())
            }
        return Digest(unchecked: algorithm, bytes)
    }
}
