import Testing

@testable import Core

@Suite struct RegexpTests {
    @Test(arguments: [
        ("", [""], ["a", "\n"]),
        ("abc", ["abc"], ["", "ab", "abcd", "xabc", "ABC", "abc\n"]),
        ("^abc$", ["abc"], ["abcd", "xabc", "abc\n"]),
        ("a.c", ["abc", "a/c", "aéc", "a😀c", "a\rc"], ["ac", "a\nc", "ae\u{301}c"]),
        ("é", ["é"], ["e\u{301}", "e"]),
        ("[a-c]", ["a", "b", "c"], ["d", "", "ab", "-"]),
        ("[^a-c]", ["d", "é", "\n", "-"], ["a", "b", "c", ""]),
        ("[]a]", ["]", "a"], ["b"]),
        ("[^]a]", ["b", "["], ["]", "a"]),
        ("[a-]", ["a", "-"], ["b"]),
        ("[-a]", ["a", "-"], ["b"]),
        (#"[\w-.]+"#, ["a-b.c"], ["a/b", "a,b"]),
        ("[a-c-z]", ["b", "-", "z"], ["d", "y"]),
        (#"[\]\\\-^]"#, ["]", #"\"#, "-", "^"], ["a"]),
        ("[[]", ["["], ["]", ""]),
        ("[.*+?(){}|$]", [".", "*", "+", "?", "(", ")", "{", "}", "|", "$"], ["a", "^"]),
        (#"[\d\s]"#, ["5", " "], ["a"]),
        (#"[^\d]"#, ["a", "٣"], ["5"]),
        (#"[\D]"#, ["a", "٣", "😀"], ["5"]),
        (#"[^\d\D]"#, [], ["5", "a", ""]),
        ("[α-ω😀]", ["β", "😀"], ["b", "Ω", "😁"]),
        (#"\d"#, ["0", "9"], ["a", "٣", ""]),
        (#"\D"#, ["a", "٣"], ["0"]),
        (#"\w+"#, ["aZ_09"], ["é", "a-b", "\u{212A}"]),
        (#"\W"#, ["é", "-", "\n"], ["a", "_", "0"]),
        (#"\s"#, [" ", "\t", "\n", "\r", "\u{C}"], ["\u{B}", "\u{A0}", "\u{2003}", ""]),
        (#"\S"#, ["a", "\u{A0}"], [" "]),
        (#"\n\t\r"#, ["\n\t\r"], ["ntr"]),
        (#"\.\*\/\-\_\ \@"#, [".*/-_ @"], ["a"]),
        ("a|bc|", ["a", "bc", ""], ["b", "abc"]),
        ("a(b|c)d", ["abd", "acd"], ["ad", "abcd"]),
        ("(?:a|b)+", ["abba"], ["", "c"]),
        ("(?P<x>a)(?<y_2>b)", ["ab"], ["a"]),
        ("()", [""], ["a"]),
        ("(|a)+", ["", "a", "aaa"], ["b"]),
        ("a*", ["", "aaaa"], ["b", "ab"]),
        ("a+", ["a", "aaaa"], ["", "ab"]),
        ("a?", ["", "a"], ["aa"]),
        ("a*?b+?c??", ["b", "aabbc"], ["", "ac"]),
        ("a{3}", ["aaa"], ["aa", "aaaa"]),
        ("a{2,}", ["aa", "aaaaa"], ["a"]),
        ("a{1,3}", ["a", "aa", "aaa"], ["", "aaaa"]),
        ("a{0,1}b{0}c{1}", ["c", "ac"], ["abc", "bc"]),
        ("(a{2}){2,3}?", ["aaaa", "aaaaaa"], ["aa", "aaaaa", "aaaaaaaa"]),
        ("(ab){0,}", ["", "abab"], ["aba"]),
        ("(a*)*", ["", "aaa"], ["b"]),
        ("(a*)+", ["", "aaa"], ["b"]),
        ("((a?){3}){2}", ["", "aaaaaa"], ["aaaaaaa"]),
        ("a^b", [], ["ab", "a^b"]),
        ("a$b", [], ["ab", "a$b"]),
        ("^^a$$", ["a"], ["^a$"]),
        ("(^a|b)c", ["ac", "bc"], ["c"]),
        ("a(b$|c)", ["ab", "ac"], ["abc"]),
        ("x*^a", ["a"], ["xa"]),
        ("(a$)?b*", ["", "a", "bb"], ["ab"]),
        ("^$", [""], ["a", "\n"]),
        ("(^|a)*", ["", "aaa"], ["b"]),
        ("^a|b$", ["a", "b"], ["ab", "xb"]),
        ("a}]", ["a}]"], ["a"]),
        ("(?i)", [""], ["a"]),
        ("(?i)Ab1é", ["ab1é", "AB1é", "aB1é"], ["ab1É", "ac1é"]),
        ("(?i)[a-c]x", ["AX", "cx"], ["d", "DX"]),
        ("(?i)[^a-c]", ["d", "D"], ["a", "A"]),
        ("(?i)k", ["k", "K"], ["\u{212A}"]),
        ("(?i)[^k]", ["\u{212A}"], ["k", "K"]),
        ("(?i)[Y-b]", ["y", "Z", "a", "B", "_"], ["x", "C"]),
        (
            #"https://github\.com/org/[^/]+/\.github/workflows/release\.ya?ml@refs/tags/v\d+(\.\d+){2}"#,
            ["https://github.com/org/app/.github/workflows/release.yml@refs/tags/v1.22.333"],
            [
                "https://github.com/org/a/b/.github/workflows/release.yml@refs/tags/v1.22.333",
                "https://github.com/org/app/.github/workflows/release.yml@refs/tags/v1.22.333-evil",
                "https://githubXcom/org/app/.github/workflows/release.yml@refs/tags/v1.22.333",
                "https://evil.example/https://github.com/org/app/.github/workflows/release.yml@refs/tags/v1.22.333",
            ]
        ),
    ])
    func matchesWholeTexts(pattern: String, accepted: [String], rejected: [String]) throws {
        let regexp = try Regexp(pattern)
        for text in accepted { #expect(regexp.matches(text), "\(pattern) should match \(text)") }
        for text in rejected { #expect(!regexp.matches(text), "\(pattern) should not match \(text)") }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "(a+)+$", "(a|a)*", "(a|aa)+", "(a*)*b", "([a-z]+)*", "(.*)(.*)(.*)(.*)=", ".*.*.*.*=.*", "(a?){50}a{50}b",
            "(a|b|ab)*c", "((a?){990})*b",
            #"^(([a-z])+.)+[A-Z]([a-z])+$"#, "((a*)*)*", "((((a+)+)+)+)+",
        ])
    func doesNotExplode(pattern: String) throws {
        #expect(try !Regexp(pattern).matches(String(repeating: "a", count: 8_000) + "!"))
    }

    @Test func capsTheText() throws {
        let regexp = try Regexp("a*é*")
        #expect(regexp.matches(String(repeating: "a", count: 8192)))
        #expect(!regexp.matches(String(repeating: "a", count: 8193)))
        #expect(!regexp.matches(String(repeating: "é", count: 4097)))
    }

    @Test func equalsByBytes() throws {
        #expect(try Regexp("é") != Regexp("e\u{301}"))
        #expect(try Regexp("a+") == Regexp("a+"))
        #expect(try Set([Regexp("é"), Regexp("e\u{301}"), Regexp("é")]).count == 2)
        #expect(try Regexp(#"a\.b"#).description == #"a\.b"#)
    }
}
