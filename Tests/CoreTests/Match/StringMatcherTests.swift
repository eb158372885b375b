import Core
import Testing

@Suite struct StringMatcherTests {
    @Test func dispatches() throws {
        let glob = StringMatcher.glob(try Glob("a*"))
        let regexp = StringMatcher.regexp(try Regexp("a+"))
        #expect(glob.matches("abc"))
        #expect(!glob.matches("ba"))
        #expect(regexp.matches("aaa"))
        #expect(!regexp.matches("abc"))
        #expect(StringMatcher.exact("a*").matches("a*"))
        #expect(!StringMatcher.exact("a*").matches("abc"))
    }

    @Test(arguments: [
        // Canonically equivalent, so `String` calls them equal.
        ("é", "e\u{301}"), ("\u{212B}", "\u{C5}"), ("한", "\u{1112}\u{1161}\u{11AB}"), ("K", "\u{212A}"),
        // Homoglyphs, case, white space, zero width.
        ("a", "\u{430}"), ("a", "A"), ("a", "a "), ("a", "a\u{200B}"), ("a", "a\0"), ("", " "),
    ])
    func exactMeansBytes(expected: String, text: String) throws {
        #expect(StringMatcher.exact(expected).matches(expected))
        #expect(StringMatcher.exact(text).matches(text))
        #expect(!StringMatcher.exact(expected).matches(text))
        #expect(!StringMatcher.exact(text).matches(expected))
        #expect(StringMatcher.exact(expected) != StringMatcher.exact(text))
        #expect(Set([StringMatcher.exact(expected), .exact(text), .exact(expected)]).count == 2)
    }

    @Test func kindsDiffer() throws {
        let matchers = [StringMatcher.exact("a"), .glob(try Glob("a")), .regexp(try Regexp("a"))]
        #expect(Set(matchers + matchers).count == 3)
    }

    @Test func describesItself() throws {
        #expect(StringMatcher.exact("x").description == #"exactly "x""#)
        #expect(StringMatcher.glob(try Glob("x*")).description == #"glob "x*""#)
        #expect(StringMatcher.regexp(try Regexp(#"x\.y"#)).description == #"regexp "x\.y""#)
        #expect(StringMatcher.exact("é e\u{301}\n\u{202E}").description == #"exactly "é e\u{301}\u{A}\u{202E}""#)
    }
}
