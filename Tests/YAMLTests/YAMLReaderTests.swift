import Core
import Testing

@testable import YAML

/// What is read, what is refused, and the place that a refusal names.
@Suite struct YAMLReaderTests {
    static func read(_ text: String) throws(YAMLError) -> [YAMLCursor] {
        try YAMLReader.documents(Array(text.utf8), file: "p.yaml")
    }

    static func refusal(_ text: String, limits: YAMLLimits = .standard) -> String {
        refusal(Array(text.utf8), limits: limits)
    }

    static func refusal(_ bytes: [UInt8], limits: YAMLLimits = .standard) -> String {
        do {
            let documents = try YAMLReader.documents(bytes, file: "p.yaml", limits: limits)
            return "read: \(documents.map(\.json))"
        } catch {
            return error.description
        }
    }

    @Test(
        arguments: [
            ("true", .bool(true)), ("True", .bool(true)), ("FALSE", .bool(false)), ("null", .null), ("~", .null),
            ("NULL", .null), ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("Norway", "Norway"),
            ("NO", "NO"),
            ("tRUE", "tRUE"), ("12", 12), ("-7", -7), ("0", 0), ("-0", .number("-0")), ("010", "010"), ("0x1F", "0x1F"),
            ("0o17", "0o17"), ("+5", "+5"), ("1_000", "1_000"), ("1.5", .number("1.5")), ("1e3", .number("1e3")),
            ("28.1.0", "28.1.0"), (".5", ".5"), ("5.", "5."), ("1e", "1e"), (".inf", ".inf"), (".nan", ".nan"),
            ("9223372036854775807", 9_223_372_036_854_775_807), ("9223372036854775808", .number("9223372036854775808")),
            ("2026-01-20T10:00:00Z", "2026-01-20T10:00:00Z"), ("12:30:45", "12:30:45"), ("\"true\"", "true"),
            ("'12'", "12"), ("\"\"", ""), ("\"a\\tb\\u00e9\\U0001F600\"", "a\tbé😀"), ("'it''s'", "it's"),
            ("|\n  a\n  b\n", "a\nb\n"), (">-\n  a\n  b\n", "a b"), ("https://x/y#z", "https://x/y#z"),
        ] as [(String, JSONValue)])
    func aScalarIsWhatTheCoreSchemaSays(text: String, value: JSONValue) throws {
        #expect(try Self.read("v: \(text)").map(\.json) == [["v": value]])
    }

    @Test func everyNodeKnowsItsPlace() throws {
        let root = try #require(try Self.read("# é\na:\n  - é: 1\n    b: {c: [x, \"y\"]}\n").first)
        let list = try root.required("a")
        #expect(list.mark == YAMLMark(line: 3, column: 3))
        #expect(list.keyMark == YAMLMark(line: 2, column: 1))
        let first = try #require(try list.elements(Cap("elements", 2)).first)
        #expect(try first.required("é").mark == YAMLMark(line: 3, column: 8))
        let inner = try first.required("b").required("c").elements(Cap("elements", 2))[1]
        #expect(inner.mark == YAMLMark(line: 4, column: 16))
        #expect(inner.field == "a[0].b.c[1]")
        #expect(try first.required("é").field == "a[0][\"é\"]")
    }

    @Test(arguments: [
        ("", 0), ("# only a comment\n", 0), ("---\n---\n", 0), ("a: 1\n", 1), ("---\na: 1\n---\n---\nb: 2\n...\n", 2),
        ("\u{FEFF}a: 1\r\nb: 2\r\n", 1), ("--- ~\n", 1),
    ])
    func emptyDocumentsAreSkipped(text: String, count: Int) throws {
        #expect(try Self.read(text).count == count)
    }

