import ArgumentParser
import Core
import TransparencyLog

struct LogProve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Write a proof that an entry is in a log.",
        discussion: """
            The proof (c2sp.org/tlog-proof@v1) holds the way from the entry to a checkpoint and the checkpoint's \
            signatures, and verifies offline: mc log verify PROOF --entry FILE --key KEY.
            """)

    @OptionGroup var folder: LogOption

    @Option(help: "The entry's index.")
    var index: UInt64

    @Option(
        name: [.short, .customLong("out")],
        help: ArgumentHelp("Where the proof goes; standard output when absent.", valueName: "file"))
    var out: String?

    @Option(
        name: .customLong("entry-out"), help: ArgumentHelp("Where the entry itself goes as well.", valueName: "file"))
    var entryOut: String?

    @Flag(help: "Prove by the latest checkpoint that witnesses have signed, which may be older than the latest.")
    var witnessed = false

    func run() async throws {
        let reader = try folder.reader()
        var signed = try await reader.checkpoint()
        if witnessed {
            guard let bytes = try FolderTileSource(folder: folder.log).witnessedCheckpoint() else {
                throw InputError(folder.log, "no checkpoint has a witness's signature yet; see mc log witness add")
            }
            signed = try SignedCheckpoint(bytes)
        }
        guard index < signed.checkpoint.size else {
            throw InputError(
                folder.log,
                "the \(witnessed ? "witnessed " : "")checkpoint covers entries below \(signed.checkpoint.size), not \(index)"
            )
        }
        let proof: LogProof
        do {
            proof = try await reader.proof(of: index, in: signed)
        } catch let error as LogError where error.code == .inconsistent {
            Console.standard.error("mc: \(error)".printable)
            throw Outcome.refused
        }
        if let entryOut {
            try OutputFile.write(try await reader.entry(index, in: signed.checkpoint), to: entryOut)
        }
        if let out {
            try OutputFile.write(proof.bytes, to: out)
        } else {
            Console.standard.print(String(decoding: proof.bytes, as: UTF8.self))
        }
    }
}
