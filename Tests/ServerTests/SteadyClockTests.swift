import Core
import Server
import Testing

/// A clock that jumps is not relied on (issue 4, "Bad input and trouble").
@Suite("The watched clock") struct SteadyClockTests {
    @Test(arguments: [(-301, true), (-300, false), (0, false), (300, false), (301, true)])
    func smallCorrectionsAreNoJump(_ seconds: Int, _ isDoubted: Bool) {
        let clock = TestClock()
        let steady = clock.steady
        clock.set(Shop.now + .seconds(seconds))
        #expect((steady.read().doubt != nil) == isDoubted)
    }

    @Test func aClockThatWentBackIsDoubtedUntilItIsRight() {
        let clock = TestClock()
        let steady = clock.steady
        clock.set(Shop.now - .seconds(3_600))
        for _ in 0..<10 {
            #expect(steady.read().doubt != nil)
            clock.advance(by: SteadyClock.probation)
        }
        clock.set(Shop.now + SteadyClock.probation * 10)
        #expect(steady.read().doubt == nil)
    }

    @Test func aClockThatWentAheadIsTakenToBeCorrectedAfterAWhile() {
        let clock = TestClock()
        let steady = clock.steady
        clock.set(Shop.now + .seconds(3_600))
        #expect(steady.read().doubt != nil)
        clock.advance(by: SteadyClock.probation - .seconds(1))
        #expect(steady.read().doubt != nil)
        clock.advance(by: .seconds(1))
        #expect(steady.read().doubt == nil)
        // From there on it must not go back either.
        clock.set(Shop.now)
        #expect(steady.read().doubt != nil)
    }

    @Test func aClockThatStartsBehindTheLogIsDoubted() {
        let clock = TestClock()
        let steady = clock.steady
        steady.notBefore(Shop.now + .seconds(3_600))
        #expect(steady.read().doubt != nil)
        let other = clock.steady
        other.notBefore(Shop.now - .seconds(3_600))
        #expect(other.read().doubt == nil)
    }
}
