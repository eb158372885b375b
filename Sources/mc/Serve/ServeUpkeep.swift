import DecisionLog
import Server
import ServiceLifecycle
import TransparencyLog

/// What goes on beside requests: files are looked at, counts are settled, and at the end the log is closed.
struct ServeUpkeep: Service {
    /// Reads what the log says, when that is still to be done.
    let reading: (@Sendable () async throws -> LogHistory)?
    let reloader: PolicyReloader
    let keeper: DecisionKeeper
    let writer: LogWriter
    let clock: SteadyClock
    let reloads: [Reload]
    let events: ServerEvents
    let interval: Duration

    /// Something that is read again and again.
    struct Reload: Sendable {
        /// What it is called in metrics and messages.
        let name: String
        let read: @Sendable () throws -> Void
    }

    /// How often counts of repeated denials are looked through.
    private static let settling = Duration.seconds(30)

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            if let reading { reloader.begin(try await reading()) }
            await work()
        }
        do {
            try await keeper.settle(at: clock.read().now, all: true)
        } catch {
            events.unlogged("\(error)")
        }
        try await writer.close()
    }

    private func work() async {
        var settled = ContinuousClock.now
        var problems: [String: String] = [:]
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            if Task.isCancelled { return }
            await reloader.look(at: clock.read().now)
            for reload in reloads {
                // What does not fit yet is looked at again; until then the last good serves. It is said once.
                var problem: String?
                do { try reload.read() } catch { problem = "\(error)" }
                if let problem, problems[reload.name] != problem { events.reloaded(reload.name, problem) }
                problems[reload.name] = problem
            }
            if ContinuousClock.now - settled >= Self.settling {
                settled = .now
                do { try await keeper.settle(at: clock.read().now) } catch { events.unlogged("\(error)") }
            }
        }
    }
}
