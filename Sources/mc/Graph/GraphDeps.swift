import ArgumentParser
import Core
import Lineage

struct GraphDeps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deps", abstract: "Say what is in an image, by its current bill of materials.",
        discussion: "Exit 0 when a bill of materials of the image is known, 1 when none is.")

    @Argument(help: "IMAGE@sha256:… or the digest alone.")
    var image: String

    @OptionGroup var store: StoreOption
    @OptionGroup var answer: AnswerOption

    func run() async throws {
        let digest = try ImageDigest.required(image)
        guard let contents = try await store.open(.readOnly).contents(of: digest) else {
            Console.standard.error(
                "no bill of materials about \(digest) is known; record one with mc graph ingest --sbom")
            throw Outcome.refused
        }
        answer.print(contents)
    }
}
