package import Core
internal import Synchronization

/// How much the webhook takes on at once.
package struct WebhookLimits: Sendable, Hashable {
    /// The longest review.
    package var review = Cap("AdmissionReview bytes", 3 << 20)
    /// The reviews that are in memory at once, in bytes; with more who asks is told to come again. This much for the API
    /// server where it proves who it is, and this much for everybody else.
    package var inFlight = Cap("bytes of reviews in flight", 32 << 20)
    /// The reviews that are decided at once.
    package var requests = Cap("reviews in flight", 1_024)
    /// How long a decision may take in all; below the webhook's `timeoutSeconds`.
    package var deadline = Duration.seconds(8)

    package init() {}
}

/// Counts what is in flight, so that a flood meets an answer and not the end of memory.
final class InFlight: Sendable {
    private let limits: WebhookLimits
    private let state = Mutex((requests: 0, bytes: 0))

    init(_ limits: WebhookLimits) { self.limits = limits }

    /// Whether a review that arrived whole could be decided now.
    var hasRoom: Bool { state.withLock { $0.requests < limits.requests.limit } }

    /// Takes room for bytes that arrived; what is only announced takes none, or a few slow clients would take all.
    func take(bytes: Int) -> Bool {
        state.withLock { state in
            guard state.bytes + bytes <= limits.inFlight.limit else { return false }
            state.bytes += bytes
            return true
        }
    }

    /// Takes room for a review that arrived whole.
    func enter() -> Bool {
        state.withLock { state in
            guard state.requests < limits.requests.limit else { return false }
            state.requests += 1
            return true
        }
    }

    func give(bytes: Int) { state.withLock { $0.bytes -= bytes } }

    func leave() { state.withLock { $0.requests -= 1 } }
}
