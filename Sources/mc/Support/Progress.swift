import Foundation

/// How far long work is, on a terminal only.
struct Progress {
    private let what: String
    private let total: UInt64
    private var done: UInt64 = 0
    private var shown = ContinuousClock.now
    private var isShown = false

    private static let isTerminal = isatty(STDERR_FILENO) == 1

    /// - Parameter total: how many steps there are; 0 when nobody knows.
    init(_ what: String, total: UInt64) {
        self.what = what
        self.total = total
    }

    /// Says that a step is done.
    mutating func step() {
        done += 1
        guard Self.isTerminal, ContinuousClock.now - shown > .milliseconds(200) else { return }
        shown = .now
        isShown = true
        write("\r\u{1B}[K\(what.printable): \(done)\(total > 0 ? " of \(total)" : "")")
    }

    /// Takes the line away.
    mutating func finish() {
        if isShown { write("\r\u{1B}[K") }
        isShown = false
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
