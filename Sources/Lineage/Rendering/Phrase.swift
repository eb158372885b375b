internal import Core

/// Words of ours with texts from outside between them, told apart by type, so that neither output can be injected into.
///
/// What stands in a literal is ours and is written as it is; what is interpolated comes from outside and is quoted as
/// the output needs it.
struct Phrase: Sendable, Hashable, ExpressibleByStringInterpolation {
    enum Span: Sendable, Hashable {
        case own(String)
        case foreign(String)
        case link(String, url: String)
    }

    private(set) var spans: [Span]

    init(stringLiteral value: String) { spans = [.own(value)] }
    init(stringInterpolation: Interpolation) { spans = stringInterpolation.spans }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var spans: [Span] = []

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { spans.append(.own(literal)) }
        }

        mutating func appendInterpolation(_ text: String) { spans.append(.foreign(text)) }
        mutating func appendInterpolation(_ number: some BinaryInteger) { spans.append(.own(String(number))) }
        mutating func appendInterpolation(_ instant: Instant) { spans.append(.own(instant.description)) }
        mutating func appendInterpolation(own text: String) { spans.append(.own(text)) }
        mutating func appendInterpolation(_ phrase: Phrase) { spans += phrase.spans }

        /// A text that leads somewhere, when there is an address.
        mutating func appendInterpolation(_ text: String, url: String?) {
            spans.append(url.map { .link(text, url: $0) } ?? .foreign(text))
        }
    }

    /// How much of a text from outside a rendering shows, in UTF-8 bytes.
    private static let longestText = 300

    /// For terminals: nothing that could move the cursor, break the line or turn the writing around.
    var text: String {
        spans.map { span in
            switch span {
            case .own(let text): text
            case .foreign(let text): Self.plain(text)
            case .link(let text, let url):
                text.isSame(as: url) ? Self.plain(text) : "\(Self.plain(text)) <\(Self.plain(url))>"
            }
        }.joined()
    }

    /// For Markdown comments: texts from outside as code, where neither markup, HTML, mentions nor references work.
    var markdown: String {
        spans.map { span in
            switch span {
            case .own(let text): text
            case .foreign(let text): Self.code(text)
            case .link(let text, let url):
                // Only plain addresses become targets; see WebAddress.
                WebAddress(url).map { "[\(Self.code(text))](<\($0.text)>)" } ?? Self.code(text)
            }
        }.joined()
    }

    private static func plain(_ text: String) -> String {
        PrintableText.plain(text.excerpt(longestText))
    }

    private static func code(_ text: String) -> String {
        let text = plain(text)
        guard !text.isEmpty else { return "(empty)" }
        var longest = 0
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        // A span may not begin or end with a backtick, and loses one space at either end if it has both.
        let needsSpace = text.hasPrefix("`") || text.hasSuffix("`") || text.hasPrefix(" ") || text.hasSuffix(" ")
        return needsSpace ? "\(fence) \(text) \(fence)" : fence + text + fence
    }
}
