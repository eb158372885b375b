import ArgumentParser
import Attestation
import Core
import DecisionLog
import Foundation
import Policy
import TransparencyLog

struct LogSummarize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vsa",
        abstract: "Issue a signed verification summary of an allow decision.",
        discussion: """
            One SLSA verification summary (v1) for each image of the decision, in a DSSE envelope: bound to cluster, \
            environment, policy digest and an expiry, and naming the entry it rests on. Attach it beside the image for \
            those who trust this mc and do not want to verify again. Exit 1 when the entry admits nothing.
            """)

    @OptionGroup var folder: LogOption

    @Option(help: "The entry's index.")
    var index: UInt64

    @Option(help: ArgumentHelp("How long it holds from the decision on, in days; at most 90.", valueName: "days"))
    var days = 7

    @Option(
        name: [.short, .customLong("out")],
        help: ArgumentHelp(
            "The folder that the summaries go to, each named by its image's digest; standard output when absent.",
            valueName: "folder"))
    var out: String?

    @OptionGroup var keys: KeyOptions

    func run() async throws {
        guard (1...90).contains(days) else { throw UsageError("--days \(days): expected 1 to 90") }
        let reader = try folder.reader()
        let checkpoint = try await reader.checkpoint().checkpoint
        let bytes = try await reader.entry(index, in: checkpoint)
        guard case .decision(let entry) = try LogRecord(parsing: bytes) else {
            throw InputError(folder.log, "entry \(index) is no decision")
        }
        var decision = entry.decision
        if decision == nil,
            let kept = try await LargeDecisionFolder("\(folder.log)/decisions").document(entry.decisionDigest)
        {
            decision = try JSONValue(parsing: kept, limits: JSONLimits(bytes: LargeDecisionFolder.maximumSize.limit))
        }
        guard let decision else {
            throw InputError(
                folder.log, "decision \(entry.decisionDigest) of entry \(index) is not kept beside the log")
        }
        let summaries: [(image: Digest, document: SignedDocument)]
        do {
            summaries = try VerificationSummaries.issue(
                decision, at: LogPlace(origin: checkpoint.origin, index: index), life: .seconds(days * 86_400),
                version: Version.current, signers: keys.signers())
        } catch let refusal as VerificationSummaries.Refusal {
            Console.standard.error("mc: \(refusal)".printable)
            throw Outcome.refused
        }
        guard let out else {
            for summary in summaries { Console.standard.print(String(decoding: summary.document.bytes, as: UTF8.self)) }
            return
        }
        let files = summaries.map {
            ("\($0.image.algorithm.rawValue)-\($0.image.hex).vsa.dsse.json", $0.document.bytes)
        }
        try OutputFile.write(Dictionary(files, uniquingKeysWith: { first, _ in first }), toFolder: out)
    }
}
