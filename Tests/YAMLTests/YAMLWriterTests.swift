import Core
import TestSupport
import Testing

@testable import YAML

/// What is written, and that it reads as what it was.
@Suite struct YAMLWriterTests {
    @Test func aDocumentIsPlainAndReadable() {
        let value: JSONValue = [
            "apiVersion": "mc.internal/v1", "kind": "Waiver", "metadata": ["name": "W-2026-014"],
            "spec": [
                "rule": "hermetic-required", "class": "emergency", "maxAge": "30d", "version": "28.1", "yes": "no",
                "expires": "2026-01-20T11:30:00Z", "reason": "first line\n\n  second line", "count": 3,
                "images": ["sha256:ab", "ghcr.io/org/*", "*"], "none": [],
                "nested": [[1, "2"], ["a": true, "b": .null]],
                "empty": [:] as JSONValue, "text": "", "note": "a: b", "comment": "a #b", "port": "8080:80",
            ],
        ]
        #expect(
            YAMLWriter.text(value, heading: "Sign this.\n\nThen keep it.") == """
                # Sign this.
                #
                # Then keep it.
                apiVersion: mc.internal/v1
                kind: Waiver
                metadata:
                  name: W-2026-014
                spec:
                  rule: hermetic-required
                  class: emergency
                  maxAge: 30d
                  version: "28.1"
                  "yes": "no"
                  expires: "2026-01-20T11:30:00Z"
                  reason: |-
                    first line

                      second line
                  count: 3
                  images:
                    - sha256:ab
                    - ghcr.io/org/*
                    - "*"
                  none: []
                  nested:
                    - - 1
                      - "2"
                    - a: true
                      b: null
                  empty: {}
                  text: ""
                  note: "a: b"
                  comment: "a #b"
                  port: "8080:80"

                """)
    }

    private static func reread(_ text: String) throws -> [JSONValue] {
        try YAMLReader.documents(Array(text.utf8), file: "w.yaml", limits: YAMLLimits(depth: 64)).map(\.json)
    }

    static let texts = [
        "", " ", "a ", " a", "~", "null", "Null", "TRUE", "yes", "No", "1", "-1", "1.5", "1e3", "0x1F", "010", "1_000",
        "+5", ".5", "5.", ".inf", "-.INF", "12:30", "2026-01-20", "-", "- a", "-a", "?", "? a", ":", "a:", "a: b",
        "a:b",
        "#a", "a #b", "a#b", "&a", "*a", "!a", "|", ">", "'a'", "\"a\"", "%a", "@a", "`a", "{a}", "[a]", "a]", "a, b",
        "=", "<<", "---", "...", "--- a", "a\n", "a\nb", "a\nb\n", "a\n\n", "\na", " a\nb", "a \nb", "a\n\tb", "a\r\nb",
        "a\tb", "\t", "a\n---\nb", "a\n#b", "é", "e\u{301}", "\u{301}", " \u{301}\nb", "😀", "\u{FEFF}", "\u{202E}",
        "\u{2028}", "\u{85}", "\u{7F}", "\u{1B}", "\u{E000}", "\u{FFFE}", "\u{10FFFF}", "\u{A0}", "\\", "\"", "\\n",
        String(repeating: "long ", count: 1000) + "end", String(repeating: "x", count: 5000),
    ]

    @Test(arguments: texts)
    func aTextReadsAsItself(text: String) throws {
        #expect(try Self.reread(YAMLWriter.text(.string(text))) == [.string(text)])
        let value: JSONValue = ["a": .string(text), "l": [.string(text), [.string(text)], ["k": .string(text)]]]
        #expect(try Self.reread(YAMLWriter.text(value)) == [value])
        if text.utf8.count < 1024 {
            let keyed = JSONValue.object(JSONObject([JSONObject.Member(key: text, value: ["x": 1])]))
            #expect(try Self.reread(YAMLWriter.text(keyed)) == [keyed])
        }
    }

    @Test func aLongKeyReadsAsItself() throws {
        let key = String(repeating: "\u{10FFFF}", count: 200)
        let value: JSONValue = [
            "o": .object(JSONObject([JSONObject.Member(key: key, value: ["x": [1, "y"]])])), "p": 2,
        ]
        #expect(try Self.reread(YAMLWriter.text(value)) == [value])
    }

    @Test func severalDocumentsStaySeveral() throws {
        let values: [JSONValue] = [["a": 1], "text", [1, 2], .null]
        #expect(try Self.reread(YAMLWriter.text(documents: values)) == values)
    }

    @Test func aHeadingStaysAComment() throws {
        #expect(YAMLWriter.text(1, heading: "x\r\u{2028}y: 2") == "# x??y: 2\n1\n")
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func whatIsWrittenReadsAsItWas(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = Self.value(depth: 0, &generator)
        let text = YAMLWriter.text(value)
        #expect(try Self.reread(text) == [value], "\(text)")
    }

    private static func value(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 5 ? 6 : 10), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &generator))
        case 3:
            return .number(
                ["1.5", "-0", "1e9", "12345678901234567890", "-0.0E-3"].randomElement(using: &generator) ?? "1.0")
        case 4, 5: return .string(Self.text(&generator))
        case 6, 7:
            return .array(
                (0..<Int.random(in: 0..<5, using: &generator)).map { _ in value(depth: depth + 1, &generator) })
        default:
            var names: Set<String> = []
            return .object(
                JSONObject(
                    (0..<Int.random(in: 0..<5, using: &generator)).compactMap { _ in
                        let key = Self.text(&generator)
                        let member = JSONObject.Member(key: key, value: value(depth: depth + 1, &generator))
                        return names.insert(key).inserted ? member : nil
                    }))
        }
    }

    /// Characters that mean something to YAML, in any order.
    private static func text(_ generator: inout SeededGenerator) -> String {
        if Int.random(in: 0..<4, using: &generator) == 0 {
            let known = texts.randomElement(using: &generator) ?? ""
            return known.utf8.count < 1000 ? known : "long"
        }
        let alphabet = Array("ab \n\t:-#?,[]{}&*!|>'\"%@`~01.é\u{301}\r\\\u{2028}e+_y<=".unicodeScalars)
        let count = Int.random(in: 0..<8, using: &generator)
        var text = String.UnicodeScalarView()
        for _ in 0..<count { text.append(alphabet.randomElement(using: &generator) ?? "a") }
        return String(text)
    }
}
