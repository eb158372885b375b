/// The clock, the sleep and the chance that requests are paced by.
package struct Pacing: Sendable {
    /// The time since some fixed moment; it never goes back.
    package let now: @Sendable () -> Duration
    /// Waits; returns early when the task is cancelled.
    package let sleep: @Sendable (Duration) async -> Void
    /// A random number from 0 up to 1.
    package let jitter: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async -> Void,
        jitter: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.jitter = jitter
    }

    /// The machine's own.
    package static func real() -> Pacing {
        let start = ContinuousClock.now
        return Pacing(
            now: { ContinuousClock.now - start },
            sleep: { try? await Task.sleep(for: $0) },
            jitter: { Double.random(in: 0..<1) })
    }
}
