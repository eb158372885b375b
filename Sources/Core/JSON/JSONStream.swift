/// A JSON text that is read piece by piece, as strictly as `JSONValue(parsing:)` reads a whole one.
///
/// The reader walks: ``beginObject()`` and then ``nextMember()`` until it gives `nil`, ``beginArray()`` and then
/// ``nextElement()`` until it gives `false`. Where a value stands, it is taken whole with ``value(_:)``, walked, or left,
/// in which case the next step passes over it. At last ``finish()`` checks that nothing follows.
///
/// What is passed over is checked for its syntax (RFC 8259) with constant memory; only names that stand there twice and
/// runs of combining marks, which concern whoever reads the text, are not looked for in it.
package final class JSONStream {
    /// What kind of value stands next.
    package enum Kind: Sendable, Hashable { case null, bool, number, string, array, object }

    private struct Frame {
        let isObject: Bool
        var count = 0
        var names: [String] = []
        var nameSet: Set<ExactText>?
    }

    let buffer: JSONBuffer
    let limits: JSONStreamLimits
    private var frames: [Frame] = []
    /// Whether a value stands next that nobody has taken.
    private var isPending = true

    package init(_ source: any ByteSource, limits: JSONStreamLimits) {
        buffer = JSONBuffer(source, cap: limits.bytes)
        self.limits = limits
    }

    /// The line where the stream stands, counted from 1.
    package var line: Int { buffer.currentLine }

    /// How many arrays and objects are open.
    package var depth: Int { frames.count }

    /// The kind of the value that stands next; nothing is taken.
    package func kind() throws -> Kind {
        try skipSpace()
        switch try buffer.peek() {
        case 0x7B: return .object
        case 0x5B: return .array
        case 0x22: return .string
        case 0x74, 0x66: return .bool
        case 0x6E: return .null
        case 0x2D, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39: return .number
        case let other: throw syntax("expected a value, saw \(JSONParser.seen(other))")
        }
    }

    /// Enters the object that stands next.
    package func beginObject() throws {
        guard try kind() == .object else { throw shape("expected an object") }
        try open(isObject: true)
    }

    /// Enters the array that stands next.
    package func beginArray() throws {
        guard try kind() == .array else { throw shape("expected an array") }
        try open(isObject: false)
    }

    private func open(isObject: Bool) throws {
        try checkDepth(frames.count + 1)
        buffer.advance(1)
        frames.append(Frame(isObject: isObject))
        isPending = false
    }

    /// Steps to the next member of the object that was entered last.
    ///
    /// - Returns: its name, decoded; `nil` when the object has ended, which leaves it.
    package func nextMember() throws -> String? {
        if isPending { try skip() }
        try skipSpace()
        guard var frame = frames.popLast(), frame.isObject else { return nil }
        if frame.count == 0 {
            if try accept(0x7D) { return nil }
        } else if try !accept(0x2C) {
            guard try accept(0x7D) else { throw syntax("expected ',' or '}', saw \(try seen())") }
            return nil
        }
        try skipSpace()
        guard try buffer.peek() == 0x22 else { throw syntax("expected a member name in quotes, saw \(try seen())") }
        let (name, length) = try string(within: limits.nameBytes)
        frame.count += 1
        if frame.count > limits.members.limit {
            throw buffer.error(.tooLarge, "\(CapExceeded(cap: limits.members, seen: frame.count))")
        }
        if !insert(name, into: &frame) {
            throw buffer.error(.duplicateName, "the name \"\(name.excerpt(100))\" stands here twice")
        }
        frames.append(frame)
        buffer.advance(length)
        try skipSpace()
        guard try accept(0x3A) else {
            throw syntax("expected ':' after \"\(name.excerpt(100))\", saw \(try seen())")
        }
        isPending = true
        return name
    }

    /// Steps to the next element of the array that was entered last.
    ///
    /// - Returns: `false` when the array has ended, which leaves it.
    package func nextElement() throws -> Bool {
        if isPending { try skip() }
        try skipSpace()
        guard let frame = frames.last, !frame.isObject else { return false }
        if frame.count == 0 {
            if try accept(0x5D) { return leave() }
        } else if try !accept(0x2C) {
            guard try accept(0x5D) else { throw syntax("expected ',' or ']', saw \(try seen())") }
            return leave()
        }
        frames[frames.count - 1].count += 1
        isPending = true
        return true
    }

    private func leave() -> Bool {
        frames.removeLast()
        return false
    }

    /// Takes the value that stands next.
    ///
    /// - Parameter limits: what it may be at most; its depth is counted from the document's root against the stream's
    ///   own cap.
    /// - Throws: ``JSONError``. When it is `tooLarge` for these limits the value still stands there, and can be skipped.
    package func value(_ limits: JSONLimits) throws -> JSONValue {
        try skipSpace()
        try need(limits.bytes)
        var limits = limits
        limits.depth = self.limits.depth
        var parser = JSONParser(buffer: buffer.bytes, limits: limits)
        let result: JSONValue
        do throws(JSONParser.Failure) {
            result = try parser.value(depth: frames.count + 1)
        } catch {
            throw buffer.error(error.code, error.message, ahead: error.offset)
        }
        buffer.advance(parser.offset)
        isPending = false
        return result
    }

    /// Takes the string that stands next.
    ///
    /// - Throws: ``JSONError``; `tooLarge` leaves the string standing there, as for ``value(_:)``.
    package func string(_ cap: Cap) throws -> String {
        guard try kind() == .string else { throw shape("expected a string") }
        let (text, length) = try string(within: cap)
        buffer.advance(length)
        isPending = false
        return text
    }

    /// Passes over the value that stands next, of any size.
    package func skip() throws {
        var skipper = JSONSkipper(self)
        try skipper.skip()
        isPending = false
    }

    /// Checks that nothing but white space follows.
    package func finish() throws {
        if isPending { try skip() }
        try skipSpace()
        if try buffer.peek() != nil { throw syntax("expected the end of the text, saw \(try seen())") }
    }

    private func string(within cap: Cap) throws -> (String, length: Int) {
        try need(cap)
        var limits = JSONLimits(bytes: .max)
        limits.values = Cap("JSON values", 1)
        var parser = JSONParser(buffer: buffer.bytes, limits: limits)
        do throws(JSONParser.Failure) {
            let text = try parser.string()
            return (text, parser.offset)
        } catch {
            throw buffer.error(error.code, error.message, ahead: error.offset)
        }
    }

    /// Reads on until the value that stands next is in memory as a whole.
    private func need(_ cap: Cap) throws {
        if try buffer.peek() == nil { return }
        var scan = JSONExtent()
        while !scan.finds(in: buffer.bytes), !buffer.isAtEnd {
            if scan.offset > cap.limit { break }
            try buffer.fill()
        }
        if scan.offset > cap.limit {
            throw buffer.error(.tooLarge, "\(CapExceeded(cap: cap, seen: scan.offset))")
        }
    }

    /// Small objects are compared pairwise; a large one gets a set, so that duplicates cost no quadratic time.
    private func insert(_ name: String, into frame: inout Frame) -> Bool {
        if frame.nameSet != nil { return frame.nameSet?.insert(ExactText(name)).inserted == true }
        if frame.names.contains(where: { $0.isSame(as: name) }) { return false }
        frame.names.append(name)
        if frame.names.count > 16 {
            frame.nameSet = Set(frame.names.map { ExactText($0) })
            frame.names = []
        }
        return true
    }

    func checkDepth(_ depth: Int) throws {
        if depth > limits.depth.limit {
            throw buffer.error(.tooLarge, "\(CapExceeded(cap: limits.depth, seen: depth))")
        }
    }

    func skipSpace() throws {
        while true {
            let bytes = buffer.bytes
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else {
                    buffer.advance(index)
                    return
                }
                index += 1
            }
            buffer.advance(index)
            if buffer.isAtEnd { return }
            try buffer.fill()
        }
    }

    func accept(_ byte: UInt8) throws -> Bool {
        guard try buffer.peek() == byte else { return false }
        buffer.advance(1)
        return true
    }

    func seen() throws -> String { JSONParser.seen(try buffer.peek()) }

    func syntax(_ message: String) -> JSONError { buffer.error(.syntax, message) }

    private func shape(_ message: String) -> JSONError { buffer.error(.shape, message) }
}
