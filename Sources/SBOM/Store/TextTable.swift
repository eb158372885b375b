internal import Core

/// Texts, each kept once, numbered from 0 in the order in which they came.
///
/// The bytes lie in pieces of a megabyte, so that growing copies nothing; a million texts cost their bytes and 14 more.
struct TextTable: Sendable {
    /// No text.
    static let none = UInt32.max
    private static let pieceBits = 20

    private var pieces: [[UInt8]] = []
    private var starts: [UInt32] = []
    private var lengths: [UInt16] = []
    private var hashes: [UInt32] = []
    /// Open addressing; a slot holds a number and one, 0 is empty.
    private var slots: [UInt32] = []
    /// How many bytes all texts have.
    private(set) var byteCount = 0

    var count: Int { starts.count }

    subscript(_ id: UInt32) -> String {
        let start = Int(starts[Int(id)])
        let offset = start & (1 << Self.pieceBits - 1)
        let piece = pieces[start >> Self.pieceBits]
        return piece.withUnsafeBufferPointer { bytes in
            String(
                decoding: UnsafeBufferPointer(rebasing: bytes[offset..<offset + Int(lengths[Int(id)])]), as: UTF8.self)
        }
    }

    /// The number of a text, which is kept if it is new.
    ///
    /// - Parameter all: at most 65,535 bytes, which the reader's limits see to; more are cut off.
    mutating func intern(_ all: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let bytes = UnsafeBufferPointer(rebasing: all.prefix(Int(UInt16.max)))
        if slots.count < 2 * (starts.count + 1) { grow() }
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        let hash = UInt32(truncatingIfNeeded: hasher.finalize())
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            let id = slots[slot] - 1
            if hashes[Int(id)] == hash, isSame(id, bytes) { return id }
            slot = (slot + 1) & mask
        }
        let id = UInt32(starts.count)
        if pieces.isEmpty || pieces[pieces.count - 1].count + bytes.count >= 1 << Self.pieceBits {
            var piece: [UInt8] = []
            piece.reserveCapacity(1 << Self.pieceBits)
            pieces.append(piece)
        }
        let last = pieces.count - 1
        starts.append(UInt32(last << Self.pieceBits | pieces[last].count))
        lengths.append(UInt16(bytes.count))
        hashes.append(hash)
        pieces[last].append(contentsOf: bytes)
        byteCount += bytes.count
        slots[slot] = id + 1
        return id
    }

    mutating func intern(_ text: String) -> UInt32 {
        var text = text
        return text.withUTF8 { intern($0) }
    }

    /// Forgets how to find texts; what is kept can still be read.
    mutating func freeze() {
        slots = []
        hashes = []
    }

    private func isSame(_ id: UInt32, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard Int(lengths[Int(id)]) == bytes.count else { return false }
        let start = Int(starts[Int(id)])
        let offset = start & (1 << Self.pieceBits - 1)
        return pieces[start >> Self.pieceBits].withUnsafeBufferPointer { piece in
            UnsafeBufferPointer(rebasing: piece[offset..<offset + bytes.count]).elementsEqual(bytes)
        }
    }

    private mutating func grow() {
        let count = max(slots.count * 2, 64)
        // The old slots go first, so that both are never held.
        slots = []
        slots = [UInt32](repeating: 0, count: count)
        let mask = count - 1
        for (id, hash) in hashes.enumerated() {
            var slot = Int(hash) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(id) + 1
        }
    }
}
