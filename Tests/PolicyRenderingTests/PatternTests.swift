import Attestation
import Core
import Policy
import TestSupport
import Testing

@testable import PolicyRendering

/// Globs mean the same in every engine.
@Suite struct PatternTests {
    @Test(arguments: [
        ("payments", "^payments$"), ("team-*", "^team-.*$"), ("pay-?", "^pay-.$"),
        ("ghcr.io/org/*", "^ghcr[.]io/org/.*$"), (#"a\*b"#, "^a[*]b$"), ("dependabot[bot]", #"^dependabot\[bot\]$"#),
        (#"\\"#, #"^\\$"#), ("é", #"^\x{E9}$"#), ("**", "^.*$"), ("", "^$"), ("a'b\"c", #"^a'b"c$"#),
        ("${x}", "^[$][{]x[}]$"), ("a\nb", #"^a\x{A}b$"#),
    ])
    func aGlobIsTranslated(_ glob: String, _ expected: String) throws {
        #expect(Pattern.regexp(try Glob(glob)) == expected)
    }

    /// Random patterns over random names: our own matcher, CEL's engine and Rego's agree.
    @Test(.enabled(if: Judge.isThere, "\(Judge.missing)"), arguments: [1, 2] as [UInt64])
    func everyEngineMatchesAlike(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let letters = Array("ab.-/@:_*?[](){}|+^$\\'\"#%,;=~!&<> ".unicodeScalars)
        var pairs: [(glob: Glob, text: String)] = []
        while pairs.count < 600 {
            let pattern = random.text(of: letters, upTo: 8)
            guard let glob = try? Glob(pattern) else { continue }
            // Half of the texts come from the pattern, so that some match.
            let text =
                random.oneIn(2)
                ? random.text(of: letters, upTo: 8)
                : String(
                    String.UnicodeScalarView(
                        pattern.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
                            switch scalar {
                            case "*": Array(random.text(of: letters, upTo: 3).unicodeScalars)
                            case "?": [letters[random.below(letters.count)]]
                            case "\\": []
                            default: [scalar]
                            }
                        }))
            pairs.append((glob, text))
        }
        let verdicts = try await Judge.matches(pairs.map { (Pattern.regexp($0.glob), $0.text) })
        for (pair, verdict) in zip(pairs, verdicts) {
            let expected = pair.glob.matches(pair.text)
            #expect(verdict.cel == expected, "CEL: \(pair.glob) on \(pair.text)")
            // regopy compares quotes and backslashes as JSON escapes them; OPA itself does not.
            let isEscaped = (pair.glob.pattern + pair.text).utf8.contains { $0 == 0x22 || $0 == 0x5C }
            if !isEscaped { #expect(verdict.rego == expected, "Rego: \(pair.glob) on \(pair.text)") }
        }
        #expect(pairs.contains { $0.glob.matches($0.text) } && pairs.contains { !$0.glob.matches($0.text) })
    }

    /// What is not ASCII matches by whole characters; a line feed matches no wildcard, which is stricter.
    @Test(.enabled(if: Judge.isThere, "\(Judge.missing)")) func unusualCharactersAreMatchedOrRefused() async throws {
        let pairs: [(String, String, Bool)] = [
            ("é?", "éä", true), ("?", "日", true), ("*本", "日本", true), ("é", "e\u{301}", false), ("a*", "a\nb", false),
            ("a", "a\n", false),
        ]
        let verdicts = try await Judge.matches(try pairs.map { (Pattern.regexp(try Glob($0.0)), $0.1) })
        for (pair, verdict) in zip(pairs, verdicts) {
            #expect(verdict.cel == pair.2, "\(pair.0) on \(pair.1)")
            let glob = try Glob(pair.0)
            #expect(!verdict.cel || glob.matches(pair.1))
        }
    }

    /// Kyverno's wildcards cover at least what the glob does: there a `.` and a `?` stand for any character.
    @Test(arguments: [3, 4] as [UInt64]) func kyvernoCoversAtLeastAsMuch(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let letters = Array("ab.*?\\/".unicodeScalars)
        var matched = 0
        for _ in 0..<3_000 {
            guard let glob = try? Glob(random.text(of: letters, upTo: 6)) else { continue }
            let text = random.text(of: Array("ab./*?".unicodeScalars), upTo: 6)
            let wildcard = Array(try KyvernoText.wildcard(glob, field: "").unicodeScalars)
            guard glob.matches(text) else { continue }
            matched += 1
            #expect(Self.covers(wildcard[...], Array(text.unicodeScalars)[...]), "\(glob) on \(text)")
        }
        #expect(matched > 100)
    }

    /// Kyverno's matcher, as its documentation has it, in the least that it accepts.
    private static func covers(_ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return covers(pattern.dropFirst(), text) || (!text.isEmpty && covers(pattern, text.dropFirst()))
        }
        guard let next = text.first, first == next || first == "?" || first == "." else { return false }
        return covers(pattern.dropFirst(), text.dropFirst())
    }

    @Test(arguments: [
        ("repo:org/.*", "^(?:repo:org/.*)$"), ("a|b", "^(?:a|b)$"), ("^a$", "^(?:^a$)$"),
    ])
    func aRegularExpressionMatchesTheWholeText(_ pattern: String, _ expected: String) throws {
        #expect(try Pattern.regexp(.regexp(try Regexp(pattern)), field: "") == expected)
    }

    @Test func caseThatFoldsDifferentlyIsRefused() throws {
        let matcher = StringMatcher.regexp(try Regexp("(?i)kelvin"))
        let error = #expect(throws: RenderError.self) { try Pattern.regexp(matcher, field: "bind[0]") }
        #expect(error?.code == .inexpressible && error?.field == "bind[0]")
    }

    @Test(arguments: [
        ">= v28.0", ">= v28.1.3", "> v9.9.9", "v28.1", "= v28.1.2", "> v99.0", ">= v0.0", "> v19.90.109",
    ])
    func versionsAreOrderedDigitByDigit(_ text: String) throws {
        let range = try #require(VersionRange(text))
        let pattern = try Regexp(try #require(VersionCondition.pattern(range)))
        let numbers = [
            0, 1, 2, 3, 8, 9, 10, 18, 19, 20, 27, 28, 29, 30, 89, 90, 91, 99, 100, 101, 109, 110, 111, 999, 1000,
        ]
        for major in numbers {
            for minor in numbers {
                for patch in [nil, 0, 1, 2, 3, 4, 9, 10, 109, 110] {
                    let claim = "v\(major).\(minor)" + (patch.map { ".\($0)" } ?? "")
                    let version = try #require(BundleVersion(claim))
                    #expect(pattern.matches(claim) == range.contains(version), "\(claim) in \(text)")
                }
            }
        }
        for claim in ["v28", "28.1", "v28.01", "v028.1", "v28.1.0.0", "v28.1-rc", ""] {
            #expect(!pattern.matches(claim))
        }
    }

    @Test(arguments: ["< v29.0", "<= v29.0", ">= v28.0, < v29.0"])
    func otherRangesAreNotSaid(_ text: String) throws {
        #expect(VersionCondition.pattern(try #require(VersionRange(text))) == nil)
    }
}
