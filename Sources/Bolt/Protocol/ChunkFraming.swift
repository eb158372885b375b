package import Core

/// Messages in chunks: a length of two bytes, big-endian, before each, and the length zero after the last (Bolt,
/// "Message chunking").
package struct ChunkFraming: Sendable {
    private enum State: Sendable {
        /// Before a length's first byte.
        case length
        /// Between its two bytes.
        case half(UInt8)
        /// So many bytes of a chunk are to come.
        case body(Int)
    }

    private var state = State.length
    private var message: [UInt8] = []
    private let cap: Cap

    /// - Parameter cap: the most bytes of one message.
    package init(cap: Cap) { self.cap = cap }

    /// Whether the bytes so far end between two messages.
    package var isBetweenMessages: Bool {
        if case .length = state { message.isEmpty } else { false }
    }

    /// Takes bytes as they come, and gives the messages that end within them.
    ///
    /// A chunk of no bytes where no message has begun is a sign of life, and nothing else.
    ///
    /// - Throws: ``PackStreamError`` with code `tooLarge`, as soon as a length says so.
    package mutating func receive(_ bytes: [UInt8]) throws(PackStreamError) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var rest = bytes[...]
        while let byte = rest.first {
            switch state {
            case .length:
                state = .half(byte)
                rest = rest.dropFirst()
            case .half(let high):
                rest = rest.dropFirst()
                let length = Int(high) << 8 | Int(byte)
                if length > 0 {
                    do throws(CapExceeded) { try cap.check(message.count + length) } catch {
                        throw PackStreamError(.tooLarge, error.description, at: message.count)
                    }
                    state = .body(length)
                } else {
                    if !message.isEmpty { messages.append(message) }
                    message = []
                    state = .length
                }
            case .body(let length):
                let part = rest.prefix(length)
                message.append(contentsOf: part)
                rest = rest.dropFirst(part.count)
                state = part.count == length ? .length : .body(length - part.count)
            }
        }
        return messages
    }

    /// A message in chunks, with its end.
    ///
    /// - Parameter size: the most bytes of one chunk.
    package static func frame(_ message: [UInt8], size: Int = Int(UInt16.max)) -> [UInt8] {
        let size = min(max(size, 1), Int(UInt16.max))
        var result: [UInt8] = []
        result.reserveCapacity(message.count + 2 * (message.count / size + 2))
        var rest = message[...]
        while !rest.isEmpty {
            let part = rest.prefix(size)
            result.append(UInt8(part.count >> 8))
            result.append(UInt8(part.count & 0xFF))
            result.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
        }
        return result + [0, 0]
    }
}
