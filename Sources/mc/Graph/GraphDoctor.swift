import ArgumentParser
import Core
import Lineage

struct GraphDoctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "List what could not be taken over, with place and reason.",
        discussion: "Exit 0 when everything was taken over, 1 when something was not.")

    @Option(help: "How much is listed at most.")
    var limit = 1_000

    @OptionGroup var store: StoreOption
    @OptionGroup var answer: AnswerOption

    func run() async throws {
        let troubles = try await store.open(.readOnly).troubles(limit: limit)
        answer.print(DoctorAnswer(troubles))
        if !troubles.isEmpty { throw Outcome.refused }
    }
}
