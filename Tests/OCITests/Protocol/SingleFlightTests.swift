import Synchronization
import Testing

@testable import OCI

@Suite("Single flight")
struct SingleFlightTests {
    private static let gone = RegistryError(.cancelled, "gone", at: .layout(path: "test"))

    /// Holds fetches until it is opened, and counts them.
    private final class Gate: Sendable {
        let started = Mutex(0)
        let wasCancelled = Mutex(false)
        let isOpen = Mutex(false)

        func fetch() async throws(RegistryError) -> Int {
            let number = started.withLock { count in
                count += 1
                return count
            }
            while !isOpen.withLock({ $0 }) {
                if Task.isCancelled {
                    wasCancelled.withLock { $0 = true }
                    throw gone
                }
                await Task.yield()
            }
            return number
        }

        func waitUntil(_ condition: () -> Bool) async throws {
            let deadline = ContinuousClock.now + .seconds(5)
            while !condition() {
                try #require(ContinuousClock.now < deadline)
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    private func start(_ flights: SingleFlight<String, Int>, _ gate: Gate) -> Task<Result<Int, RegistryError>, Never> {
        Task {
            do throws(RegistryError) {
                return .success(
                    try await flights.run("key", cancelled: Self.gone) { () async throws(RegistryError) in
                        try await gate.fetch()
                    })
            } catch {
                return .failure(error)
            }
        }
    }

    @Test func everyoneGetsTheOneFetch() async throws {
        let flights = SingleFlight<String, Int>()
        let gate = Gate()
        let callers = (0..<20).map { _ in start(flights, gate) }
        try await gate.waitUntil { gate.started.withLock { $0 } == 1 }
        try await Task.sleep(for: .milliseconds(50))
        gate.isOpen.withLock { $0 = true }
        for caller in callers { #expect(await caller.value == .success(1)) }
        // Nothing is kept: the next caller fetches anew.
        #expect(await start(flights, gate).value == .success(2))
    }

    @Test func callerThatLeavesDoesNotTakeTheOthersAlong() async throws {
        let flights = SingleFlight<String, Int>()
        let gate = Gate()
        let first = start(flights, gate)
        try await gate.waitUntil { gate.started.withLock { $0 } == 1 }
        let second = start(flights, gate)
        try await Task.sleep(for: .milliseconds(50))
        first.cancel()
        // It leaves at once, while the fetch goes on.
        #expect(await first.value == .failure(Self.gone))
        #expect(!gate.wasCancelled.withLock { $0 })
        gate.isOpen.withLock { $0 = true }
        #expect(await second.value == .success(1))
    }

    @Test func fetchNobodyWaitsForIsCancelled() async throws {
        let flights = SingleFlight<String, Int>()
        let gate = Gate()
        let only = start(flights, gate)
        try await gate.waitUntil { gate.started.withLock { $0 } == 1 }
        only.cancel()
        #expect(await only.value == .failure(Self.gone))
        try await gate.waitUntil { gate.wasCancelled.withLock { $0 } }
        gate.isOpen.withLock { $0 = true }
        #expect(await start(flights, gate).value == .success(2))
    }
}
