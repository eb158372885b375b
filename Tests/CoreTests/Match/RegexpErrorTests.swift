import TestSupport
import Testing

@testable import Core

@Suite struct RegexpErrorTests {
    @Test(arguments: [
        (#"(a)\1"#, PatternError.Code.backReference, 3), (#"(?P<n>a)\k<n>"#, .backReference, 8),
        ("(?P<n>a)(?P=n)", .backReference, 8), (#"[\1]"#, .backReference, 1),
        ("a(?=b)", .lookAround, 1), ("(?!a)", .lookAround, 0), ("(?<=a)b", .lookAround, 0),
        ("é(?<!a)b", .lookAround, 2),
        ("(?i:a)", .unsupported, 0), ("^(?i)a", .unsupported, 1), ("(?s).", .unsupported, 0),
        ("(?-i)a", .unsupported, 0),
        (#"\bword\b"#, .unsupported, 0), (#"\Aa\z"#, .unsupported, 0), ("[[:alpha:]]", .unsupported, 1),
        ("[a[:digit:]]", .unsupported, 2), ("(?>a)", .badGroup, 0), ("(?#x)", .badGroup, 0), ("(?", .badGroup, 0),
        ("(?P", .badGroup, 0), ("(?P>x)", .badGroup, 0), ("(?P<>a)", .badGroup, 0), ("(?P<1a>a)", .badGroup, 4),
        ("(?<a-b>a)", .badGroup, 4), ("(?<ä>a)", .badGroup, 3), ("(?<abc", .badGroup, 0),
        ("(?<n>a)(?<n>b)", .badGroup, 7),
        (#"\x41"#, .unknownEscape, 0), (#"\pL"#, .unknownEscape, 0), (#"\Qa\E"#, .unknownEscape, 0),
        (#"a\é"#, .unknownEscape, 1), (#"\0"#, .unknownEscape, 0), (#"\e"#, .unknownEscape, 0),
        (#"[\a]"#, .unknownEscape, 1),
        (#"\"#, .unknownEscape, 0), (#"[a\"#, .unknownEscape, 2), ("\\\n", .unknownEscape, 0),
        ("(a", .unbalanced, 0), ("a(b(c)", .unbalanced, 1), ("a)", .unbalanced, 1), (")", .unbalanced, 0),
        ("a|b)c", .unbalanced, 3), ("x[a", .unbalanced, 1), ("[]", .unbalanced, 0), ("[^]", .unbalanced, 0),
        ("[a-", .unbalanced, 0),
        ("[", .unbalanced, 0), ("[^", .unbalanced, 0),
        ("*a", .nothingToRepeat, 0), ("a|+", .nothingToRepeat, 2), ("(?)", .badGroup, 0), ("(*a)", .nothingToRepeat, 1),
        ("{2}", .nothingToRepeat, 0), ("^*", .nothingToRepeat, 1), ("a$+", .nothingToRepeat, 2),
        ("{", .nothingToRepeat, 0),
        ("(?i)*", .nothingToRepeat, 4),
        ("a**", .nestedRepetition, 2), ("a+*", .nestedRepetition, 2), ("a*??", .nestedRepetition, 3),
        ("a*+", .nestedRepetition, 2), ("a{2}{3}", .nestedRepetition, 4), ("a{2}*", .nestedRepetition, 4),
        ("a?+", .nestedRepetition, 2),
        ("a{", .badCount, 1), ("a{}", .badCount, 1), ("a{,2}", .badCount, 1), ("a{x}", .badCount, 1),
        ("a{1", .badCount, 1),
        ("a{1,", .badCount, 1), ("a{1,x}", .badCount, 1), ("a{-1}", .badCount, 1), ("a{1 }", .badCount, 1),
        ("a{3,2}", .badCount, 1),
        ("a{1001}", .badCount, 2), ("a{1,99999999999999999999999}", .badCount, 4),
        ("[z-a]", .badClass, 1), (#"[a-\d]"#, .badClass, 1), ("[a--z]", .badClass, 1), ("[é-a]", .badClass, 1),
    ])
    func refuses(pattern: String, code: PatternError.Code, offset: Int) throws {
        let error = try #require(throws: PatternError.self) { try Regexp(pattern) }
        #expect(error.code == code, "\(pattern): \(error)")
        #expect(error.offset == offset, "\(pattern): \(error)")
    }

    @Test(arguments: [
        (
            #"a\q"#,
            #"byte 1: a backslash before 'q' has no meaning here; use \d \w \s \D \W \S \n \t \r, "#
                + "or a backslash before punctuation"
        ),
        ("+", #"byte 0: '+' has nothing before it that it could repeat; write \+ to mean the character"#),
        ("a**", "byte 2: '*' repeats a repetition; put the inner one into a group, as in (?:a*)*"),
        ("a{", #"byte 1: expected {n}, {n,} or {n,m} with decimal numbers; write \{ to mean the character"#),
        ("a{3,2}", "byte 1: {3,2} asks for at least 3 and at most 2; swap the numbers"),
        (
            "[z-a]",
            #"byte 1: the range from 'z' to 'a' runs backwards; swap its ends, or write \- to mean the character '-'"#
        ),
        ("(a", #"byte 0: this '(' is never closed; add a ')', or write \( to mean the character"#),
        ("(?=a)", "byte 0: look-ahead and look-behind are not supported; write what should match as alternatives"),
        (
            #"(a)\1"#,
            "byte 3: back-references are not supported, because matching them takes exponential time; "
                + "repeat the expression"
        ),
    ])
    func says(pattern: String, message: String) throws {
        let error = try #require(throws: PatternError.self) { try Regexp(pattern) }
        #expect(error.description == message)
    }

    @Test func capsThePattern() throws {
        #expect(try Regexp(String(repeating: "a", count: 4096)).matches(String(repeating: "a", count: 4096)))
        let error = try #require(throws: PatternError.self) { try Regexp(String(repeating: "é", count: 2049)) }
        #expect(error.code == .tooLong)
        #expect(
            error.message
                == "the pattern is 4098 bytes long, at most 4096 are accepted; split it into several patterns")
    }

    @Test func capsTheDepth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
        }
        #expect(try Regexp(nested(50)).matches("a"))
        let error = try #require(throws: PatternError.self) { try Regexp(nested(51)) }
        #expect(error.code == .tooDeep)
        #expect(error.offset == 50)
        // Neighbours do not nest.
        #expect(try Regexp(String(repeating: "(a)", count: 200)).matches(String(repeating: "a", count: 200)))
    }

    /// Each is refused by arithmetic; the expansion of the last ones would not fit into any memory.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("(a{100}){100}", 0), ("((a{100}){100}){100}", 1), ("x(((a{1000}){1000}){1000}){1000}", 3),
            ("((a|b){50,}){1000}", 0), ("(a{0,100}){0,100}", 0), ("(.*){1000}(.*){1000}(.*){1000}(.*){1000}", 30),
            (String(repeating: "a{999}", count: 11), 60),
            (String(repeating: "(", count: 40) + "a" + String(repeating: "){9}", count: 40), 35),
            (String(repeating: "a{999}|", count: 11), 0),
        ])
    func capsTheProgram(pattern: String, offset: Int) throws {
        let error = try #require(throws: PatternError.self) { try Regexp(pattern) }
        #expect(error.code == .tooLarge, "\(error)")
        #expect(error.offset == offset, "\(error)")
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            // Nothing repeated is nothing: neither instructions nor time.
            (String(repeating: "(", count: 40) + String(repeating: "){1000}", count: 40), 1), ("(){1000}", 1),
            ("((a{0}){1000}){1000}", 1), ("(a{99}){100}", 9901), (String(repeating: "a{999}", count: 10), 9991),
            ("a{1000}", 1001), ("a{1000,}", 1002), ("(a{1,100}){20}", 3981), ("a|b|c", 8),
        ])
    func acceptsWithinTheCap(pattern: String, size: Int) throws {
        #expect(try Regexp(pattern).programSize == size)
    }

    /// Whatever is written in pattern syntax is compiled within the caps or refused with an offset in the pattern.
    @Test(.timeLimit(.minutes(1)), arguments: 1...4 as ClosedRange<UInt64>)
    func survivesAnything(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("ab09,-^$.|()()[]{}*+?\\:<>=!Pidw é\n".unicodeScalars)
        for _ in 0..<5_000 {
            let pattern = random.text(of: alphabet, upTo: 24)
            do throws(PatternError) {
                let regexp = try Regexp(pattern)
                #expect(regexp.programSize <= PatternLimits.instructions)
                _ = regexp.matches(random.text(of: alphabet, upTo: 24))
            } catch {
                #expect((0...pattern.utf8.count).contains(error.offset))
            }
        }
    }
}
