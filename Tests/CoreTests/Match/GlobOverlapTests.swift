import TestSupport
import Testing

@testable import Core

/// Whether two patterns have a text in common.
@Suite struct GlobOverlapTests {
    @Test(arguments: [
        ("a", "a", true), ("a", "b", false), ("*", "", true), ("a*", "*b", true), ("a*", "b*", false),
        ("payments-*", "*-dev", true), ("payments", "pay*", true), ("payments", "?ayments", true),
        ("??", "*a*b*", true),
        ("??", "*a*b*c*", false), ("a\\*", "a*", true), ("a\\*", "ab", false), ("é*", "?", true), ("", "?", false),
        ("tenant-a-*", "tenant-b-*", false), ("*x", "*y", false), ("*", "*", true), ("\\?", "?", true),
        ("a?c", "ab?", true),
    ])
    func twoPatternsOverlapWhenSomeTextMatchesBoth(left: String, right: String, overlap: Bool) throws {
        #expect(try Glob(left).overlaps(Glob(right)) == overlap)
        #expect(try Glob(right).overlaps(Glob(left)) == overlap)
    }

    /// Every text of up to four letters is tried.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func itAgreesWithTryingTexts(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let letters: [Unicode.Scalar] = ["a", "b"]
        let left = try Glob(generator.text(of: ["a", "b", "*", "?"], upTo: 4))
        let right = try Glob(generator.text(of: ["a", "b", "*", "?"], upTo: 4))
        var texts = [""]
        var last = [""]
        // A common text of patterns with at most four letters each needs at most eight.
        for _ in 0..<8 {
            last = last.flatMap { text in letters.map { text + String($0) } }
            texts += last
        }
        let common = texts.contains { left.matches($0) && right.matches($0) }
        #expect(left.overlaps(right) == common, "\(left) \(right)")
    }
}
