import ArgumentParser
import Core
import Lineage

struct GraphWhy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Say why an image is here: pull request, commit, run, builder, evidence, decisions.",
        discussion: "Exit 0 when something is known of the image, 1 when nothing is, 2 when it cannot be told.")

    @Argument(help: "IMAGE@sha256:… or the digest alone.")
    var image: String

    @OptionGroup var store: StoreOption
    @OptionGroup var answer: AnswerOption

    func run() async throws {
        let digest = try ImageDigest.required(image)
        let report = try await store.open(.readOnly).why(digest)
        answer.print(report)
        if !report.isKnown { throw Outcome.refused }
    }
}
