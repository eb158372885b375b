/// A pattern with wildcards that is held against a whole text.
///
/// - `*` stands for any run of characters, also an empty one, and also across `/`: in `ghcr.io/org/*` and
///   `https://github.com/org/app/.github/workflows/release.yml@refs/tags/*` what follows may have any depth.
/// - `?` stands for exactly one character (Unicode scalar).
/// - `\` before `*`, `?`, `\` or any other ASCII punctuation or space takes that character literally.
/// - Everything else is literal and case-sensitive. Brackets and braces are literal too, because subject names contain
///   them (`dependabot[bot]`).
///
/// The work is at most proportional to the product of both lengths.
public struct Glob: Sendable, Hashable, CustomStringConvertible {
    private enum Token: Sendable {
        case byte(UInt8)
        case anyCharacter
        case anyRun
    }

    private let source: ExactText
    private let tokens: [Token]

    /// Reads a pattern.
    ///
    /// - Parameter pattern: at most ``PatternLimits/patternBytes`` long.
    /// - Throws: ``PatternError`` when the pattern is too long, ends in a backslash, or has a backslash before a letter,
    ///   digit or non-ASCII character.
    public init(_ pattern: String) throws(PatternError) {
        try PatternLimits.check(pattern)
        source = ExactText(pattern)
        tokens = try Self.tokens(of: pattern)
    }

    /// The pattern as it was written.
    public var pattern: String { source.string }

    public var description: String { pattern }

    public static func == (left: Glob, right: Glob) -> Bool { left.source == right.source }

    public func hash(into hasher: inout Hasher) { hasher.combine(source) }

    /// Whether the whole text matches; a text over ``PatternLimits/textBytes`` does not.
    public func matches(_ text: String) -> Bool {
        guard text.utf8.count <= PatternLimits.textBytes else { return false }
        var text = text
        return text.withUTF8 { matches($0) }
    }

    /// Greedy matching that only ever goes back to the last run: what an earlier run took can stay as it is, because
    /// the last run can take whatever the earlier one would have given up.
    private func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 0
        var token = 0
        var resume: (token: Int, position: Int)?
        while true {
            if token < tokens.count {
                switch tokens[token] {
                case .anyRun:
                    token += 1
                    resume = (token, position)
                    continue
                case .byte(let byte) where position < text.count && text[position] == byte:
                    token += 1
                    position += 1
                    continue
                case .anyCharacter where position < text.count:
                    token += 1
                    position += Self.width(text[position])
                    continue
                default:
                    break
                }
            } else if position == text.count {
                return true
            }
            guard let last = resume, last.position < text.count else { return false }
            // Whole scalars, so that a `?` after the run never begins within one.
            position = last.position + Self.width(text[last.position])
            token = last.token
            resume = (token, position)
        }
    }

    /// The length of the scalar that a byte of valid UTF-8 begins.
    private static func width(_ lead: UInt8) -> Int {
        switch lead {
        case 0xF0...: 4
        case 0xE0...: 3
        case 0xC0...: 2
        default: 1
        }
    }

    private static func tokens(of pattern: String) throws(PatternError) -> [Token] {
        var tokens: [Token] = []
        tokens.reserveCapacity(pattern.utf8.count)
        var offset = 0
        var escape: Int?
        for scalar in pattern.unicodeScalars {
            if let start = escape {
                guard scalar.isEscapableInPatterns else {
                    throw PatternError(
                        .unknownEscape,
                        "a backslash before \(PrintableText.quote(scalar)) means nothing in a glob; escape only "
                            + "punctuation such as \\* and \\?, or use a regular expression",
                        offset: start)
                }
                tokens.append(.byte(UInt8(ascii: scalar)))
                escape = nil
            } else if scalar == "\\" {
                escape = offset
            } else if scalar == "*" {
                // Neighbouring runs are one run.
                if case .anyRun = tokens.last {} else { tokens.append(.anyRun) }
            } else if scalar == "?" {
                tokens.append(.anyCharacter)
            } else {
                for byte in scalar.utf8 { tokens.append(.byte(byte)) }
            }
            offset += scalar.utf8.count
        }
        if let start = escape {
            throw PatternError(
                .unknownEscape, "the pattern ends in a backslash; write \\\\ to mean the character itself",
                offset: start)
        }
        return tokens
    }
}

extension Unicode.Scalar {
    /// Whether a backslash before this character can only mean the character itself.
    var isEscapableInPatterns: Bool {
        switch value {
        case 0x20...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
