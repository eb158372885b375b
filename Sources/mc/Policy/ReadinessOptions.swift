import ArgumentParser
import Core
import DecisionLog
import Foundation
import Policy
import Rollout
import TransparencyLog

/// The logs of a cluster, the bundle that is judged, and what must have been seen.
struct ReadinessOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The folder of a decision log; once for each replica's.", valueName: "folder"))
    var log: [String] = []

    @OptionGroup var policy: PolicyOptions

    @Option(help: ArgumentHelp("The folder of signed approvals, beside those in the log.", valueName: "folder"))
    var approvals: String?

    @Option(
        help: ArgumentHelp(
            "For how long nothing may have been denied; 48h at least.", valueName: "duration"))
    var window = "48h"

    @Option(help: ArgumentHelp("How many requests must have been allowed in that time.", valueName: "count"))
    var minimum = 20

    @Option(help: ArgumentHelp("The namespaces that go first, joined by commas.", valueName: "names"))
    var canary: [String] = []

    @Option(help: ArgumentHelp("The cluster, when the bundle knows several.", valueName: "name"))
    var cluster: String?

    @Option(help: ArgumentHelp("Judge as of this time instead of now.", valueName: "instant"))
    var at: String?

    /// Reads the logs and judges.
    ///
    /// - Parameter names: namespaces to tell of even if the logs hold nothing about them.
    /// - Throws: ``UsageError``, ``InputError``, ``BundleError`` or ``LogError``.
    func readiness(including names: Set<String> = []) async throws -> Readiness {
        guard !log.isEmpty else { throw UsageError("what was decided? Give --log FOLDER, the decision log") }
        guard let window = DurationText.parse(window) else {
            throw UsageError("--window \(window.printable): expected a duration such as 48h or 7d")
        }
        guard window >= ReadinessTerms.shortestWindow else {
            throw UsageError("--window: at least 48h of Audit are asked for, saw \(DurationText.text(window))")
        }
        guard (1...1_000_000).contains(minimum) else {
            throw UsageError("--minimum \(minimum): expected 1 to 1000000")
        }
        let now = try InstantArgument.now(at)
        let bundle = try policy.load(now)
        let canaries = canary.flatMap { $0.split(separator: ",").map(String.init) }
        var counter = ReadinessCounter(
            terms: ReadinessTerms(window: window, minimum: minimum, canaries: Set(canaries)),
            cluster: try ClusterArgument.name(cluster, bundle), bundle: bundle.digest, policies: bundle, now: now)
        if let approvals {
            let (counted, problems) = ApprovalVerifier(bundle: bundle)
                .verify(try PolicyFolder.read(approvals), now: now)
            for problem in problems.prefix(20) {
                Console.standard.error("approval does not count: \(problem)".printable)
            }
            for approval in counted { counter.add(approval.record) }
        }
        for folder in log { try await Self.count(folder, isOnly: log.count == 1, &counter) }
        return Readiness(counter, including: names)
    }

    private static func count(_ folder: String, isOnly: Bool, _ counter: inout ReadinessCounter) async throws {
        let reader = try DecisionLogFolder.reader(folder)
        let checkpoint = try await reader.checkpoint().checkpoint
        let name = isOnly ? "" : URL(filePath: folder).lastPathComponent
        let large = DecisionLogFolder.large(folder)
        var progress = Progress("reading \(folder)", total: checkpoint.size)
        for try await (index, entry) in reader.entries(from: 0, in: checkpoint) {
            do {
                try await counter.add(
                    LogRecord(parsing: entry), at: EntryPlace(log: name, index: index), beside: large)
            } catch {
                // What cannot be read may have been a denial.
                throw InputError(folder, "entry \(index) cannot be read: \(error); run mc log verify")
            }
            progress.step()
        }
        progress.finish()
    }
}

/// The folder of a decision log.
enum DecisionLogFolder {
    /// Whether a folder is one.
    static func isLog(_ folder: String) -> Bool { InputFile.exists("\(folder)/checkpoint") }

    /// Where decisions lie that are too large for an entry.
    static func large(_ folder: String) -> LargeDecisionFolder { LargeDecisionFolder("\(folder)/decisions") }

    /// - Throws: ``InputError`` when there is no log.
    static func reader(_ folder: String) throws(InputError) -> LogReader {
        guard InputFile.isDirectory(folder) else { throw InputError(folder, "there is no such folder") }
        guard isLog(folder) else { throw InputError(folder, "holds no checkpoint; expected the folder of a log") }
        return LogReader(folder: folder)
    }
}

/// Which cluster is meant.
enum ClusterArgument {
    /// The cluster of an option, or the only one that a bundle knows.
    ///
    /// - Throws: ``UsageError`` when it must be said which.
    static func name(_ option: String?, _ bundle: PolicyBundle) throws(UsageError) -> String {
        if let option { return option }
        guard bundle.clusters.count == 1, let only = bundle.clusters.first else {
            let names = bundle.clusters.map(\.cluster).joined(separator: ", ")
            throw UsageError("expected --cluster: the bundle knows \(names.isEmpty ? "none" : names.printable)")
        }
        return only.cluster
    }
}
