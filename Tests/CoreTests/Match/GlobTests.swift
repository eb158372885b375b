import Core
import TestSupport
import Testing

@Suite struct GlobTests {
    @Test(arguments: [
        ("", ""), ("*", ""), ("*", "anything/at\nall"), ("**", "x"), ("a*", "a"), ("*a", "a"), ("a*c", "abbc"),
        ("a*b*c", "a-b-b-c"), ("*ab", "aab"), ("*aab*", "aaab"), ("?", "x"), ("?", "é"), ("?", "😀"), ("??", "e\u{301}"),
        ("*?", "é"), ("*?é", "😀éé"), ("a?c", "a/c"),
        ("ghcr.io/org/*", "ghcr.io/org/team/app"), ("ghcr.io/org/*", "ghcr.io/org/"),
        (
            "https://github.com/org/app/.github/workflows/release.yml@refs/tags/*",
            "https://github.com/org/app/.github/workflows/release.yml@refs/tags/v1.0/rc"
        ),
        ("dependabot[bot]", "dependabot[bot]"), ("{a,b}", "{a,b}"), ("a+(b)^$", "a+(b)^$"),
        (#"\*"#, "*"), (#"\?\\"#, #"?\"#), (#"\[\]"#, "[]"), (#"a\ b"#, "a b"), ("a\0b*", "a\0bc"),
    ])
    func matches(pattern: String, text: String) throws {
        #expect(try Glob(pattern).matches(text))
    }

    @Test(arguments: [
        ("", "a"), ("a", ""), ("a", "A"), ("a", "ab"), ("a", "ba"), ("?", ""), ("?", "ab"), ("??", "é"), ("a*c", "acd"),
        ("*a*b", "ba"), ("ghcr.io/org/*", "ghcr.io/organisation/app"), ("ghcr.io/org/*", "xghcr.io/org/app"),
        ("ghcr.io/org/*", "ghcrxio/org/app"), ("[ab]", "a"), ("{a,b}", "a"), (#"\*"#, "a"), (#"\?"#, "a"),
        ("é", "e\u{301}"), ("a*", "\u{430}bc"), ("*a", "a\n"),
    ])
    func doesNotMatch(pattern: String, text: String) throws {
        #expect(try !Glob(pattern).matches(text))
    }

    @Test(arguments: [
        (#"a\"#, 1, #"the pattern ends in a backslash; write \\ to mean the character itself"#),
        (
            #"éx\d"#, 3,
            #"a backslash before 'd' means nothing in a glob; escape only punctuation such as \* and \?, "#
                + "or use a regular expression"
        ),
        (
            "\\\u{202E}", 0,
            #"a backslash before '\u{202E}' means nothing in a glob; escape only punctuation such as \* and \?, "#
                + "or use a regular expression"
        ),
    ])
    func refusesEscape(pattern: String, offset: Int, message: String) {
        #expect(throws: PatternError(.unknownEscape, message, offset: offset)) { try Glob(pattern) }
    }

    @Test func capsThePattern() throws {
        #expect(try Glob(String(repeating: "a", count: 4096)).matches(String(repeating: "a", count: 4096)))
        let error = #expect(throws: PatternError.self) { try Glob(String(repeating: "a", count: 4097)) }
        #expect(error?.code == .tooLong)
    }

    @Test func capsTheText() throws {
        let glob = try Glob("*")
        #expect(glob.matches(String(repeating: "a", count: 8192)))
        #expect(!glob.matches(String(repeating: "a", count: 8193)))
        #expect(!glob.matches(String(repeating: "é", count: 4097)))
    }

    @Test(
        .timeLimit(.minutes(1)), arguments: ["*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "*a?*a?*a?*a?*a?*a?*a?*a?b", "*?*?*?*b"])
    func doesNotExplode(pattern: String) throws {
        #expect(try !Glob(pattern).matches(String(repeating: "a", count: 8_000)))
    }

    @Test func equalsByBytes() throws {
        #expect(try Glob("é") != Glob("e\u{301}"))
        #expect(try Glob("a*") == Glob("a*"))
        #expect(try Set([Glob("é"), Glob("e\u{301}"), Glob("é")]).count == 2)
        #expect(try Glob(#"a\*"#).description == #"a\*"#)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func agreesWithTheDefinition(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let pattern = random.text(of: ["a", "b", "é", "*", "*", "?"], upTo: 8)
            let glob = try Glob(pattern)
            for _ in 0..<5 {
                let text = random.text(of: ["a", "b", "é", "😀"], upTo: 9)
                let expected = Self.defines(Array(pattern.unicodeScalars)[...], Array(text.unicodeScalars)[...])
                #expect(glob.matches(text) == expected, "\(pattern) and \(text)")
            }
        }
    }

    /// The meaning of `*` and `?`, word for word, in exponential time.
    private static func defines(_ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        switch pattern.first {
        case nil: text.isEmpty
        case "*": (text.startIndex...text.endIndex).contains { defines(pattern.dropFirst(), text[$0...]) }
        case "?": !text.isEmpty && defines(pattern.dropFirst(), text.dropFirst())
        case let scalar: text.first == scalar && defines(pattern.dropFirst(), text.dropFirst())
        }
    }
}
