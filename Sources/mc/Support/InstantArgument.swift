import Core

/// An instant on the command line.
enum InstantArgument {
    /// The instant of `--at`, or the present.
    ///
    /// - Throws: ``UsageError`` when it is not a time.
    static func now(_ text: String?) throws(UsageError) -> Instant {
        guard let text else { return .now }
        guard let instant = Instant(rfc3339: text) else {
            throw UsageError("--at \(text.printable): expected a time such as 2026-01-20T10:00:00Z")
        }
        return instant
    }
}
