import ArgumentParser
import Core
import Lineage

struct GraphLastGood: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "last-good", abstract: "Say where a workload can be rolled back to.",
        discussion: """
            The newest images that were admitted and ran there before those of now. Whether they would be admitted today is \
            for `mc admit` to say. Exit 0 when there are such images, 1 when there are none.
            """)

    @Argument(help: "CLUSTER/NAMESPACE/KIND/NAME.")
    var workload: String

    @Option(help: "How many past decisions are looked at.")
    var limit = 1_000

    @OptionGroup var store: StoreOption
    @OptionGroup var answer: AnswerOption

    func run() async throws {
        guard let name = WorkloadName(workload) else {
            throw UsageError(
                "\(workload.printable): expected CLUSTER/NAMESPACE/KIND/NAME, such as prod-eu/payments/Deployment/web")
        }
        let placements = try await store.open(.readOnly).placements(of: name, limit: limit)
        let lastGood = LastGood(name, placements: placements)
        answer.print(lastGood)
        if lastGood.candidates.isEmpty { throw Outcome.refused }
    }
}
