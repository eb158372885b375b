internal import NIOCore

/// One HTTP/1.1 answer with a length, read as it comes.
struct AnswerReader {
    struct Answer {
        let status: Int
        let body: ByteBuffer
        let closes: Bool
    }

    struct Malformed: Error {}

    private var received = ByteBuffer()
    private static let maximum = 32 << 20

    /// Adds bytes.
    ///
    /// - Returns: the answer when it is complete.
    mutating func add(_ bytes: inout ByteBuffer) throws -> Answer? {
        if received.readableBytes == 0 { swap(&received, &bytes) } else { received.writeBuffer(&bytes) }
        guard received.readableBytes <= Self.maximum else { throw Malformed() }
        let answer: (Answer, Int)? = try received.withUnsafeReadableBytes { raw in
            guard let end = Self.endOfHead(raw) else { return nil }
            let head = UnsafeRawBufferPointer(rebasing: raw[..<end])
            guard head.count > 12, head[9] >= 0x30, head[9] <= 0x39 else { throw Malformed() }
            let status = head[9..<12].reduce(0) { $0 * 10 + Int($1 &- 0x30) }
            guard let length = Self.field("content-length:", in: head).flatMap({ Int($0) }) else { throw Malformed() }
            guard raw.count >= end + length else { return nil }
            let closes = Self.field("connection:", in: head) == "close"
            let body = ByteBuffer(bytes: raw[end..<end + length])
            return (Answer(status: status, body: body, closes: closes), end + length)
        }
        guard let (answer, size) = answer else { return nil }
        received.moveReaderIndex(forwardBy: size)
        if received.readableBytes == 0 { received.clear() }
        return answer
    }

    private static func endOfHead(_ raw: UnsafeRawBufferPointer) -> Int? {
        guard raw.count >= 4 else { return nil }
        for index in 3..<raw.count
        where raw[index] == 0x0A && raw[index - 1] == 0x0D && raw[index - 2] == 0x0A && raw[index - 3] == 0x0D {
            return index + 1
        }
        return nil
    }

    /// A field's value, by its name in lowercase with the colon.
    private static func field(_ name: StaticString, in head: UnsafeRawBufferPointer) -> String? {
        let count = name.utf8CodeUnitCount
        guard head.count > count + 2 else { return nil }
        for start in 2..<head.count - count where head[start - 1] == 0x0A {
            guard (0..<count).allSatisfy({ head[start + $0] | 0x20 == name.utf8Start[$0] | 0x20 }) else { continue }
            let value = head[(start + count)...].prefix { $0 != 0x0D }
            return String(decoding: value, as: UTF8.self).trimmed.lowercased()
        }
        return nil
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
