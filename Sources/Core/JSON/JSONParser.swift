extension JSONValue {
    /// Parses a JSON text strictly (RFC 8259): UTF-8, no duplicate names, no trailing bytes, within the limits.
    ///
    /// - Throws: ``JSONError`` with line and column.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        do {
            try limits.bytes.check(bytes.count)
        } catch {
            throw JSONError(.tooLarge, "\(error)", at: .text(line: 1, column: 1))
        }
        let result: Result<JSONValue, JSONError> = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(buffer: buffer, limits: limits)
            do throws(JSONParser.Failure) {
                return .success(try parser.document())
            } catch {
                return .failure(parser.locate(error))
            }
        }
        self = try result.get()
    }

    /// Parses a JSON text strictly.
    ///
    /// - Throws: ``JSONError`` with line and column.
    public init(parsing text: String, limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }
}

/// A recursive-descent parser over one buffer; its depth is bounded by the limits.
struct JSONParser {
    struct Failure: Error {
        let code: JSONError.Code
        let message: String
        let offset: Int
    }

    private let buffer: UnsafeBufferPointer<UInt8>
    private let limits: JSONLimits
    /// Where the next byte is read.
    private(set) var offset = 0
    private var count = 0

    init(buffer: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.buffer = buffer
        self.limits = limits
    }

    mutating func document() throws(Failure) -> JSONValue {
        skipSpace()
        let value = try self.value(depth: 1)
        skipSpace()
        guard offset == buffer.count else { throw syntax("expected the end of the text, saw \(seen)") }
        return value
    }

    func locate(_ failure: Failure) -> JSONError {
        var line = 1
        var lineStart = 0
        for index in 0..<min(failure.offset, buffer.count) where buffer[index] == 0x0A {
            line += 1
            lineStart = index + 1
        }
        return JSONError(
            failure.code, failure.message, at: .text(line: line, column: failure.offset - lineStart + 1))
    }

    /// One value from where it begins.
    ///
    /// - Parameter depth: how deep it lies in its document, 1 at the root.
    mutating func value(depth: Int) throws(Failure) -> JSONValue {
        count += 1
        if count > limits.values.limit { throw tooLarge(limits.values, count) }
        guard offset < buffer.count else { throw syntax("expected a value, saw the end of the text") }
        switch buffer[offset] {
        case UInt8(ascii: "{"):
            return .object(try object(depth: depth))
        case UInt8(ascii: "["):
            return .array(try array(depth: depth))
        case UInt8(ascii: "\""):
            return .string(try string())
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try number()
        default:
            throw syntax("expected a value, saw \(seen)")
        }
    }

    private mutating func object(depth: Int) throws(Failure) -> JSONObject {
        if depth > limits.depth.limit { throw tooLarge(limits.depth, depth) }
        offset += 1
        var members: [JSONObject.Member] = []
        // Small objects are compared pairwise; a large one gets a set, so that duplicates cost no quadratic time. Names
        // are compared by their bytes: Unicode's equivalence costs a hundred times as much where marks abound.
        var names: Set<ExactText>?
        skipSpace()
        if accept(UInt8(ascii: "}")) { return JSONObject() }
        while true {
            skipSpace()
            guard offset < buffer.count, buffer[offset] == UInt8(ascii: "\"") else {
                throw syntax("expected a member name in quotes, saw \(seen)")
            }
            let start = offset
            let key = try string()
            let known: Bool
            if names != nil {
                known = names?.insert(ExactText(key)).inserted == false
            } else {
                known = members.contains { $0.key.isSame(as: key) }
                if members.count == 16 {
                    names = Set(members.map { ExactText($0.key) })
                    names?.insert(ExactText(key))
                }
            }
            if known {
                throw Failure(
                    code: .duplicateName, message: "the name \"\(key.excerpt(100))\" stands here twice", offset: start)
            }
            skipSpace()
            guard accept(UInt8(ascii: ":")) else {
                throw syntax("expected ':' after \"\(key.excerpt(100))\", saw \(seen)")
            }
            skipSpace()
            members.append(JSONObject.Member(key: key, value: try value(depth: depth + 1)))
            skipSpace()
            if accept(UInt8(ascii: ",")) { continue }
            guard accept(UInt8(ascii: "}")) else { throw syntax("expected ',' or '}', saw \(seen)") }
            return JSONObject(unique: members)
        }
    }

    private mutating func array(depth: Int) throws(Failure) -> [JSONValue] {
        if depth > limits.depth.limit { throw tooLarge(limits.depth, depth) }
        offset += 1
        skipSpace()
        if accept(UInt8(ascii: "]")) { return [] }
        var values: [JSONValue] = []
        while true {
            skipSpace()
            values.append(try value(depth: depth + 1))
            skipSpace()
            if accept(UInt8(ascii: ",")) { continue }
            guard accept(UInt8(ascii: "]")) else { throw syntax("expected ',' or ']', saw \(seen)") }
            return values
        }
    }

