internal import Core

/// What must be seen of a namespace before it may go to Enforce.
package struct ReadinessTerms: Sendable, Hashable {
    /// No namespace goes to Enforce before it was audited for so long, whatever is configured.
    package static let shortestWindow = Duration.seconds(48 * 3_600)
    private static let longestWindow = Duration.seconds(90 * 86_400)

    /// For how long there must have been no would-be denial; 48 hours at least.
    package let window: Duration
    /// How many allowed requests must have been seen in that time.
    package let minimum: Int
    /// How many requests for each allowed one may have been undecided in that time.
    package let indeterminate: Double
    /// For how long the log may hold no allowed request of any namespace; nobody knows whether anything was asked then.
    package let silence: Duration
    /// The namespaces that go first; the others are ready once all of these have enforced cleanly for the window.
    package let canaries: Set<String>

    package init(
        window: Duration = shortestWindow, minimum: Int = 20, indeterminate: Double = 0.01,
        silence: Duration = .seconds(24 * 3_600), canaries: Set<String> = []
    ) {
        self.window = min(max(window, Self.shortestWindow), Self.longestWindow)
        self.minimum = max(minimum, 1)
        self.indeterminate = indeterminate.isFinite ? min(max(indeterminate, 0), 1) : 0
        self.silence = max(silence, .seconds(3_600))
        self.canaries = canaries
    }
}
