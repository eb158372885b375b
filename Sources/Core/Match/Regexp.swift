/// A regular expression that is held against a whole text in linear time.
///
/// It always matches the whole text: `^` at the beginning and `$` at the end are allowed and change nothing, so an
/// identity such as `https://github.com/org/.*` cannot be matched by a text that only contains it.
///
/// The syntax is a subset of RE2's, with the same meaning:
/// - characters, and `.` for any but a line feed;
/// - classes `[a-z]` and `[^a-z]`, in which a `]` in first place is literal;
/// - `\d \w \s \D \W \S`, all ASCII; `\n \t \r`; a backslash before ASCII punctuation or space;
/// - groups `(…)`, `(?:…)`, `(?P<name>…)` and `(?<name>…)`, all alike because nothing is captured;
/// - alternatives `a|b`; `^` and `$` as the beginning and end of the text;
/// - `* + ? {n} {n,} {n,m}` with counts up to ``PatternLimits/count``, and with a `?` behind, which changes nothing here;
/// - `(?i)` at the very start: ASCII letters match in either case. Other letters do not, unlike in RE2, where `k`
///   also matches the Kelvin sign.
///
/// Everything else is refused rather than taken for something else. That includes a `{` that begins no count, which RE2
/// takes literally.
///
/// The work of ``matches(_:)`` is at most proportional to the product of the program's size and the text's length, for
/// every pattern and text; there is no backtracking (R. Cox, "Regular Expression Matching: the Virtual Machine
/// Approach").
public struct Regexp: Sendable, Hashable, CustomStringConvertible {
    private let source: ExactText
    private let program: RegexpProgram

    /// Compiles a pattern.
    ///
    /// - Parameter pattern: at most ``PatternLimits/patternBytes`` long.
    /// - Throws: ``PatternError`` when the pattern is not of the syntax above or over one of ``PatternLimits``.
    public init(_ pattern: String) throws(PatternError) {
        try PatternLimits.check(pattern)
        let parsed = try RegexpParser.parse(pattern)
        source = ExactText(pattern)
        program = RegexpProgram(parsed.root, sets: parsed.sets)
    }

    /// The pattern as it was written.
    public var pattern: String { source.string }

    public var description: String { pattern }

    public static func == (left: Regexp, right: Regexp) -> Bool { left.source == right.source }

    public func hash(into hasher: inout Hasher) { hasher.combine(source) }

    /// Whether the whole text matches; a text over ``PatternLimits/textBytes`` does not.
    public func matches(_ text: String) -> Bool {
        guard text.utf8.count <= PatternLimits.textBytes else { return false }
        return RegexpMachine.matches(program, text)
    }

    /// The number of instructions, for tests of the cap.
    var programSize: Int { program.instructions.count }
}
