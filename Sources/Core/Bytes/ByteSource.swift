/// Bytes that come piece by piece: from memory, a file, a decompressor, the network.
package protocol ByteSource {
    /// Reads the next bytes.
    ///
    /// - Parameter count: how many bytes are wanted at most; at least 1.
    /// - Returns: 1 to `count` bytes; none at the end, and from then on.
    /// - Throws: what the source's own reader throws.
    mutating func read(atMost count: Int) throws -> [UInt8]
}

/// Bytes in memory as a source.
package struct BytesSource: ByteSource {
    private let bytes: [UInt8]
    private var offset = 0
    private let piece: Int

    /// - Parameter piece: the most bytes given at once, so that tests can split an input anywhere.
    package init(_ bytes: [UInt8], piece: Int = .max) {
        self.bytes = bytes
        self.piece = max(piece, 1)
    }

    package mutating func read(atMost count: Int) -> [UInt8] {
        let end = min(bytes.count, offset + min(count, piece, bytes.count - offset))
        defer { offset = end }
        return Array(bytes[offset..<end])
    }
}
