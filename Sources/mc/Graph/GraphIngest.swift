import Admission
import ArgumentParser
import Core
import Lineage
import Policy
import Recording
import SBOM

struct GraphIngest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Verify evidence about images and record it; record decisions and pull requests.",
        discussion: """
            Evidence of an image is recorded when it verifies for a signer that the policy bundle names. Decisions \
            (JSON of `mc admit -o json`) and GitHub events (JSON of a pull_request, workflow_run or workflow_job) are \
            recorded as they are; they are marked as unsigned, since nothing signs it, and neither promotes anything. Recording twice changes \
            nothing. Exit 0 when all was recorded, 1 when an image has no evidence of such a signer, 2 when something \
            could not be read.
            """)

    @Argument(help: "Images by digest: IMAGE@sha256:….")
    var images: [String] = []

    @OptionGroup var store: StoreOption
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var places: EvidenceOptions

    @Option(help: ArgumentHelp("A decision document; may be repeated.", valueName: "file"))
    var decision: [String] = []

    @Option(
        help: ArgumentHelp(
            "A GitHub pull_request, workflow_run or workflow_job event; may be repeated.", valueName: "file"))
    var event: [String] = []

    @Option(help: ArgumentHelp("A bill of materials, plain or compressed; may be repeated.", valueName: "file"))
    var sbom: [String] = []

    @Option(
        help: ArgumentHelp(
            "The image that --sbom is about, where the document does not say it.", valueName: "image@digest"))
    var about: String?

    @Option(help: ArgumentHelp("Judge as of this time instead of now.", valueName: "instant"))
    var at: String?

    private static let maximumDocument = Cap("document bytes", 16 << 20)

    func run() async throws {
        guard !(images.isEmpty && decision.isEmpty && event.isEmpty && sbom.isEmpty) else {
            throw UsageError("expected an image, --sbom, --decision or --event")
        }
        guard about == nil || sbom.count == 1 else {
            throw UsageError("--about says which image one --sbom is about; saw \(sbom.count) of them")
        }
        let now = try InstantArgument.now(at)
        let references = try images.map(Self.reference)
        var events: [LineageEvent] = []
        for path in decision {
            events += try reading(path, Self.decisions).map { .decision($0) }
        }
        for path in event {
            events.append(try reading(path, Self.event))
        }
        let bundle = images.isEmpty ? nil : try policy.load(now)
        let store = try store.open()
        var total = try await store.record(events, at: now)
        var outcome = try await ingestBills(into: store, now, &total)
        if let bundle {
            let admitter = try Admitter(
                bundle: bundle, cluster: bundle.clusters.first?.cluster ?? "", places: try places.places())
            for reference in references {
                let evidence = await admitter.evidence(of: reference, at: now)
                let recorded = try await DecisionRecorder(store).record(evidence, at: now)
                total.new += recorded.new
                total.known += recorded.known
                for text in evidence.unread.prefix(20) { Console.standard.error("\(reference): \(text)".printable) }
                if !evidence.unread.isEmpty {
                    outcome = outcome.worst(.unevaluated)
                } else if recorded.new + recorded.known == 0 {
                    Console.standard.error("\(reference): no evidence of a signer that the bundle names".printable)
                    outcome = outcome.worst(.refused)
                }
            }
        }
        Console.standard.print("recorded \(total.new) new, \(total.known) known before")
        if outcome != .good { throw outcome }
    }

    /// Records bills one by one, so that one that cannot be read costs only itself.
    private func ingestBills(
        into store: SQLiteStore, _ now: Instant, _ total: inout Lineage.Recording
    ) async throws -> Outcome {
        var outcome = Outcome.good
        let image = try about.map { try ImageDigest.required($0) }
        for path in sbom {
            do {
                let bill = try BillOfMaterials.read(from: try FileSource(path))
                let record = try BillRecord(bill, image: image, origin: path)
                let recorded = try await store.record([.bill(record)], at: now)
                total.new += recorded.new
                total.known += recorded.known
                for part in bill.quarantined.prefix(5) {
                    Console.standard.error("\(path): set aside: \(part)".printable)
                }
                let rest = bill.quarantinedCount - min(bill.quarantined.count, 5)
                if rest > 0 { Console.standard.error("\(path): \(rest) more parts set aside".printable) }
            } catch {
                // A store that fails will fail for the next one as well.
                if let failure = error as? LineageError, failure.code != .malformed, failure.code != .tooLarge {
                    throw failure
                }
                // A file that cannot be read is named by its error.
                let words = error is FileSourceError ? "\(error)" : "\(path): \(error)"
                Console.standard.error(words.printable)
                outcome = outcome.worst(.unevaluated)
            }
        }
        return outcome
    }

    private static func reference(_ text: String) throws -> ImageReference {
        guard let reference = try? ImageReference(text), reference.digest != nil else {
            throw UsageError("\(text.printable): expected IMAGE@sha256:…, which says where its evidence is")
        }
        return reference
    }

    private static func event(_ bytes: [UInt8]) throws -> LineageEvent {
        let event = try JSONValue(parsing: bytes, limits: JSONLimits(bytes: maximumDocument.limit))
        if event["workflow_run"] != nil || event["workflow_job"] != nil {
            return .run(try RunRecord(githubEvent: bytes))
        }
        return .pullRequest(try PullRequestRecord(githubEvent: bytes))
    }

    /// The decisions of a document, or of an array of several.
    private static func decisions(_ bytes: [UInt8]) throws -> [DecisionRecord] {
        guard case .array(let documents) = try JSONValue(parsing: bytes, limits: .standard) else {
            return [try DecisionRecord(parsing: bytes)]
        }
        return try documents.map { try DecisionRecord(parsing: $0.canonical) }
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
