import ArgumentParser
import Core
import Foundation

/// At which time evidence is judged, and how the result is written.
struct EvaluationOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    @Option(name: [.short, .customLong("output")], help: "How the result is written.")
    var output = Format.table

    @Option(help: ArgumentHelp("Judge as of this time instead of now.", valueName: "instant"))
    var at: String?

    @Flag(help: "Print nothing but errors; the exit code tells the result.")
    var quiet = false

    /// The instant that counts as the present.
    ///
    /// - Throws: ``UsageError`` when --at is not a time.
    func now() throws -> Instant { try InstantArgument.now(at) }
}

extension Instant {
    /// The present by this machine's clock; only the command line reads it.
    static var now: Instant {
        let time = Date().timeIntervalSince1970
        let seconds = time.rounded(.down)
        return Instant(seconds: Int64(seconds), nanoseconds: Int32((time - seconds) * 1e9))
    }
}