    @Test(arguments: [
        ("a: &x 1\n", "p.yaml:1:4: a: an anchor (&) is not accepted here; write the value where it is used"),
        (
            "a:\n  b: [1, *x]\n",
            "p.yaml:2:10: a.b[1]: an alias (*) is not accepted here; write the value, or put text in quotes"
        ),
        ("a: !!str 1\n", "p.yaml:1:4: a: a tag (!) is not accepted here; put text in quotes instead"),
        ("a: !!str \"1\"\n", "p.yaml:1:4: a: a tag (!) is not accepted here; put text in quotes instead"),
        ("a: ! x\n", "p.yaml:1:4: a: a tag (!) is not accepted here; put text in quotes instead"),
        ("!!map {a: 1}\n", "p.yaml:1:1: a tag (!) is not accepted here; put text in quotes instead"),
        ("%YAML 1.2\n---\na: 1\n", "p.yaml:1:1: a directive (%) is not accepted here; leave it out"),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", "p.yaml:1:1: a directive (%) is not accepted here; leave it out"),
        ("a:\n  <<: {b: 1}\n", "p.yaml:2:3: a: a merge key (<<) is not accepted here; write the members out"),
        ("? [a]\n: 1\n", "p.yaml:1:3: a key must be text, saw a list or a mapping"),
        ("8080: x\n", "p.yaml:1:1: a key must be text; put \"8080\" in quotes"),
        ("true: x\n", "p.yaml:1:1: a key must be text; put \"true\" in quotes"),
        ("?\n: x\n", "p.yaml:1:2: a key must be text; put \"\" in quotes"),
        ("a: 1\nb: 2\n\"a\": 3\n", "p.yaml:3:1: the key \"a\" stands already in line 1"),
        ("é: 1\n\"e\\u0301\": 2\n", "p.yaml:2:1: the key \"e\\u{301}\" looks the same as one in line 1"),
        ("K: 1\n\u{212A}: 2\n", "p.yaml:2:1: the key \"\u{212A}\" looks the same as one in line 1"),
        ("a: [1\n", "p.yaml:2:1: a[1]: not YAML: did not find expected ',' or ']' (while parsing a flow sequence)"),
        ("a: b: c\n", "p.yaml:1:5: not YAML: mapping values are not allowed in this context"),
        (
            "a:\n\tb: 1\n",
            "p.yaml:2:1: a: not YAML: found character that cannot start any token (while scanning for the next token); indent with spaces, not tabs"
        ),
        (
            "a: \"\\ud800\"\n",
            "p.yaml:1:7: a: not YAML: found invalid Unicode character escape code (while parsing a quoted scalar)"
        ),
        ("a: \"x\\0y\"\n", "p.yaml:1:4: a: NUL is not text, however it is written"),
        (
            "a: x\0y\n",
            "p.yaml:1:5: the character U+0000 (NUL) is not text; in double quotes it can be written as an escape"
        ),
        (
            "a: x\n# \u{202E}hidden\n",
            "p.yaml:2:3: the character U+202E changes the direction of writing, so that people and machines read different things; in double quotes it can be written as an escape"
        ),
        (
            "a: 1 # x\u{2028}b: 2\n",
            "p.yaml:1:9: the character U+2028 is a line end to some readers of YAML and none to others; in double quotes it can be written as an escape"
        ),
        (
            "a: x\n\u{FEFF}b: 1\n",
            "p.yaml:2:1: the character U+FEFF (byte order mark) may only stand at the beginning of the file; in double quotes it can be written as an escape"
        ),
        ("a: 1\rb: 2\n", "p.yaml:1:5: a carriage return without a line feed; end lines with a line feed"),
        ("a: 1\r", "p.yaml:1:5: a carriage return without a line feed; end lines with a line feed"),
        (
            "a: \u{1B}[31m\n",
            "p.yaml:1:4: the character U+001B is a control character; in double quotes it can be written as an escape"
        ),
    ])
    func whatTwoReadersCouldReadInTwoWaysIsRefused(text: String, message: String) {
        #expect(Self.refusal(text) == message)
    }

    @Test(
        arguments: [
            ([0x61, 0x3A, 0x20, 0xFF, 0x0A], "p.yaml:1:4: the text is not valid UTF-8"),
            ([0x61, 0x3A, 0x0A, 0x20, 0xC3], "p.yaml:2:2: the text is not valid UTF-8"),
            ([0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80], "p.yaml:1:4: the text is not valid UTF-8"),
            ([0x61, 0x3A, 0x20, 0xC0, 0x80], "p.yaml:1:4: the text is not valid UTF-8"),
        ] as [([UInt8], String)])
    func whatIsNotUTF8IsRefused(bytes: [UInt8], message: String) {
        #expect(Self.refusal(bytes) == message)
    }

