/// How long to wait before the next of several tries: exponential with jitter, never shorter than the server asks.
package struct Backoff: Sendable, Hashable {
    /// The first pause before jitter; it doubles with each failure.
    package var base: Duration
    /// The longest pause of our own; a server may ask for up to ten times as much.
    package var longest: Duration

    package init(base: Duration = .milliseconds(200), longest: Duration = .seconds(30)) {
        self.base = base
        self.longest = longest
    }

    /// - Parameters:
    ///   - failures: how many tries have failed in a row, this one included.
    ///   - asked: what the server asks for.
    ///   - jitter: a random number from 0 up to 1.
    package func pause(after failures: Int, asked: Duration? = nil, jitter: Double) -> Duration {
        let own = min(base * Double(1 << min(max(failures - 1, 0), 16)), longest) * (0.5 + jitter / 2)
        return max(own, min(asked ?? .zero, longest * 10))
    }
}
