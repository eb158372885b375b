import ArgumentParser
import Core
import Lineage

struct GraphWhere: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "where",
        abstract:
            "Say which images hold a package, or were made by a commit, workflow, action, runner or builder, and where they run.",
        discussion: """
            A package URL without version means any version. Exit 0 when something is found, 1 when nothing is.
            """)

    @Argument(
        help: "A package URL (pkg:npm/left-pad@1.3.0, pkg:githubactions/actions/checkout@v4), or a commit's hash.")
    var subject: String?

    @Option(help: "A workflow: host/org/app/path@revision.")
    var workflow: String?

    @Option(help: "A runner.")
    var runner: String?

    @Option(help: "A builder.")
    var builder: String?

    @Option(help: "An input of builds, by its digest.")
    var artifact: String?

    @Option(help: "How many images are shown at most.")
    var limit = 1_000

    @OptionGroup var store: StoreOption
    @OptionGroup var answer: AnswerOption

    func run() async throws {
        let (words, term) = try term()
        let found = try await store.open(.readOnly).whereabouts(of: term, limit: limit)
        answer.print(WhereaboutsAnswer(words, found))
        if found.images.isEmpty { throw Outcome.refused }
    }

    private func term() throws -> (String, SearchTerm) {
        let named: [(String, SearchTerm)] = [
            workflow.map { ($0, .workflow($0)) }, runner.map { ($0, .runner($0)) },
            builder.map { ($0, .builder($0)) }, artifact.map { ($0, .artifact($0)) },
            try subject.map { ($0, try Self.term($0)) },
        ].compactMap { $0 }
        guard named.count == 1 else {
            throw UsageError(
                "expected one of a package URL, a commit, --workflow, --runner, --builder and --artifact, saw \(named.count)"
            )
        }
        return named[0]
    }

    private static func term(_ text: String) throws -> SearchTerm {
        if text.utf8.starts(with: "pkg:".utf8) {
            if text.utf8.starts(with: "pkg:githubactions/".utf8) { return .action(text) }
            let purl: Purl
            do {
                purl = try Purl(text)
            } catch {
                throw UsageError("\(text.printable): \("\(error)".printable)")
            }
            return purl.version == nil ? .packageName(purl.withoutVersion.description) : .package(purl.description)
        }
        let isCommit =
            [40, 64].contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
            }
        guard isCommit else {
            throw UsageError(
                "\(text.printable): expected a package URL such as pkg:npm/left-pad, or a commit of 40 or 64 hexadecimal "
                    + "digits")
        }
        return .commit(text)
    }
}