    /// One string from its opening quote.
    mutating func string() throws(Failure) -> String {
        let start = offset + 1
        let (end, isASCII) = plainText(from: start)
        guard end < buffer.count else {
            throw syntax("the string has no closing quote")
        }
        if buffer[end] == UInt8(ascii: "\"") {
            offset = end + 1
            return try utf8(UnsafeBufferPointer(rebasing: buffer[start..<end]), at: start, isASCII: isASCII)
        }
        var bytes = Array(buffer[start..<end])
        offset = end
        while offset < buffer.count {
            let byte = buffer[offset]
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return try bytes.withUnsafeBufferPointer { (all) throws(Failure) in
                    try utf8(all, at: start, isASCII: false)
                }
            case UInt8(ascii: "\\"):
                try escape(into: &bytes)
            case 0..<0x20:
                throw syntax("a control character must be escaped in a string, saw \(seen)")
            default:
                bytes.append(byte)
                offset += 1
            }
        }
        throw syntax("the string has no closing quote")
    }

    /// Where the first quote, backslash or control character from `start` on is, and whether all before it is ASCII.
    private func plainText(from start: Int) -> (end: Int, isASCII: Bool) {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highBits = ones << 7
        let bytes = UnsafeRawBufferPointer(buffer)
        var end = start
        var seen: UInt64 = 0
        // Eight bytes at a time: bundles are mostly long base64. The high bit of a byte tells that it is special.
        while end + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: end, as: UInt64.self)
            let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            let special =
                ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- ones &* 0x20) & ~word)
            if special & highBits != 0 { break }
            seen |= word
            end += 8
        }
        while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"),
            bytes[end] >= 0x20
        {
            seen |= UInt64(bytes[end])
            end += 1
        }
        return (end, seen & highBits == 0)
    }

    private mutating func escape(into bytes: inout [UInt8]) throws(Failure) {
        guard offset + 1 < buffer.count else { throw syntax("the string has no closing quote") }
        let character = buffer[offset + 1]
        switch character {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(character)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"):
            let high = try codeUnit(at: offset + 2)
            var scalar = UInt32(high)
            if (0xD800..<0xDC00).contains(high) {
                guard offset + 7 < buffer.count, buffer[offset + 6] == UInt8(ascii: "\\"),
                    buffer[offset + 7] == UInt8(ascii: "u")
                else { throw syntax("half of a surrogate pair") }
                let low = try codeUnit(at: offset + 8)
                guard (0xDC00..<0xE000).contains(low) else { throw syntax("half of a surrogate pair") }
                scalar = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
                offset += 6
            }
            guard let unicode = Unicode.Scalar(scalar) else { throw syntax("half of a surrogate pair") }
            bytes.append(contentsOf: UTF8.encode(unicode) ?? UTF8.encodedReplacementCharacter)
            offset += 4
        default:
            throw syntax("unknown escape \\\(Character(Unicode.Scalar(character)))")
        }
        offset += 2
    }

    private func codeUnit(at start: Int) throws(Failure) -> UInt16 {
        guard start + 4 <= buffer.count else { throw syntax("\\u needs four hexadecimal digits") }
        var value: UInt16 = 0
        for byte in buffer[start..<start + 4] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw syntax("\\u needs four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    private func utf8(
        _ bytes: UnsafeBufferPointer<UInt8>, at start: Int, isASCII: Bool
    ) throws(Failure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(code: .syntax, message: "the string is not valid UTF-8", offset: start)
        }
        if isASCII { return text }
        // Comparing or hashing a String sorts each run of combining marks, in quadratic time: a megabyte of them
        // would stop whoever looks a name up (Unicode UAX #15 §13, which allows 30 in a stream-safe text).
        var run = 0
        for scalar in text.unicodeScalars {
            run = scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered ? run + 1 : 0
            if run > limits.combiningMarks.limit {
                let cap = CapExceeded(cap: limits.combiningMarks, seen: run)
                throw Failure(code: .tooLarge, message: "\(cap)", offset: start)
            }
        }
        return text
    }

    private mutating func number() throws(Failure) -> JSONValue {
        let start = offset
        _ = accept(UInt8(ascii: "-"))
        let integerStart = offset
        skipDigits()
        guard offset > integerStart else { throw syntax("expected a digit, saw \(seen)") }
        guard buffer[integerStart] != UInt8(ascii: "0") || offset == integerStart + 1 else {
            throw syntax("a number must not begin with 0")
        }
        var whole = true
        if accept(UInt8(ascii: ".")) {
            whole = false
            let fraction = offset
            skipDigits()
            guard offset > fraction else { throw syntax("expected a digit, saw \(seen)") }
        }
        if accept(UInt8(ascii: "e")) || accept(UInt8(ascii: "E")) {
            whole = false
            _ = accept(UInt8(ascii: "+")) || accept(UInt8(ascii: "-"))
            let exponent = offset
            skipDigits()
            guard offset > exponent else { throw syntax("expected a digit, saw \(seen)") }
        }
        let text = String(decoding: buffer[start..<offset], as: UTF8.self)
        if whole, text != "-0", let integer = Int64(text) { return .integer(integer) }
        return .number(text)
    }

    private mutating func literal(_ text: StaticString) throws(Failure) {
        let length = text.utf8CodeUnitCount
        guard offset + length <= buffer.count,
            (0..<length).allSatisfy({ buffer[offset + $0] == text.utf8Start[$0] })
        else { throw syntax("expected \(text), saw \(seen)") }
        offset += length
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        guard offset < buffer.count, buffer[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipDigits() {
        while offset < buffer.count, (0x30...0x39).contains(buffer[offset]) { offset += 1 }
    }

    private mutating func skipSpace() {
        while offset < buffer.count {
            switch buffer[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return
            }
        }
    }

    private var seen: String { Self.seen(offset < buffer.count ? buffer[offset] : nil) }

    /// The next byte as a message says it.
    static func seen(_ byte: UInt8?) -> String {
        guard let byte else { return "the end of the text" }
        return (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(Hex.encode([byte]))"
    }

    private func syntax(_ message: String) -> Failure { Failure(code: .syntax, message: message, offset: offset) }

    private func tooLarge(_ cap: Cap, _ seen: Int) -> Failure {
        Failure(code: .tooLarge, message: "\(CapExceeded(cap: cap, seen: seen))", offset: offset)
    }
}
