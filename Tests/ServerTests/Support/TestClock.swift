import Core
import Server
import Synchronization

/// A clock that goes when it is told to.
final class TestClock: Sendable {
    private let state: Mutex<(wall: Instant, elapsed: Duration)>

    init(_ now: Instant = Shop.now) { state = Mutex((now, .zero)) }

    var now: Instant { state.withLock { $0.wall } }

    /// Lets time pass.
    func advance(by duration: Duration) {
        state.withLock { state in
            state.wall = state.wall + duration
            state.elapsed += duration
        }
    }

    /// Sets the wall clock, without time passing.
    func set(_ now: Instant) { state.withLock { $0.wall = now } }

    var steady: SteadyClock {
        SteadyClock(
            wall: { [self] in now }, elapsed: { [self] in state.withLock { $0.elapsed } })
    }
}
