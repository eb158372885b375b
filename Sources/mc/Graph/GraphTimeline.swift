import ArgumentParser
import Core
import Lineage

struct GraphTimeline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Say when an image was merged, built, signed and admitted, and how long it took.",
        discussion: "Exit 0 when some time is known, 1 when none is.")

    @Argument(help: "IMAGE@sha256:… or the digest alone.")
    var image: String

    @OptionGroup var store: StoreOption
    @OptionGroup var answer: AnswerOption

    func run() async throws {
        let digest = try ImageDigest.required(image)
        let store = try store.open(.readOnly)
        var limits = WhyLimits()
        limits.decisions = 1_000
        let report = try await store.why(digest, limits: limits)
        var allows: [RecordedAllow] = []
        for environment in Set(report.decisions.compactMap(\.environment)).sorted() {
            allows += try await store.allows(of: digest, environment: environment, order: .oldestFirst, limit: 1)
        }
        let timeline = Timeline(report, firstAllows: allows)
        answer.print(timeline)
        if timeline.steps.isEmpty { throw Outcome.refused }
    }
}
