/// Passes over one JSON value with constant memory, checking its syntax (RFC 8259).
struct JSONSkipper {
    private let stream: JSONStream
    private var buffer: JSONBuffer { stream.buffer }
    /// The arrays (`false`) and objects (`true`) that are open; the cap on depth bounds it.
    private var open: [Bool] = []

    init(_ stream: JSONStream) { self.stream = stream }

    mutating func skip() throws {
        repeat {
            if try !beginsContainer() { try endsValue() }
        } while !open.isEmpty
    }

    /// Reads one value, or the beginning of an array or object that is not empty.
    private mutating func beginsContainer() throws -> Bool {
        switch try stream.kind() {
        case .object:
            try enter()
            if try stream.accept(0x7D) { return false }
            open.append(true)
            try name()
            return true
        case .array:
            try enter()
            if try stream.accept(0x5D) { return false }
            open.append(false)
            return true
        case .string: try string()
        case .number: try number()
        case .bool: try literal(try buffer.peek() == 0x74 ? "true" : "false")
        case .null: try literal("null")
        }
        return false
    }

    private mutating func enter() throws {
        try stream.checkDepth(stream.depth + open.count + 1)
        buffer.advance(1)
        try stream.skipSpace()
    }

    /// After a value: leaves what ends there, up to where the next value stands.
    private mutating func endsValue() throws {
        while let isObject = open.last {
            try stream.skipSpace()
            if try stream.accept(0x2C) {
                if isObject {
                    try stream.skipSpace()
                    try name()
                }
                return
            }
            guard try stream.accept(isObject ? 0x7D : 0x5D) else {
                throw stream.syntax("expected ',' or '\(isObject ? "}" : "]")', saw \(try stream.seen())")
            }
            open.removeLast()
        }
    }

    private func name() throws {
        guard try buffer.peek() == 0x22 else {
            throw stream.syntax("expected a member name in quotes, saw \(try stream.seen())")
        }
        try string()
        try stream.skipSpace()
        guard try stream.accept(0x3A) else {
            throw stream.syntax("expected ':' after a member name, saw \(try stream.seen())")
        }
    }

    private func string() throws {
        buffer.advance(1)
        var utf8 = UTF8Check()
        while true {
            let bytes = buffer.bytes
            let plain = utf8.passes(bytes)
            buffer.advance(plain)
            if plain == bytes.count {
                guard !buffer.isAtEnd else { throw stream.syntax("the string has no closing quote") }
                try buffer.fill()
                continue
            }
            let byte = bytes[plain]
            guard utf8.isWhole, byte < 0x80 else { throw stream.syntax("the string is not valid UTF-8") }
            buffer.advance(1)
            if byte == 0x22 { return }
            guard byte == 0x5C else {
                throw stream.syntax("a control character must be escaped in a string, saw byte 0x\(Hex.encode([byte]))")
            }
            try escape()
        }
    }

    private func escape() throws {
        guard let character = try buffer.peek() else { throw stream.syntax("the string has no closing quote") }
        buffer.advance(1)
        switch character {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return
        case 0x75:
            let high = try codeUnit()
            if (0xDC00..<0xE000).contains(high) { throw stream.syntax("half of a surrogate pair") }
            guard (0xD800..<0xDC00).contains(high) else { return }
            guard try stream.accept(0x5C), try stream.accept(0x75), (0xDC00..<0xE000).contains(try codeUnit()) else {
                throw stream.syntax("half of a surrogate pair")
            }
        default: throw stream.syntax("unknown escape \\\(JSONParser.seen(character))")
        }
    }

    private func codeUnit() throws -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch try buffer.peek() {
            case let byte? where (0x30...0x39).contains(byte): digit = byte - 0x30
            case let byte? where (0x61...0x66).contains(byte): digit = byte - 0x57
            case let byte? where (0x41...0x46).contains(byte): digit = byte - 0x37
            default: throw stream.syntax("\\u needs four hexadecimal digits")
            }
            buffer.advance(1)
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    private func number() throws {
        _ = try stream.accept(0x2D)
        let startsWithZero = try buffer.peek() == 0x30
        let digits = try digits()
        guard digits > 0 else { throw stream.syntax("expected a digit, saw \(try stream.seen())") }
        guard !startsWithZero || digits == 1 else { throw stream.syntax("a number must not begin with 0") }
        if try stream.accept(0x2E) {
            guard try self.digits() > 0 else { throw stream.syntax("expected a digit, saw \(try stream.seen())") }
        }
        if try stream.accept(0x65) || stream.accept(0x45) {
            _ = try stream.accept(0x2B) || stream.accept(0x2D)
            guard try self.digits() > 0 else { throw stream.syntax("expected a digit, saw \(try stream.seen())") }
        }
    }

    private func digits() throws -> Int {
        var count = 0
        while let byte = try buffer.peek(), (0x30...0x39).contains(byte) {
            buffer.advance(1)
            count += 1
        }
        return count
    }

    private func literal(_ text: String) throws {
        while buffer.bytes.count < text.utf8.count, !buffer.isAtEnd { try buffer.fill() }
        guard buffer.bytes.starts(with: text.utf8) else {
            throw stream.syntax("expected \(text), saw \(try stream.seen())")
        }
        buffer.advance(text.utf8.count)
    }
}
