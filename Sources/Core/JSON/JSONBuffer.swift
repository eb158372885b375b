internal import Glibc

/// The bytes of a JSON stream that are in memory: what is being read, and what was read ahead.
///
/// It grows to the longest value that is kept, which the callers cap, and is one piece long otherwise.
final class JSONBuffer {
    private var source: any ByteSource
    private let cap: Cap
    private var storage: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// The next byte, and the end of what is in memory.
    private var start = 0
    private var end = 0
    private(set) var isAtEnd = false
    /// The place of the byte `counted`; lines are counted when somebody asks, or before bytes go.
    private var counted = 0
    private var line = 1
    private var column = 1
    private var total = 0

    static let piece = 64 << 10

    init(_ source: any ByteSource, cap: Cap) {
        self.source = source
        self.cap = cap
        capacity = 2 * Self.piece
        storage = .allocate(capacity: capacity)
    }

    deinit { storage.deallocate() }

    /// What is in memory and not yet read.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: storage + start, count: end - start) }

    /// The next byte, when there is one.
    func peek() throws -> UInt8? {
        if start == end { try fill() }
        return start < end ? storage[start] : nil
    }

    /// Passes over bytes that are in memory.
    func advance(_ count: Int) { start += count }

    /// Reads more; at the end of the source ``isAtEnd`` becomes true instead.
    func fill() throws {
        guard !isAtEnd else { return }
        settle()
        let unread = end - start
        if capacity - unread < Self.piece {
            move(unread, into: 2 * capacity)
        } else if capacity > 16 * Self.piece, unread < Self.piece {
            // An unusually long value needed the room; the next one hardly will.
            move(unread, into: 2 * Self.piece)
        } else if start > 0 {
            storage.update(from: storage + start, count: unread)
        }
        start = 0
        counted = 0
        end = unread
        let piece = try source.read(atMost: min(capacity - end, Self.piece))
        isAtEnd = piece.isEmpty
        total += piece.count
        if total > cap.limit { throw error(.tooLarge, "\(CapExceeded(cap: cap, seen: total))") }
        piece.withUnsafeBufferPointer { bytes in
            guard let first = bytes.baseAddress else { return }
            (storage + end).update(from: first, count: bytes.count)
        }
        end += piece.count
    }

    private func move(_ unread: Int, into newCapacity: Int) {
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
        moved.update(from: storage + start, count: unread)
        storage.deallocate()
        storage = moved
        capacity = newCapacity
    }

    private func settle() {
        (line, column) = place(of: start)
        counted = start
    }

    private func place(of offset: Int) -> (line: Int, column: Int) {
        var place = (line: line, column: column)
        var from = counted
        while from < offset, let found = memchr(storage + from, 0x0A, offset - from) {
            from += found - UnsafeMutableRawPointer(storage + from) + 1
            place = (place.line + 1, 1)
        }
        place.column += offset - from
        return place
    }

    /// The line of the next byte, counted from 1.
    var currentLine: Int {
        settle()
        return line
    }

    /// An error at the next byte, or so many bytes behind it.
    func error(_ code: JSONError.Code, _ message: String, ahead: Int = 0) -> JSONError {
        let place = place(of: min(start + ahead, end))
        return JSONError(code, message, at: .text(line: place.line, column: place.column))
    }
}
