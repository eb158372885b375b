internal import Core

/// Our patterns in the words of RE2, which CEL, Rego and Go share.
///
/// Nothing that is written needs an escape in CEL, Rego, JMESPath or YAML where ASCII characters of names are concerned:
/// a dot is `[.]`, so that no layer of quoting can eat a backslash.
///
/// A wildcard stands for no line feed here: what is matched are names and identities, and one with a line feed is refused
/// rather than understood differently by engines whose `.` differs.
enum Pattern {
    /// A glob as an expression for the whole text.
    static func regexp(_ glob: Glob) -> String { "^\(body(glob))$" }

    /// Any of several globs.
    static func regexp(anyOf globs: [Glob]) -> String {
        // Without any there is nothing that could match; RE2 has no shorter word for it.
        globs.isEmpty ? "^[^\\x00-\\x{10FFFF}]$" : "^(?:\(globs.map(body).joined(separator: "|")))$"
    }

    /// A configured value as an expression for the whole text.
    ///
    /// - Throws: ``RenderError`` for a regular expression that RE2 reads differently.
    static func regexp(_ matcher: StringMatcher, field: String) throws(RenderError) -> String {
        switch matcher {
        case .exact(let text): return "^\(literal(text))$"
        case .glob(let glob): return regexp(glob)
        case .regexp(let regexp):
            // In RE2 it also folds the Kelvin sign and the long s, which are other identities.
            guard !regexp.pattern.hasPrefix("(?i)") else {
                throw RenderError(
                    .inexpressible,
                    "RE2 folds more letters by (?i) than ASCII's; write both cases as classes, such as [Aa]",
                    field: field)
            }
            return "^(?:\(regexp.pattern))$"
        }
    }

    /// A text that matches itself only.
    static func literal(_ text: String) -> String { text.unicodeScalars.map(literal).joined() }

    /// The text that a glob without wildcards stands for; `nil` when it has some.
    static func plain(_ matcher: StringMatcher) -> String? {
        switch matcher {
        case .exact(let text): return text
        case .regexp: return nil
        case .glob(let glob):
            var text = String.UnicodeScalarView()
            for token in tokens(glob) {
                guard case .scalar(let scalar) = token else { return nil }
                text.append(scalar)
            }
            return String(text)
        }
    }

    enum Token: Hashable {
        case scalar(Unicode.Scalar)
        case anyCharacter
        case anyRun
    }

    static func tokens(_ glob: Glob) -> [Token] {
        var tokens: [Token] = []
        var isEscaped = false
        for scalar in glob.pattern.unicodeScalars {
            switch scalar {
            case _ where isEscaped:
                tokens.append(.scalar(scalar))
                isEscaped = false
            case "\\": isEscaped = true
            case "*": if tokens.last != .anyRun { tokens.append(.anyRun) }
            case "?": tokens.append(.anyCharacter)
            default: tokens.append(.scalar(scalar))
            }
        }
        return tokens
    }

    private static func body(_ glob: Glob) -> String {
        tokens(glob).map { token in
            switch token {
            case .scalar(let scalar): literal(scalar)
            case .anyCharacter: "."
            case .anyRun: ".*"
            }
        }.joined()
    }

    private static func literal(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case ".", "*", "?", "+", "(", ")", "|", "&", "$", "{", "}": "[\(scalar)]"
        case "[", "]", "^", "\\": "\\\(scalar)"
        case " "..."~": String(scalar)
        default: "\\x{\(String(scalar.value, radix: 16, uppercase: true))}"
        }
    }
}
