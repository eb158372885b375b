import Foundation

/// Where output goes: data to standard output, progress and errors to standard error.
struct Console: Sendable {
    /// Whether text may be coloured.
    let isColoured: Bool

    static let standard = Console(
        isColoured: isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil)

    func print(_ text: String) { Self.write(text, to: .standardOutput) }

    func error(_ text: String) { Self.write(text, to: .standardError) }

    enum Style: String {
        case good = "32", bad = "31", strong = "1", faint = "2"
    }

    func styled(_ text: String, _ style: Style) -> String {
        isColoured ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // A closed pipe is the reader's choice, not an error of ours.
        try? handle.write(contentsOf: Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
    }
}
