internal import Admission
internal import Core
internal import Policy
package import Rollout
internal import Synchronization

/// Lets the next bundle decide what the present one decided, without anybody waiting for it (`dualVerify`).
package final class ShadowVerifier: Sendable {
    private static let maximumRunning = 32

    private struct State {
        var shadow: Shadow?
        var running = 0
        var skipped = 0
    }

    private let state = Mutex(State())
    private let events: ServerEvents

    package init(events: ServerEvents = .none) { self.events = events }

    /// What was compared since the next bundle was loaded, and how many requests were not because too many others were.
    package var comparison: (shadow: Shadow?, skipped: Int) { state.withLock { ($0.shadow, $0.skipped) } }

    /// Begins to compare in the background; with too many under way it is only counted.
    func compare(_ document: CanonicalDecision, _ facts: AdmissionFacts, next: Admitter, waivers: WaiverBook) {
        let current = document.decision.bundleDigest
        let mayRun = state.withLock { state in
            if state.shadow?.next != next.bundle.digest || state.shadow?.current != current {
                state.shadow = Shadow(current: current, next: next.bundle.digest)
                state.skipped = 0
            }
            guard state.running < Self.maximumRunning else {
                state.skipped += 1
                return false
            }
            state.running += 1
            return true
        }
        guard mayRun else { return }
        Task(priority: .background) {
            let (other, _) = await ReplayJudge(next, waivers: waivers).decide(facts, at: document.decision.at)
            let change = state.withLock { state -> DecisionChange? in
                state.running -= 1
                guard state.shadow?.next == other.bundleDigest else { return nil }
                return state.shadow?.compare(document.decision, other, digest: document.digest)
            }
            if let change { events.differed(change.rawValue) }
        }
    }
}
