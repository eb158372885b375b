import ArgumentParser
import Core
import Rollout

struct PolicyReadiness: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readiness",
        abstract: "Which namespaces may go to Enforce, and why the others may not.",
        discussion: """
            Counts in the decision log what Enforce would have denied. Exit 0 when every namespace that is asked about \
            is ready or enforces well, 1 when one is not, 2 when a log or the bundle cannot be read.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, markdown
    }

    @OptionGroup var options: ReadinessOptions

    @Option(help: ArgumentHelp("Ask about this namespace alone; may be repeated.", valueName: "name"))
    var namespace: [String] = []

    @Option(name: [.short, .customLong("output")], help: "How the result is written.")
    var output = Format.table

    func run() async throws {
        let all = try await options.readiness(including: Set(namespace))
        let readiness = namespace.isEmpty ? all : all.only(Set(namespace))
        let report = ReadinessReport(readiness)
        switch output {
        case .table: Console.standard.print(report.text.printableLines)
        case .markdown: Console.standard.print(report.markdown.printableLines)
        case .json: Console.standard.print(report.json.pretty.printableJSON)
        }
        if readiness.namespaces.contains(where: { $0.state == .notReady || $0.rollback != nil }) {
            throw Outcome.refused
        }
    }
}
