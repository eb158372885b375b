/// How a configured value is held against a text, such as a signer's subject or an image name.
///
/// Two matchers are equal when they are of the same kind and written with the same bytes.
public enum StringMatcher: Sendable, Hashable, CustomStringConvertible {
    /// The very same UTF-8 bytes; "é" in one scalar is not "é" in two.
    case exact(String)
    /// A pattern with wildcards.
    case glob(Glob)
    /// A regular expression, for the whole text.
    case regexp(Regexp)

    /// Whether the whole text matches.
    ///
    /// Globs and regular expressions never match a text over ``PatternLimits/textBytes``: use matchers to say what is
    /// allowed, not what is forbidden.
    public func matches(_ text: String) -> Bool {
        switch self {
        case .exact(let expected): ExactText(expected) == ExactText(text)
        case .glob(let glob): glob.matches(text)
        case .regexp(let regexp): regexp.matches(text)
        }
    }

    public var description: String {
        switch self {
        case .exact(let text): "exactly \(PrintableText.quote(text))"
        case .glob(let glob): "glob \(PrintableText.quote(glob.pattern))"
        case .regexp(let regexp): "regexp \(PrintableText.quote(regexp.pattern))"
        }
    }

    public static func == (left: StringMatcher, right: StringMatcher) -> Bool {
        switch (left, right) {
        case (.exact(let left), .exact(let right)): ExactText(left) == ExactText(right)
        case (.glob(let left), .glob(let right)): left == right
        case (.regexp(let left), .regexp(let right)): left == right
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .exact(let text):
            hasher.combine(0)
            hasher.combine(ExactText(text))
        case .glob(let glob):
            hasher.combine(1)
            hasher.combine(glob)
        case .regexp(let regexp):
            hasher.combine(2)
            hasher.combine(regexp)
        }
    }
}
