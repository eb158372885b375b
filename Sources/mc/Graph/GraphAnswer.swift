import ArgumentParser
import Core
import Lineage

/// How the answers of the graph are written.
struct AnswerOption: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, markdown
    }

    @Option(name: [.short, .customLong("output")], help: "How the answer is written.")
    var output = Format.table

    func print(_ answer: some LineageAnswer) {
        switch output {
        case .table: Console.standard.print(answer.text.printableLines)
        case .json: Console.standard.print(answer.json.pretty.printableJSON)
        case .markdown: Console.standard.print(answer.markdown.printableLines)
        }
    }
}

extension ImageDigest {
    static func required(_ text: String) throws -> Digest {
        guard let digest = of(text) else {
            throw UsageError("\(text.printable): expected IMAGE@sha256:… or sha256:…; lineage knows no tags")
        }
        return digest
    }
}

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
