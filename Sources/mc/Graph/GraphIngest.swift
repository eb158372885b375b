import Admission
import ArgumentParser
import Core
import Lineage
import Policy
import Recording

struct GraphIngest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Verify evidence about images and record it; record decisions and pull requests.",
        discussion: """
            Evidence of an image is recorded when it verifies for a signer that the policy bundle names. Decisions \
            (JSON of `mc admit -o json`) and GitHub events (JSON of a pull_request) are recorded as they are; a pull \
            request is marked as unsigned, since nothing signs it. Recording twice changes nothing.
            """)

    @Argument(help: "Images by digest: IMAGE@sha256:….")
    var images: [String] = []

    @OptionGroup var store: StoreOption
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var places: EvidenceOptions

    @Option(help: ArgumentHelp("A decision document; may be repeated.", valueName: "file"))
    var decision: [String] = []

    @Option(help: ArgumentHelp("A GitHub pull_request event; may be repeated.", valueName: "file"))
    var event: [String] = []

    @Option(help: ArgumentHelp("Judge as of this time instead of now.", valueName: "instant"))
    var at: String?

    private static let maximumDocument = Cap("document bytes", 16 << 20)

    func run() async throws {
        guard !(images.isEmpty && decision.isEmpty && event.isEmpty) else {
            throw UsageError("expected an image, --decision or --event")
        }
        let now = try InstantArgument.now(at)
        var events: [LineageEvent] = []
        for path in decision {
            events.append(.decision(try reading(path) { try DecisionRecord(parsing: $0) }))
        }
        for path in event {
            events.append(.pullRequest(try reading(path) { try PullRequestRecord(githubEvent: $0) }))
        }
        let store = try store.open()
        var total = try await store.record(events, at: now)
        var unread: [String] = []
        if !images.isEmpty {
            let (bundle, _) = try policy.load(now)
            let admitter = try Admitter(
                bundle: bundle, cluster: bundle.clusters.first?.cluster ?? "", places: try places.places())
            for text in images {
                guard ImageDigest.of(text) != nil, let reference = try? ImageReference(text) else {
                    throw UsageError("\(text.printable): expected IMAGE@sha256:…")
                }
                let evidence = await admitter.evidence(of: reference, at: now)
                unread += evidence.unread.map { "\(text): \($0)" }
                let recorded = try await DecisionRecorder(store).record(evidence, at: now)
                total.new += recorded.new
                total.known += recorded.known
                if recorded.new + recorded.known == 0, evidence.unread.isEmpty {
                    Console.standard.error("\(text.printable): no evidence of a signer that the bundle names")
                }
            }
        }
        Console.standard.print("recorded \(total.new) new, \(total.known) known before")
        for text in unread.prefix(20) { Console.standard.error(text.printable) }
        if !unread.isEmpty { throw Outcome.unevaluated }
    }

    private func reading<Value>(_ path: String, _ parse: ([UInt8]) throws -> Value) throws -> Value {
        let bytes = try InputFile.read(path, cap: Self.maximumDocument)
        do {
            return try parse(bytes)
        } catch {
            throw InputError(path, "\(error)")
        }
    }
}
