internal import Core

/// A SHA-256 hash within a Merkle tree.
public struct TreeHash: Sendable, Hashable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    static let byteCount = 32

    /// - Returns: `nil` unless there are 32 bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// Reads base64 in its one canonical form.
    init?(base64 text: ArraySlice<UInt8>) {
        guard text.count == 44, let bytes = text.withUnsafeBufferPointer({ Base64.decode($0) }) else { return nil }
        self.init(bytes)
    }

    /// Base64, as checkpoints and proofs hold it.
    public var description: String { Base64.encode(bytes) }
}
