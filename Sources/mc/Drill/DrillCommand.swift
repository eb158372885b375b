import ArgumentParser
import Core
import Drill
import Lineage

/// Attacks and outages, played against the real engine.
struct DrillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill", abstract: "Would it hold under attack? Run drills against the real engine.",
        subcommands: [DrillList.self, DrillRun.self])

    /// Without a subcommand nothing was asked that could be good.
    func run() throws { throw UsageError(Self.helpMessage()) }
}

struct DrillList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the drills.")

    @Option(name: [.short, .customLong("output")], help: "How the list is written.")
    var output = EvaluationOptions.Format.table

    func run() throws {
        switch output {
        case .table:
            Console.standard.print(Table.rows(DrillRegistry.all.map { ($0.name, $0.summary) }).joined(separator: "\n"))
        case .json:
            let list = DrillRegistry.all.map { drill -> JSONValue in
                ["name": .string(drill.name), "summary": .string(drill.summary), "claim": .string(drill.claim)]
            }
            Console.standard.print(JSONValue.array(list).pretty)
        }
    }
}

struct DrillRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run drills; all of them when none is named.",
        discussion: """
            Everything is minted for the drill and kept in memory unless --store is given; no cluster is touched. Exit 0 \
            when every drill passed, 1 when a step does not hold.
            """)

    @Argument(help: "The drills' names.")
    var names: [String] = []

    // The store of admissions, which the environment may name, is no place for drills.
    @Option(help: ArgumentHelp("Keep what was decided in this lineage store.", valueName: "file"))
    var store: String?

    @OptionGroup var evaluation: EvaluationOptions

    func run() async throws {
        let drills = try names.map { name in
            guard let drill = DrillRegistry.drill(name) else {
                let known = DrillRegistry.all.map(\.name).joined(separator: ", ")
                throw UsageError("there is no drill \(name.printable); known are \(known)")
            }
            return drill
        }
        let lineage = try store.map { try SQLiteStore(path: $0) } ?? SQLiteStore.inMemory()
        let context = DrillContext(now: try evaluation.now(), store: lineage)
        var reports: [DrillReport] = []
        for drill in drills.isEmpty ? DrillRegistry.all : drills { reports.append(try await drill.run(context)) }
        if !evaluation.quiet {
            switch evaluation.output {
            case .table: for report in reports { Console.standard.print(text(report)) }
            case .json:
                let documents = reports.map(\.json)
                Console.standard.print((documents.count == 1 ? documents[0] : .array(documents)).pretty)
            }
        }
        if !reports.allSatisfy(\.passed) { throw Outcome.refused }
    }

    private func text(_ report: DrillReport) -> String {
        let console = Console.standard
        var lines = [
            (report.passed ? console.styled("passed", .good) : console.styled("failed", .bad)) + "  \(report.name)",
            "  " + report.claim,
        ]
        for step in report.steps {
            lines.append("  \(step.holds ? "holds " : "BROKEN") \(step.title.printable)")
            lines.append("         expected  \(step.expected.printable)")
            lines.append("         observed  \(step.observed.printable)")
            lines += step.evidence.map { "         on record \($0)" }
        }
        return lines.joined(separator: "\n")
    }
}
