import Admission
import ArgumentParser
import Core
import Foundation
import Kubernetes
import Policy
import Rollout
import TransparencyLog

struct PolicyReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Make past decisions again by another bundle, and tell which would change.",
        discussion: """
            Evidence is looked for anew, by digest, and judged as of the time of the decision. Exit 0 when nothing would \
            be denied that was not, 1 when something would, 2 when not everything could be compared.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, junit, markdown
    }

    @Option(
        help: ArgumentHelp(
            "The folder of a decision log, or of AdmissionReviews in JSON; may be repeated.", valueName: "folder"))
    var from: [String] = []

    @OptionGroup var policy: PolicyOptions

    @Option(
        help: ArgumentHelp(
            "For AdmissionReviews, which hold no decision: the bundle as it is now.", valueName: "folder"))
    var old: String?

    @OptionGroup var evidence: EvidenceOptions

    @Option(help: ArgumentHelp("The folder of signed waivers and revocation lists.", valueName: "folder"))
    var waivers: String?

    @Option(help: ArgumentHelp("The cluster, when the bundle knows several.", valueName: "name"))
    var cluster: String?

    @Option(help: ArgumentHelp("Only decisions from this time on.", valueName: "instant"))
    var since: String?

    @Option(help: ArgumentHelp("Only decisions in this namespace.", valueName: "name"))
    var namespace: String?

    @Option(
        help: ArgumentHelp("The time as of which AdmissionReviews are judged; now when absent.", valueName: "instant"))
    var at: String?

    @Option(name: [.short, .customLong("output")], help: "How the result is written.")
    var output = Format.table

    func validate() throws {
        if from.isEmpty { throw ValidationError("expected --from FOLDER: a decision log, or AdmissionReviews") }
    }

    func run() async throws {
        let now = try InstantArgument.now(at)
        let start = try since.map { text throws(UsageError) in
            guard let instant = Instant(rfc3339: text) else {
                throw UsageError("--since \(text.printable): expected a time such as 2026-01-20T10:00:00Z")
            }
            return instant
        }
        let next = try policy.load(now)
        let places = try evidence.manyPlaces { Console.standard.error("note: \($0)".printable) }
        Console.standard.error("note: evidence is looked for \(evidence.words)".printable)
        var replay = Replay(
            try judge(next, places, now), selection: Replay.Selection(since: start, namespace: namespace))
        for folder in from {
            if DecisionLogFolder.isLog(folder) {
                try await read(log: folder, into: &replay)
            } else {
                try await read(reviews: folder, places, at: now, into: &replay)
            }
        }
        await replay.flush()
        try finish(replay.report)
    }

    private func judge(_ bundle: PolicyBundle, _ places: any EvidencePlaces, _ now: Instant) throws -> ReplayJudge {
        let book: WaiverBook
        if let waivers {
            let (found, problems) = WaiverBook.verifying(
                try PolicyFolder.read(waivers), bundle: bundle, trust: try policy.trustFile.map(PolicyFolder.trust),
                now: now)
            for problem in problems.prefix(20) {
                Console.standard.error("waiver does not count: \(problem)".printable)
            }
            book = found
        } else {
            book = .none
        }
        let admitter = try Admitter(
            bundle: bundle, cluster: try ClusterArgument.name(cluster, bundle), places: places, waivers: book)
        return ReplayJudge(admitter, waivers: book)
    }

    private func read(log folder: String, into replay: inout Replay) async throws {
        let reader = try DecisionLogFolder.reader(folder)
        let checkpoint = try await reader.checkpoint().checkpoint
        let large = DecisionLogFolder.large(folder)
        let name = from.count == 1 ? "" : "\(URL(filePath: folder).lastPathComponent)#"
        var progress = Progress("replaying \(folder)", total: checkpoint.size)
        for try await (index, entry) in reader.entries(from: 0, in: checkpoint) {
            try await replay.add(entry: entry, place: "\(name)\(index)", beside: large)
            progress.step()
        }
        progress.finish()
    }

    private func read(
        reviews folder: String, _ places: any EvidencePlaces, at now: Instant, into replay: inout Replay
    ) async throws {
        guard let old else {
            throw UsageError(
                "\(folder.printable) is no log; AdmissionReviews hold no decisions, so give --old FOLDER, the bundle as "
                    + "it is")
        }
        guard InputFile.isDirectory(folder) else { throw InputError(folder, "there is no such folder") }
        let present = try PolicyFolder.bundle(old, trust: policy.trustFile, now: now)
        let admitter = try Admitter(
            bundle: present, cluster: try ClusterArgument.name(cluster, present), places: places)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
            .sorted()
        guard !names.isEmpty else { throw InputError(folder, "holds no AdmissionReview in JSON, and is no log") }
        var progress = Progress("replaying \(folder)", total: UInt64(names.count))
        for name in names {
            let bytes = try InputFile.read("\(folder)/\(name)", cap: AdmitInput.maximumReview)
            do throws(ReviewError) {
                let request = try AdmissionReview(parsing: bytes).request
                let (decision, facts) = try await admitter.resolve(request, at: now)
                await replay.add(
                    ReplayItem(place: name, at: now, facts: facts, old: ReplayVerdict(decision)))
            } catch {
                Console.standard.error("\(name): \(error)".printable)
                replay.addUnreadable(at: name)
            }
            progress.step()
        }
        progress.finish()
    }

    private func finish(_ report: ReplayReport) throws {
        switch output {
        case .table: Console.standard.print(report.text.printableLines)
        case .markdown: Console.standard.print(report.markdown.printableLines)
        case .junit: Console.standard.print(report.junit.printableLines)
        case .json: Console.standard.print(report.json.pretty.printableJSON)
        }
        if report.deniedMore > 0 { throw Outcome.refused }
        if report.notCompared > 0 || report.changes[.toIndeterminate] != nil { throw Outcome.unevaluated }
    }
}