    @Test func whatLooksLikeARefusalButIsNotIsRead() throws {
        let text = "a: \"&x *y !z <<\"\n\"<<\": b\nc: x&y*z!\nd: '8080'\n\"8080\": \"\\u202E\"\n"
        #expect(
            try Self.read(text).map(\.json) == [
                ["a": "&x *y !z <<", "<<": "b", "c": "x&y*z!", "d": "8080", "8080": "\u{202E}"]
            ])
    }

    @Test func nothingCountsBeyondTheLimits() throws {
        var limits = YAMLLimits(bytes: 24, depth: 2, nodes: 4, documents: 2)
        #expect(try YAMLReader.documents(Array("a: [1]\n".utf8), file: "p.yaml", limits: limits).count == 1)
        #expect(
            Self.refusal("a: [[1]]\n", limits: limits)
                == "p.yaml:1:5: a[0]: too large: 3 levels of YAML nesting, at most 2 are accepted")
        #expect(
            Self.refusal("a: [1, 2]\n", limits: limits)
                == "p.yaml:1:8: a[1]: too large: 5 YAML keys and values, at most 4 are accepted")
        #expect(
            Self.refusal("--- 1\n--- 2\n--- 3\n", limits: limits)
                == "p.yaml:3:1: too large: 3 YAML documents, at most 2 are accepted")
        #expect(
            Self.refusal("a: 'twenty-five bytes...'\n", limits: limits)
                == "p.yaml: too large: 26 YAML bytes, at most 24 are accepted")
        limits = .standard
        limits.keyBytes = Cap("bytes in a key", 3)
        #expect(
            Self.refusal("abc: 1\nabcd: 1\n", limits: limits)
                == "p.yaml:2:1: too large: 4 bytes in a key, at most 3 are accepted")
        let marks = "a: e" + String(repeating: "\u{301}", count: 129)
        #expect(
            Self.refusal(marks) == "p.yaml:1:4: a: too large: 129 combining marks in a row, at most 128 are accepted")
    }

    /// A text of a MiB, described shortly.
    struct Flood: CustomTestStringConvertible {
        var head = ""
        let unit: String
        var tail = ""

        var text: String {
            let room = (1 << 20) - head.utf8.count - tail.utf8.count
            return head + String(repeating: unit, count: room / unit.utf8.count) + tail
        }
        var testDescription: String { "\(head.debugDescription) \(unit.debugDescription)… \(tail.debugDescription)" }
    }

    /// What made readers recurse, wait or run out of memory.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            Flood(unit: "["), Flood(unit: "{"), Flood(unit: "- "), Flood(unit: "? "), Flood(unit: "[a,"),
            Flood(unit: "{a: "), Flood(unit: "a: ["), Flood(unit: "---\n"), Flood(unit: "a\n", tail: ":"),
            Flood(unit: "\""), Flood(head: "a: \"", unit: "\\"), Flood(head: "a: ", unit: "&a "),
            Flood(head: "a: ", unit: "!"), Flood(unit: "#", tail: "\n["), Flood(head: "[", unit: "a,"),
            Flood(head: "a: |\n", unit: " \n", tail: "\t:"), Flood(head: "%YAML 1.", unit: "1"), Flood(unit: ":"),
            Flood(head: "a: [", unit: "[],"), Flood(head: "{", unit: "a: b, "), Flood(head: "\"", unit: "\n"),
        ])
    func hostileTextsEndSoon(flood: Flood) {
        let answer = Self.refusal(flood.text)
        #expect(answer.hasPrefix("p.yaml:"), "\(answer.prefix(200))")
        #expect(answer.utf8.count < 1500)
    }

    @Test func aLargeHonestTextIsReadInLinearTime() throws {
        let text = (0..<30_000).map { "key\($0): {a: \($0), b: text}\n" }.joined()
        let root = try #require(try Self.read(text).first)
        #expect(try root.members().count == 30_000)
    }

    @Test func neitherAFileNameNorAMessageForgesLines() {
        let error = YAMLError(.shape, "x", file: "a\nb.yaml", mark: nil)
        #expect(error.description == "\"a\\u{A}b.yaml\": x")
        let quoting = YAMLError(.shape, "saw a\nb: error\u{202E}", file: "b.yaml", mark: nil)
        #expect(quoting.description == "b.yaml: saw a\\u{A}b: error\\u{202E}")
    }

    @Test func oneDocumentIsOne() throws {
        #expect(try YAMLReader.document(Array("a: 1".utf8), file: "p.yaml").json == ["a": 1])
        #expect(throws: YAMLError(.shape, "expected a document, saw an empty file", file: "p.yaml", mark: nil)) {
            try YAMLReader.document([], file: "p.yaml")
        }
        let second = YAMLError(
            .shape, "expected one document in this file, saw another one here", file: "p.yaml",
            mark: YAMLMark(line: 3, column: 1))
        #expect(throws: second) { try YAMLReader.document(Array("a: 1\n---\nb: 1".utf8), file: "p.yaml") }
    }
}
