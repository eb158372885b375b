import Core
import TestSupport
import Testing

@Suite struct JSONStreamTests {
    static let limits = JSONStreamLimits(bytes: 1 << 20)

    static func stream(_ text: String, piece: Int = .max, depth: Int = 64) -> JSONStream {
        stream(Array(text.utf8), piece: piece, depth: depth)
    }

    static func stream(_ bytes: [UInt8], piece: Int = .max, depth: Int = 64) -> JSONStream {
        JSONStream(BytesSource(bytes, piece: piece), limits: JSONStreamLimits(bytes: 1 << 20, depth: depth))
    }

    enum Outcome: Equatable {
        case value(JSONValue)
        case error(JSONError)
    }

    static func outcome(_ body: () throws -> JSONValue) -> Outcome {
        do {
            return .value(try body())
        } catch let error as JSONError {
            return .error(error)
        } catch {
            return .error(JSONError(.syntax, "\(error)", at: .field("another error")))
        }
    }

    /// Builds the value by walking every array and object.
    static func walk(_ stream: JSONStream) throws -> JSONValue {
        switch try stream.kind() {
        case .object:
            try stream.beginObject()
            var members: [JSONObject.Member] = []
            while let name = try stream.nextMember() {
                members.append(JSONObject.Member(key: name, value: try walk(stream)))
            }
            return .object(JSONObject(members))
        case .array:
            try stream.beginArray()
            var values: [JSONValue] = []
            while try stream.nextElement() { values.append(try walk(stream)) }
            return .array(values)
        case .string: return .string(try stream.string(Cap("bytes", 1 << 20)))
        default: return try stream.value(.standard)
        }
    }

    static func agree(_ bytes: [UInt8], piece: Int, depth: Int = 64) {
        let whole = outcome { try JSONValue(parsing: bytes, limits: JSONLimits(bytes: 1 << 20, depth: depth)) }
        let taken = outcome {
            let stream = stream(bytes, piece: piece, depth: depth)
            let value = try stream.value(.standard)
            try stream.finish()
            return value
        }
        let walked = outcome {
            let stream = stream(bytes, piece: piece, depth: depth)
            let value = try walk(stream)
            try stream.finish()
            return value
        }
        let text = String(decoding: bytes.prefix(200), as: UTF8.self)
        #expect(taken == whole, "taken in pieces of \(piece): \(text)")
        #expect(walked == whole, "walked in pieces of \(piece): \(text)")
        let skipped = outcome {
            let stream = stream(bytes, piece: piece, depth: depth)
            try stream.skip()
            try stream.finish()
            return .null
        }
        switch (whole, skipped) {
        case (.value, .value): break
        case (.value, .error(let error)): Issue.record("passing over refused \(text): \(error)")
        case (.error(let error), .value):
            #expect(error.code == .duplicateName || error.message.contains("combining"), "\(text): \(error)")
        case (.error(let error), .error(let other)):
            if error.code != .duplicateName { #expect(error.code == other.code, "\(text): \(error), \(other)") }
        }
    }

    @Test(arguments: [
        "null", " true ", "0", "-1.5e+3", "\"\"", #""a\u00e9\ud83d\ude00\n""#, "[]", "{}", "[ 1 , [2 , {} ] ]",
        #"{"a":{"b":null},"c":[true,false]}"#, "\r\n {\n\"a\" :\n1}\n", "\"é😀\"", "", " ", "nul", "True", "01", "-",
        "1.", "1e", "1e+", "[1,]", "[1 2]", "[", "[1", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "\"", "\"\\",
        "\"\\x\"", "\"\\u12\"", "\"\\u123g\"", "\"a\nb\"", "\"\u{1}\"", "1 2", "[1]]", "[1}", "{\"a\":1]", "\u{FEFF}1",
        #"{"a":1,"a":2}"#, #"{"b":{"a":1,"\u0061":1}}"#, #""\ud83d""#, #""\ud83d\u0041""#, #""\ude00""#, "truefalse",
        "1\"a\"", "[1\"a\"]", "1[", "tru,", "[nul]", "\"a\\", "[\"\\ud83\", 1]", "{\"a\":tru}", "]", "[,]", "{,}", ":",
        "[1,\n2,\n x]",
    ])
    func agreesWithTheWholeParserSplitAtEveryByte(text: String) {
        for piece in 1...max(text.utf8.count, 1) { Self.agree(Array(text.utf8), piece: piece) }
        Self.agree(Array(text.utf8), piece: 1, depth: 1)
    }

    @Test(
        arguments: [[0x80], [0xC3], [0xED, 0xA0, 0x80], [0xE2, 0x82, 0xAC], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]])
    func agreesAboutUTF8(bytes: [UInt8]) {
        for text in [[0x22] + bytes + [0x22], [0x22] + bytes, Array("{\"a".utf8) + bytes + Array("\":1}".utf8), bytes] {
            for piece in 1...text.count { Self.agree(text, piece: piece) }
        }
    }

