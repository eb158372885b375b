import ArgumentParser
import Core
import TransparencyLog

struct LogVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify a proof offline, or a whole log.",
        discussion: """
            With a PROOF: that --entry is in the log of --key. With --log: that every entry and tile is what the \
            log's checkpoint says, that its journal is whole and holds the same, and that it continues the checkpoints \
            given by --checkpoint, which is how a log that was rewritten by its own operator is found out. With \
            --witness and no --checkpoint, the log must continue its checkpoint.witnessed, or its latest checkpoint \
            must be signed by the witnesses. Exit 1 when something was changed.
            """)

    @Argument(help: ArgumentHelp("A .tlog-proof file.", valueName: "proof"))
    var proof: String?

    @Option(help: ArgumentHelp("The entry that the proof is about.", valueName: "file"))
    var entry: String?

    @Option(help: ArgumentHelp("The log's folder.", valueName: "folder"))
    var log: String?

    @Option(help: ArgumentHelp("The log's public key, or a file with it.", valueName: "key"))
    var key: String

    @Option(
        help: ArgumentHelp("A witness's public key, or a file with it. May be given more than once.", valueName: "key"))
    var witness: [String] = []

    @Option(help: "How many witnesses must have signed; all of them when absent.")
    var threshold: Int?

    @Option(
        help: ArgumentHelp(
            "A checkpoint of the log kept elsewhere, such as a witness's. May be given more than once.",
            valueName: "file"))
    var checkpoint: [String] = []

    @Option(help: ArgumentHelp("The checkpoints' first line, when it is not the key's name.", valueName: "origin"))
    var origin: String?

    @Option(name: [.short, .customLong("output")], help: "How the result is written.")
    var output = EvaluationOptions.Format.table

    func run() async throws {
        let trust: LogTrust
        do {
            trust = try LogTrust(
                log: LogInput.key(key), origin: origin, witnesses: witness.map(LogInput.key), threshold: threshold)
        } catch let error as LogError {
            throw UsageError("\(error)")
        }
        switch (proof, log) {
        case (let proof?, nil): try verify(proof: proof, trust)
        case (nil, let log?): try await verify(log: log, trust)
        default: throw UsageError("give either a PROOF with --entry FILE, or --log FOLDER")
        }
    }

    private func verify(proof path: String, _ trust: LogTrust) throws {
        guard let entry else { throw UsageError("which entry? Give --entry FILE") }
        guard checkpoint.isEmpty else { throw UsageError("--checkpoint is about a whole log; give --log FOLDER") }
        let proof: LogProof
        do {
            proof = try LogProof(InputFile.read(path, cap: Cap("proof bytes", LogProof.maximumBytes)))
        } catch let error as LogError {
            throw InputError(path, "\(error)")
        }
        let bytes = try InputFile.read(entry, cap: EntryBundle.maximumEntryBytes)
        switch proof.verify(entry: bytes, trust: trust) {
        case .verified(let verified):
            if output == .json {
                let json: JSONValue = [
                    "verified": .bool(true), "index": .string("\(verified.index)"),
                    "checkpoint": LogReport.json(verified.checkpoint),
                    "witnesses": .array(verified.witnesses.map(LogReport.json)), "findings": .array([]),
                ]
                return Console.standard.print(json.pretty.printableJSON)
            }
            Console.standard.print(
                "verified  entry \(verified.index) of \(verified.origin.printable), "
                    + "\(verified.checkpoint.size) entries, \(verified.witnesses.count) witnesses")
        case .refused(let findings): try refuse(findings, path)
        }
    }

    private func verify(log: String, _ trust: LogTrust) async throws {
        guard entry == nil else { throw UsageError("--entry is about a proof; give the PROOF instead of --log") }
        let reader = try LogOption.reader(log)
        let earlier = try checkpoint.map(LogInput.checkpoint)
        var findings: [LogFinding] = []
        var witnessed: SignedCheckpoint?
        if earlier.isEmpty, !trust.witnesses.isEmpty {
            do {
                witnessed = try FolderTileSource(folder: log).witnessedCheckpoint().map { try SignedCheckpoint($0) }
            } catch let error as LogError where error.code == .malformed || error.code == .tooLarge {
                findings.append(
                    LogFinding(
                        .malformed, place: "checkpoint.witnessed", observed: error.message,
                        expected: "a signed checkpoint"))
            }
        }
        let report = try await LogVerifier(
            source: reader.source, trust: trust, earlier: earlier, witnessed: witnessed
        ).verify()
        let journal = try JournalVerifier(folder: log).verify()
        findings += report.findings + journal.findings
        for note in journal.notes { Console.standard.error("mc: note: \(note)".printable) }
        guard findings.isEmpty, let signed = report.checkpoint else { return try refuse(findings, log) }
        let witnesses = report.vouched.map(trust.witnesses) ?? []
        if output == .json {
            let json: JSONValue = [
                "verified": .bool(true), "checkpoint": LogReport.json(signed.checkpoint),
                "witnesses": .array(witnesses.map(LogReport.json)),
                "witnessed": report.vouched.map { LogReport.json($0.checkpoint) } ?? .null, "findings": .array([]),
                "notes": .array(journal.notes.map { .string($0) }),
            ]
            return Console.standard.print(json.pretty.printableJSON)
        }
        Console.standard.print(
            "verified  \(report.entries) entries of \(signed.checkpoint.origin.printable), root \(signed.checkpoint.root)"
                + (earlier.isEmpty ? "" : ", continuing \(earlier.count) earlier checkpoints"))
        if let vouched = report.vouched {
            let later = report.entries - vouched.checkpoint.size
            Console.standard.print(
                "witnessed  the first \(vouched.checkpoint.size) entries, by "
                    + witnesses.map(\.key.name).joined(separator: ", ").printable
                    + (later == 0 ? "" : "; the \(later) after them rest on the log's own signature"))
        }
    }

    private func refuse(_ findings: [LogFinding], _ path: String) throws {
        if output == .json {
            let json: JSONValue = ["verified": .bool(false), "findings": .array(findings.map(LogReport.json))]
            Console.standard.print(json.pretty.printableJSON)
        } else {
            Console.standard.print("REFUSED  \(path.printable)")
            for finding in findings { Console.standard.print("  " + LogReport.line(finding)) }
            Console.standard.error(
                "mc: keep the folder or file as it is, it is evidence, and compare with a copy; see docs/reference/log.md"
            )
        }
        throw Outcome.refused
    }
}
