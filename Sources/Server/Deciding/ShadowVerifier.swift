internal import Admission
package import Core
package import Policy
internal import Synchronization

/// Lets the next bundle decide what the present one decided, without anybody waiting for it (`dualVerify`).
package final class ShadowVerifier: Sendable {
    /// A decision that would change.
    package struct Difference: Sendable, Hashable {
        package let at: Instant
        package let namespace: String
        package let kind: String
        package let name: String
        package let from: Decision.Outcome
        package let to: Decision.Outcome
        /// The rules that block under the next bundle and did not before.
        package let rules: [RuleID]
    }

    /// What was counted since the next bundle was loaded.
    package struct Counts: Sendable, Hashable {
        package var compared: Int64 = 0
        /// Requests that came while too many others were being compared.
        package var skipped: Int64 = 0
        /// How often what changed into what, such as `allow-deny`.
        package var changes: [String: Int64] = [:]
        /// The latest differences, newest last.
        package var examples: [Difference] = []
        /// The next bundle.
        package var bundle: Digest?
    }

    private static let maximumExamples = 100
    private static let maximumRunning = 32

    private struct State {
        var counts = Counts()
        var running = 0
    }

    private let state = Mutex(State())
    private let events: ServerEvents

    package init(events: ServerEvents = .none) { self.events = events }

    package var counts: Counts { state.withLock { $0.counts } }

    /// Begins to compare in the background; with too many under way it is only counted.
    func compare(_ decision: Decision, _ facts: AdmissionFacts, next: Admitter) {
        let mayRun = state.withLock { state in
            if state.counts.bundle != next.bundle.digest {
                state.counts = Counts()
                state.counts.bundle = next.bundle.digest
            }
            guard state.running < Self.maximumRunning else {
                state.counts.skipped += 1
                return false
            }
            state.running += 1
            return true
        }
        guard mayRun else { return }
        Task(priority: .background) {
            let other = Policy.decide(facts, by: next.bundle, at: decision.at)
            finish(decision, other)
        }
    }

    private func finish(_ decision: Decision, _ other: Decision) {
        let before = Set(decision.blocking.map(\.finding.rule))
        let rules = Set(other.blocking.map(\.finding.rule)).subtracting(before)
            .sorted { $0.rawValue < $1.rawValue }
        let change = "\(decision.outcome.rawValue)-\(other.outcome.rawValue)"
        let differs = decision.outcome != other.outcome
        state.withLock { state in
            state.running -= 1
            guard state.counts.bundle == other.bundleDigest else { return }
            state.counts.compared += 1
            guard differs else { return }
            state.counts.changes[change, default: 0] += 1
            state.counts.examples.append(
                Difference(
                    at: decision.at, namespace: decision.namespace, kind: decision.object.kind,
                    name: decision.object.name, from: decision.outcome, to: other.outcome, rules: rules))
            if state.counts.examples.count > Self.maximumExamples { state.counts.examples.removeFirst() }
        }
        if differs { events.differed(change) }
    }
}
