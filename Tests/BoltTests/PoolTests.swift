import Bolt
import Core
import Outgoing
import Synchronization
import Testing

@Suite struct PoolTests {
    /// A clock that a test moves.
    final class Clock: Sendable {
        private let time = Mutex(Duration.zero)
        func advance(_ duration: Duration) { time.withLock { $0 += duration } }
        var pacing: Pacing {
            Pacing(
                now: { self.time.withLock { $0 } }, sleep: { _ in try? await Task.sleep(for: .milliseconds(20)) },
                jitter: { 0.5 })
        }
    }

    @Test func atMostSoManyConnectionsAndNobodyIsLost() async throws {
        let server = try await ScriptedServer()
        let client = server.client { $0.connections = 3 }
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<40 { group.addTask { try await client.query("Q").count } }
            return try await group.reduce(0, +)
        }
        #expect(answers == 40)
        #expect((1...3).contains(server.connections))
        await server.stop()
    }

    @Test func tooManyWaitersAreRefused() async throws {
        let server = try await ScriptedServer { $0.tag == 0x3F ? [] : nil }
        let client = server.client {
            $0.connections = 1
            $0.waiting = 1
        }
        let holding = Task { try await client.query("Q") }
        while !server.tags.contains(0x3F) { try await Task.sleep(for: .milliseconds(5)) }
        let waiting = Task { try await client.query("Q") }
        try await Task.sleep(for: .milliseconds(100))
        let error = await #expect(throws: BoltError.self) { try await client.query("Q") }
        #expect(error?.code == .busy)
        // Whoever waits and gives up frees the place.
        waiting.cancel()
        let cancelled = await #expect(throws: BoltError.self) { try await waiting.value }
        #expect(cancelled?.code == .cancelled)
        holding.cancel()
        _ = try? await holding.value
        #expect(try await client.check().agent == "Scripted/1")
        await server.stop()
    }

    @Test func waitingHasAnEnd() async throws {
        let server = try await ScriptedServer { $0.tag == 0x3F ? [] : nil }
        let client = server.client(pacing: Clock().pacing) { $0.connections = 1 }
        let holding = Task { try await client.query("Q") }
        while !server.tags.contains(0x3F) { try await Task.sleep(for: .milliseconds(5)) }
        let error = await #expect(throws: BoltError.self) { try await client.query("Q") }
        #expect(error?.code == .busy)
        holding.cancel()
        _ = try? await holding.value
        await server.stop()
    }

    @Test func aConnectionThatLayIdleIsAskedFirstAndAnOldOneReplaced() async throws {
        let server = try await ScriptedServer()
        let clock = Clock()
        let client = server.client(pacing: clock.pacing) {
            $0.idle = .seconds(30)
            $0.lifetime = .seconds(100)
        }
        for _ in 0..<2 { try await client.query("Q") }
        #expect(server.tags.count { $0 == 0x0F } == 0)
        clock.advance(.seconds(31))
        try await client.query("Q")
        #expect(server.tags.count { $0 == 0x0F } == 1)
        #expect(server.connections == 1)
        clock.advance(.seconds(70))
        try await client.query("Q")
        #expect(server.connections == 2)
        await server.stop()
    }
}

@Suite struct RetryTests {
    /// A server that fails the first queries.
    private static func server(
        failing times: Int, _ failure: String, at tag: UInt8 = 0x10
    ) async throws -> (ScriptedServer, ScriptedServer.Counter) {
        let counter = ScriptedServer.Counter()
        let failed = Mutex(false)
        let server = try await ScriptedServer { request in
            if request.tag == 0x0F { failed.withLock { $0 = false } }
            if request.tag == 0x3F, failed.withLock({ $0 }) { return [.bytes(Server.ignored)] }
            guard request.tag == tag, counter.next() <= times else { return nil }
            if failure == "close" { return [.close] }
            failed.withLock { $0 = tag == 0x10 }
            return [.bytes(Server.failure(["code": .string(failure), "message": "m"]))]
        }
        return (server, counter)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let failure: String
        var at: UInt8 = 0x10
        var retry = BoltRetry(attempts: 3)
        /// How often it is tried when it fails for ever.
        let tries: Int
        var testDescription: String { "\(failure) at \(at): \(tries)" }
    }

    @Test(arguments: [
        Case(failure: "Neo.TransientError.Transaction.DeadlockDetected", tries: 3),
        Case(failure: "Neo.TransientError.Transaction.DeadlockDetected", at: 0x12, tries: 3),
        Case(failure: "Neo.TransientError.Transaction.Terminated", tries: 1),
        Case(failure: "Neo.ClientError.Statement.SyntaxError", tries: 1),
        Case(failure: "Neo.ClientError.Schema.ConstraintValidationFailed", tries: 1),
        Case(
            failure: "Neo.ClientError.Schema.ConstraintValidationFailed",
            retry: BoltRetry(attempts: 3, retriesConstraintFailures: true), tries: 3),
        Case(failure: "close", tries: 3),
        // Nobody knows whether it was committed.
        Case(failure: "close", at: 0x12, tries: 1),
        Case(failure: "close", at: 0x12, retry: BoltRetry(attempts: 3, isIdempotent: true), tries: 3),
        Case(failure: "Neo.TransientError.General.DatabaseUnavailable", retry: .never, tries: 1),
    ]) func triesAgainWhatMaySucceed(_ test: Case) async throws {
        let clock = PoolTests.Clock()
        let (server, counter) = try await Self.server(failing: 1_000, test.failure, at: test.at)
        let error = await #expect(throws: BoltError.self) {
            try await server.client(pacing: clock.pacing).transaction(retry: test.retry) { try await $0.query("Q") }
        }
        #expect(counter.current == test.tries)
        if test.failure != "close" { #expect(error?.serverCode == test.failure) }
        if test.failure == "close" { #expect(error?.code == (test.at == 0x12 ? .unknownOutcome : .closed)) }
        await server.stop()
        let (kinder, _) = try await Self.server(failing: 2, test.failure, at: test.at)
        let result = try? await kinder.client(pacing: clock.pacing).transaction(retry: test.retry) {
            try await $0.query("Q")
        }
        #expect((result != nil) == (test.tries == 3))
        await kinder.stop()
    }

    @Test func whatTheBodyThrowsUndoesTheTransaction() async throws {
        struct Own: Error {}
        let server = try await ScriptedServer()
        await #expect(throws: Own.self) {
            try await server.client().transaction {
                try await $0.query("Q")
                throw Own()
            }
        }
        #expect(!server.tags.contains(0x12))
        // Nobody holds the client any more, so its connection may have said goodbye by now.
        #expect(server.tags.last { $0 != 0x02 } == 0x0F)
        await server.stop()
    }

    /// A failure that the body overlooks is not committed.
    @Test func anOverlookedFailureIsThrownAtTheEnd() async throws {
        let (server, _) = try await Self.server(failing: 1, "Neo.ClientError.Statement.SyntaxError")
        let error = await #expect(throws: BoltError.self) {
            try await server.client().transaction {
                _ = try? await $0.query("Q")
                do throws(BoltError) {
                    try await $0.query("Q")
                    Issue.record("a query after a failure")
                } catch { #expect(error.code == .misuse) }
            }
        }
        #expect(error?.serverCode == "Neo.ClientError.Statement.SyntaxError")
        #expect(!server.tags.contains(0x12))
        await server.stop()
    }
}
