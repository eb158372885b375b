import ArgumentParser
import Core
import Lineage

struct GraphDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say which packages differ between two images.",
        discussion: "Exit 0 when both have the same packages, 1 when they differ, 2 when one has no bill of materials.")

    @Argument(help: "The image to begin with: IMAGE@sha256:… or the digest alone.")
    var from: String

    @Argument(help: "The image to end with.")
    var to: String

    @OptionGroup var store: StoreOption
    @OptionGroup var answer: AnswerOption

    func run() async throws {
        let store = try store.open(.readOnly)
        var found: [ImageContents] = []
        for text in [from, to] {
            let digest = try ImageDigest.required(text)
            guard let contents = try await store.contents(of: digest) else {
                throw InputError(text, "no bill of materials about it is known; record one with mc graph ingest --sbom")
            }
            found.append(contents)
        }
        let difference = ContentsDifference(found[0], found[1])
        answer.print(difference)
        if !difference.isEmpty { throw Outcome.refused }
    }
}
