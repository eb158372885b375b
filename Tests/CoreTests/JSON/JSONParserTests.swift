import Core
import Testing

@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", JSONValue.null), (" true ", true), ("0", 0), ("-1", -1), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number("9223372036854775808")),
            ("-0", .number("-0")), ("1.0", .number("1.0")), ("1e2", .number("1e2")), ("\"\"", ""),
            (#""\u0041\n\"\\\/""#, "A\n\"\\/"), (#""\ud83d\ude00""#, "😀"), ("\"é\"", "é"), ("[]", []), ("{}", [:]),
            ("[1,[2]]", [1, [2]]), (#"{"a":{"b":null}}"#, ["a": ["b": nil]]), ("\t\r\n 1", 1),
        ] as [(String, JSONValue)])
    func wellFormedTextsParse(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "True", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "Infinity", "[1,]", "[1 2]",
        "[",
        "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "\"", "\"\\x\"", "\"\\u12\"", "\"\\u123g\"",
        "\"a\nb\"", "\"\u{1}\"", "1 2", "[1]]", "// comment\n1", "\u{FEFF}1", "\u{A0}1",
    ])
    func malformedTextsAreRefused(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    /// Strings are scanned in words of eight bytes; what is special must be seen at every place in one.
    @Test(arguments: 0...17)
    func specialBytesAreSeenAtEveryPlace(count: Int) throws {
        for around in ["a", "!", "#", "[", "]", "\u{7F}", "é"] {
            let text = String(repeating: around, count: count)
            #expect(try JSONValue(parsing: "\"\(text)\"") == .string(text))
            #expect(try JSONValue(parsing: "[\"\(text)\",1]") == [.string(text), 1])
            #expect(try JSONValue(parsing: "\"\(text)\\n\(text)\"") == .string(text + "\n" + text))
            #expect(throws: JSONError.self) { try JSONValue(parsing: "\"\(text)") }
            for control in ["\0", "\n", "\u{1F}"] {
                #expect(throws: JSONError.self) { try JSONValue(parsing: "\"\(text)\(control)\(text)\"") }
            }
            for invalid in [0x80, 0xFF] as [UInt8] {
                let bytes = Array("\"\(text)".utf8) + [invalid] + Array("\(text)\"".utf8)
                #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
            }
        }
    }

    @Test(arguments: [
        #""\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ud83d\u0041""#, #""\ude00""#, #""\ude00\ud83d""#,
        #""\ud83d\ud83d""#,
    ])
    func loneSurrogatesAreRefused(text: String) {
        #expect { try JSONValue(parsing: text) } throws: { ($0 as? JSONError)?.code == .syntax }
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xE0, 0x80, 0xAF],
        ] as [[UInt8]])
    func invalidUTF8IsRefusedInNamesAndValues(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONError.self) { try JSONValue(parsing: [quote] + bytes + [quote]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array("\"\\n".utf8) + bytes + [quote]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array("{\"".utf8) + bytes + Array("\":1}".utf8)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"b":{"a":1,"a":1}}"#, #"[{"":1,"":1}]"#,
        "{" + (0..<40).map { "\"k\($0)\":0," }.joined() + "\"k3\":1}",
        "{" + (0..<40).map { "\"k\($0)\":0," }.joined() + "\"k39\":1}",
    ])
    func duplicateNamesAreRefused(text: String) {
        #expect { try JSONValue(parsing: text) } throws: { ($0 as? JSONError)?.code == .duplicateName }
    }

    // Both orders of two marks are one text to Swift, and two names to JSON (RFC 8259 §8.3).
    @Test(arguments: [0, 40])
    func namesAreDuplicatesByTheirBytes(others: Int) throws {
        let rest = (0..<others).map { "\"k\($0)\":0," }.joined()
        let value = try JSONValue(parsing: "{\(rest)\"a\u{301}\u{323}\":1,\"a\u{323}\u{301}\":2}")
        #expect(value["a\u{301}\u{323}"] == 1)
        #expect(value["a\u{323}\u{301}"] == 2)
        #expect(throws: JSONError.self) {
            try JSONValue(parsing: "{\(rest)\"a\u{301}\u{323}\":1,\"a\u{301}\u{323}\":2}")
        }
    }

    @Test func manyDistinctNamesParse() throws {
        let text = "{" + (0..<1000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
        let value = try JSONValue(parsing: text)
        #expect(value["k999"] == 999)
        #expect(value.object?.members.count == 1000)
    }

    @Test(arguments: [("[", "]"), ("{\"a\":", "}")])
    func depthIsCapped(open: String, close: String) throws {
        func nested(_ depth: Int, inner: String) -> String {
            String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(64, inner: "1")) }
        for depth in [65, 10_000, 1_000_000] {
            #expect { try JSONValue(parsing: nested(depth, inner: "1")) } throws: {
                ($0 as? JSONError)?.code == .tooLarge
            }
        }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: open, count: 10_000)) }
    }

    @Test func bytesAndValuesAreCapped() throws {
        let limits = JSONLimits(bytes: 10, values: 3)
        #expect(throws: Never.self) { try JSONValue(parsing: "[1,2]     ", limits: limits) }
        #expect { try JSONValue(parsing: "[1,2]      ", limits: limits) } throws: {
            ($0 as? JSONError)?.code == .tooLarge
        }
        #expect { try JSONValue(parsing: "[1,2,3]", limits: limits) } throws: { ($0 as? JSONError)?.code == .tooLarge }
    }

    @Test func errorsNameLineAndColumn() {
        #expect { try JSONValue(parsing: "{\n  \"a\": 1,\n  \"b\": x\n}") } throws: {
            ($0 as? JSONError)?.location == .text(line: 3, column: 8)
        }
    }

    @Test func aLookAlikeNameDoesNotAnswerForTheRealOne() throws {
        let kelvin = try JSONValue(parsing: "{\"\u{212A}ey\":1}")
        #expect("\u{212A}ey" == "Key", "Swift's own equality is what this guards against")
        #expect(kelvin["Key"] == nil)
        #expect(kelvin["\u{212A}ey"] == 1)
        // The same length in bytes, equal to Swift, other bytes: combining marks in another order.
        let marks = try JSONValue(parsing: "{\"a\u{0301}\u{0323}\":1}")
        #expect(marks["a\u{0323}\u{0301}"] == nil)
        #expect(marks["a\u{0301}\u{0323}"] == 1)
    }

    @Test func valuesAreEqualByteByByte() {
        #expect(JSONValue.string("K") == JSONValue.string("K"))
        #expect(JSONValue.string("K") != JSONValue.string("\u{212A}"))
        #expect(["K": 1] as JSONValue == ["K": 1])
        #expect(["K": 1] as JSONValue != ["\u{212A}": 1])
        #expect(JSONValue.integer(1) != JSONValue.number("1.0"))
        #expect([1, 2] as JSONValue != [2, 1])
    }

    // Swift's strings compare and hash runs of combining marks in quadratic time.
    @Test func runsOfCombiningMarksAreCapped() throws {
        let most = String(repeating: "\u{0323}\u{0301}", count: 64)
        let runs = String(repeating: "a" + most, count: 10)
        #expect(throws: Never.self) { try JSONValue(parsing: "{\"a\(most)\":1,\"\(runs)\":\"\\n\(runs)\"}") }
        for text in ["{\"a\(most)\u{0301}\":1}", "[\"\(most)\u{0301}\"]", "[\"\\n\(most)\\u0301\"]"] {
            #expect { try JSONValue(parsing: text) } throws: { ($0 as? JSONError)?.code == .tooLarge }
        }
        let million = String(repeating: "\u{0323}\u{0301}", count: 500_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: "{\"a\(million)\":1,\"b\(million)\":2}") }
    }

    @Test(.timeLimit(.minutes(1)))
    func hostileTextsCostLinearTime() throws {
        let digits = String(repeating: "9", count: 1_000_000)
        #expect(try JSONValue(parsing: digits) == .number(digits))
        #expect(try JSONValue(parsing: digits).canonical == Array(digits.utf8))
        let members = "{" + (0..<100_000).map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        #expect(try JSONValue(parsing: members).object?.members.count == 100_000)
        let run = "a" + String(repeating: "\u{0323}\u{0301}", count: 64)
        let keys = "{" + (0..<1000).map { "\"\(run)\($0)\":0" }.joined(separator: ",") + "}"
        #expect(try JSONValue(parsing: keys)["absent"] == nil)
    }
}