    @Test(arguments: [1, 2, 3])
    func agreesOnGeneratedAndMutatedTexts(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let marks = Array("{}[]\",:\\ue+-.0 tn\n\u{0}\u{C3}".unicodeScalars).map { UInt8(truncatingIfNeeded: $0.value) }
        for _ in 0..<1_500 {
            var bytes = Array(Self.text(&generator, depth: 4).utf8)
            Self.agree(bytes, piece: 1 + generator.below(9))
            for _ in 0..<3 where !bytes.isEmpty {
                let place = generator.below(bytes.count)
                switch generator.below(4) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(marks[generator.below(marks.count)], at: place)
                case 2: bytes[place] = marks[generator.below(marks.count)]
                default: bytes.removeLast(bytes.count - place)
                }
                Self.agree(bytes, piece: 1 + generator.below(9), depth: 5)
            }
        }
    }

    static func text(_ generator: inout SeededGenerator, depth: Int) -> String {
        let scalars = ["null", "true", "false", "0", "-12", "1.5e-3", "\"\"", "\"aé\"", #""\"\\\/\u0041😀""#]
        let space = ["", "", " ", "\n", "\t\r\n"][generator.below(5)]
        switch depth == 0 ? 0 : generator.below(4) {
        case 1:
            let parts = (0..<generator.below(4)).map { _ in text(&generator, depth: depth - 1) }
            return "[\(space)" + parts.joined(separator: ",\(space)") + "]"
        case 2:
            let parts = (0..<generator.below(4)).map { _ in
                "\"k\(generator.below(9))\"\(space):" + text(&generator, depth: depth - 1)
            }
            return space + "{" + parts.joined(separator: "\(space),") + "}"
        default: return space + scalars[generator.below(scalars.count)] + space
        }
    }

    @Test func whatIsLeftIsPassedOver() throws {
        let stream = Self.stream(#"{"a":[1,{"b":2}],"c":{"d":[]},"e":5}"#, piece: 3)
        try stream.beginObject()
        #expect(try stream.nextMember() == "a")
        #expect(try stream.nextMember() == "c")
        try stream.beginObject()
        #expect(try stream.nextMember() == "d")
        #expect(try stream.nextMember() == nil)
        #expect(try stream.nextMember() == "e")
        #expect(try stream.value(.standard) == 5)
        #expect(try stream.nextMember() == nil)
        try stream.finish()
    }

    @Test func aValueBeyondItsCapStillStandsThere() throws {
        let long = String(repeating: "x", count: 200_000)
        let stream = Self.stream("{\"a\":[\"\(long)\"],\n\"b\":\"\(long)\",\"c\":1}")
        try stream.beginObject()
        _ = try stream.nextMember()
        #expect {
            try stream.value(JSONLimits(bytes: 1_000))
        } throws: { error in
            (error as? JSONError)?.code == .tooLarge
        }
        try stream.skip()
        #expect(try stream.nextMember() == "b")
        #expect(stream.line == 2)
        #expect(throws: JSONError.self) { try stream.string(Cap("bytes", 10)) }
        #expect(try stream.nextMember() == "c")
        #expect(try stream.nextMember() == nil)
        try stream.finish()
    }

    /// An endless text: each part is larger than any memory, and the cap on the whole ends it.
    struct Endless: ByteSource {
        let head: [UInt8]
        let rest: [UInt8]
        var isFirst = true

        mutating func read(atMost count: Int) -> [UInt8] {
            defer { isFirst = false }
            return isFirst ? head : Array(repeatElement(rest, count: max(count / rest.count, 1)).joined().prefix(count))
        }
    }

    @Test(arguments: [("[", "1,"), ("\"", "x"), ("[\"", "é"), (" ", " "), ("1", "0"), ("{\"a\":[", "[],")])
    func theWholeIsCapped(head: String, rest: String) {
        let source = Endless(head: Array(head.utf8), rest: Array(rest.utf8))
        let stream = JSONStream(
            source, limits: JSONStreamLimits(bytes: 3_000_000))
        #expect {
            try stream.skip()
        } throws: { error in
            (error as? JSONError)?.message.contains("JSON bytes") == true
        }
    }

    @Test func depthNamesAndMembersAreCapped() {
        func code(_ text: String, _ limits: JSONStreamLimits) -> JSONError.Code? {
            let stream = JSONStream(BytesSource(Array(text.utf8)), limits: limits)
            do {
                _ = try Self.walk(stream)
                return nil
            } catch {
                return (error as? JSONError)?.code
            }
        }
        let deep = String(repeating: "[", count: 9) + String(repeating: "]", count: 9)
        #expect(code(deep, JSONStreamLimits(bytes: 1_000, depth: 9)) == nil)
        #expect(code(deep, JSONStreamLimits(bytes: 1_000, depth: 8)) == .tooLarge)
        let names = "{" + (0..<40).map { "\"name\($0)\":1" }.joined(separator: ",") + "}"
        #expect(code(names, JSONStreamLimits(bytes: 1_000, members: 40)) == nil)
        #expect(code(names, JSONStreamLimits(bytes: 1_000, members: 39)) == .tooLarge)
        #expect(code(names, JSONStreamLimits(bytes: 1_000, nameBytes: 8)) == nil)
        #expect(
            code("{\"" + String(repeating: "n", count: 70_000) + "\":1}", JSONStreamLimits(bytes: 100_000)) == .tooLarge
        )
    }

    @Test(arguments: ["1", "[]", "\"a\""])
    func anotherShapeIsNamed(text: String) {
        #expect { try Self.stream(text).beginObject() } throws: { ($0 as? JSONError)?.code == .shape }
        #expect { try Self.stream("{}").beginArray() } throws: { ($0 as? JSONError)?.code == .shape }
    }
}
