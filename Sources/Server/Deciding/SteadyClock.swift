package import Core
internal import Synchronization

/// The wall clock, watched: who can set it back can bring expired waivers and certificates back to life.
package final class SteadyClock: Sendable {
    /// What the clock says, and why it may not be relied on.
    package struct Reading: Sendable, Hashable {
        package let now: Instant
        package let doubt: String?
    }

    /// How far wall clock and elapsed time may drift apart; time synchronisation moves the clock by less.
    package static let tolerance = Duration.seconds(300)

    /// How long a clock that went ahead is doubted; then it is taken to have been corrected.
    ///
    /// A clock that went back is doubted until it is right again: only that brings something back to life.
    package static let probation = Duration.seconds(120)

    private struct State {
        var startWall: Instant
        var startElapsed: Duration
        /// Since when the clock is ahead.
        var aheadSince: Duration?
    }

    private let wall: @Sendable () -> Instant
    private let elapsed: @Sendable () -> Duration
    private let state: Mutex<State>

    /// - Parameters:
    ///   - wall: the wall clock.
    ///   - elapsed: time that passed since some beginning, also while the machine slept; nobody can set it.
    package init(wall: @escaping @Sendable () -> Instant, elapsed: @escaping @Sendable () -> Duration) {
        self.wall = wall
        self.elapsed = elapsed
        state = Mutex(State(startWall: wall(), startElapsed: elapsed()))
    }

    /// Takes into account that something happened at an instant, such as the log's last entry: a clock that starts
    /// before it is wrong.
    package func notBefore(_ instant: Instant) {
        state.withLock { state in
            if state.startWall < instant { state.startWall = instant }
        }
    }

    /// What the clock says now.
    package func read() -> Reading {
        let now = wall()
        let elapsed = elapsed()
        return state.withLock { state in
            let expected = state.startWall + (elapsed - state.startElapsed)
            if now < expected - Self.tolerance {
                state.aheadSince = nil
                return Reading(
                    now: now, doubt: "the clock says \(now); by the time that passed it is at least \(expected)")
            }
            guard expected + Self.tolerance < now else {
                state.aheadSince = nil
                return Reading(now: now, doubt: nil)
            }
            let since = state.aheadSince ?? elapsed
            state.aheadSince = since
            guard elapsed - since < Self.probation else {
                state = State(startWall: now, startElapsed: elapsed)
                return Reading(now: now, doubt: nil)
            }
            return Reading(now: now, doubt: "the clock says \(now); by the time that passed it is about \(expected)")
        }
    }
}
