import ArgumentParser
import Core
import Lineage

struct GraphWhy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Say why an image is here: pull request, commit, run, builder, evidence, decisions.",
        discussion: "Exit 0 when something is known of the image, 1 when nothing is, 2 when it cannot be told.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, markdown
    }

    @Argument(help: "IMAGE@sha256:… or the digest alone.")
    var image: String

    @OptionGroup var store: StoreOption

    @Option(name: [.short, .customLong("output")], help: "How the answer is written.")
    var output = Format.table

    func run() async throws {
        guard let digest = ImageDigest.of(image) else {
            throw UsageError("\(image.printable): expected IMAGE@sha256:… or sha256:…; lineage knows no tags")
        }
        let report = try await store.open(.readOnly).why(digest)
        switch output {
        case .table: Console.standard.print(report.text.printableLines)
        case .json: Console.standard.print(report.json.pretty.printableJSON)
        case .markdown: Console.standard.print(report.markdown.printableLines)
        }
        if !report.isKnown { throw Outcome.refused }
    }
}

/// The digest of an image as people write it.
enum ImageDigest {
    static func of(_ text: String) -> Digest? {
        if let digest = Digest(text) { return digest }
        return (try? ImageReference(text))?.digest.flatMap { Digest($0) }
    }
}
