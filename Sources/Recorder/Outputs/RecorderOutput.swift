/// Somewhere that decisions are passed on to.
///
/// The same decision may come twice, after a failure or when another one leads; the second time changes nothing.
package protocol RecorderOutput: Sendable {
    var name: String { get }

    /// Passes one decision on.
    ///
    /// - Throws: ``RecorderError`` when it should be tried again; what can never succeed is counted and left behind.
    func write(_ decision: LoggedDecision) async throws(RecorderError)
}

/// What the recorder counts, for whoever shows metrics.
package struct RecorderMetrics: Sendable {
    /// Entries that were passed on.
    package var passed: @Sendable (Int) -> Void
    /// A failure, by the output or step.
    package var failed: @Sendable (String) -> Void
    /// Something that was left out, by the reason.
    package var dropped: @Sendable (String) -> Void
    /// Whether this one leads.
    package var leading: @Sendable (Bool) -> Void
    /// The index of the next entry.
    package var position: @Sendable (UInt64) -> Void

    package init(
        passed: @escaping @Sendable (Int) -> Void = { _ in }, failed: @escaping @Sendable (String) -> Void = { _ in },
        dropped: @escaping @Sendable (String) -> Void = { _ in },
        leading: @escaping @Sendable (Bool) -> Void = { _ in },
        position: @escaping @Sendable (UInt64) -> Void = { _ in }
    ) {
        self.passed = passed
        self.failed = failed
        self.dropped = dropped
        self.leading = leading
        self.position = position
    }
}
