internal import Core

/// Passes bytes on, and hashes and counts them.
final class HashingSource: ByteSource {
    private var base: any ByteSource
    private var hasher = DigestHasher()
    /// What was read before to tell the format, and is given first.
    private var head: [UInt8] = []
    private(set) var count = 0

    init(_ base: any ByteSource) { self.base = base }

    var digest: Digest { hasher.finalize() }

    /// The first bytes, which stay to be read.
    func peek() throws -> [UInt8] {
        if head.isEmpty { head = try take(64 << 10) }
        return head
    }

    /// Leaves out bytes from the beginning, which ``peek()`` has shown.
    func dropFirst(_ count: Int) { head.removeFirst(count) }

    func read(atMost count: Int) throws -> [UInt8] {
        guard !head.isEmpty else { return try take(count) }
        let piece = Array(head.prefix(max(count, 1)))
        head.removeFirst(piece.count)
        return piece
    }

    private func take(_ count: Int) throws -> [UInt8] {
        let piece = try base.read(atMost: count)
        hasher.update(piece)
        self.count += piece.count
        return piece
    }
}
