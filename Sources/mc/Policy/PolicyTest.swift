import ArgumentParser
import Core
import Foundation
import Rehearsal

struct PolicyTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Play written cases against a policy bundle.",
        discussion: """
            The evidence of every case is minted by an authority that exists for the run only, and is then collected, \
            verified and decided as on a real request. Exit 0 when every case comes out as expected, 1 when one does \
            not, 2 when a file, a policy or a case cannot be read or played.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, junit
    }

    @Argument(
        help: ArgumentHelp(
            "Files of cases, or folders that hold them directly or under tests; . when left out.", valueName: "path"))
    var paths: [String] = []

    @Option(help: ArgumentHelp("The bundle's folder, in place of the one each file names.", valueName: "folder"))
    var policy: String?

    @Option(help: ArgumentHelp("The folder that names beginning with data: are relative to.", valueName: "folder"))
    var data: String?

    @Option(name: [.short, .customLong("output")], help: "How the results are written.")
    var output = Format.table

    @Flag(help: "Print nothing but errors; the exit code tells the result.")
    var quiet = false

    func run() async throws {
        var files: [String] = []
        for path in paths.isEmpty ? ["."] : paths { files += try TestPlayer.files(at: path) }
        let start = ContinuousClock.now
        let player = TestPlayer(policy: policy, data: data, clock: { ContinuousClock.now - start }) { folder in
            try PolicyFolder.bundle(folder, trust: nil, now: Instant(seconds: 0))
        }
        let results = try await player.play(files)
        if !quiet { report(results) }
        if results.contains(where: { !$0.differences.isEmpty }) { throw Outcome.refused }
        if results.contains(where: { $0.problem != nil }) { throw Outcome.unevaluated }
    }

    private func report(_ results: [CaseResult]) {
        switch output {
        case .table: Console.standard.print(CaseReport(results).text)
        case .json: Console.standard.print(CaseReport(results).json.pretty.printableJSON)
        case .junit: Console.standard.print(JUnitReport(results).xml)
        }
    }
}
