import ArgumentParser
import Core
import Lineage

struct GraphHistory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Say what ran at a time, as decisions tell it.",
        discussion: "Exit 0 when something is known to have run, 1 when nothing is.")

    @Option(help: "The environment; all of them when absent.")
    var environment: String?

    @Option(help: ArgumentHelp("The time; now when absent.", valueName: "instant"))
    var at: String?

    @Option(help: "How many workloads are shown at most.")
    var limit = 1_000

    @OptionGroup var store: StoreOption
    @OptionGroup var answer: AnswerOption

    func run() async throws {
        let instant = try InstantArgument.now(at)
        let found = try await store.open(.readOnly).history(environment: environment, at: instant, limit: limit)
        answer.print(
            HistoryAnswer(environment: environment, at: instant, workloads: found.workloads, isCut: found.isCut))
        if found.workloads.isEmpty { throw Outcome.refused }
    }
}
