import ArgumentParser
import Core
import Foundation
import TransparencyLog

struct LogWitness: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness", abstract: "Get cosignatures of witnesses, or be one.",
        subcommands: [LogWitnessAdd.self, LogWitnessAnswer.self, LogWitnessServe.self])

    /// Without a subcommand nothing was asked that could be good.
    func run() throws { try Self.missSubcommand() }
}

struct LogWitnessAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Have a log's latest checkpoint cosigned by a witness.",
        discussion: """
            Sends the checkpoint and the proof that it continues what the witness knows to URL/add-checkpoint \
            (c2sp.org/tlog-witness). The cosignature is added to the checkpoint, or kept in checkpoint.witnessed while \
            the log is being written. Exit 1 when the witness says that the log was forked or went back.
            """)

    @OptionGroup var folder: LogOption

    @Option(help: ArgumentHelp("The witness's address, without add-checkpoint.", valueName: "URL"))
    var witness: String

    @Option(
        name: .customLong("key"), help: ArgumentHelp("The witness's public key, or a file with it.", valueName: "key"))
    var key: String

    @Flag(
        help: ArgumentHelp(
            "Send checkpoint.witnessed and not the latest: a second witness then cosigns what the first one did, although "
                + "the log has grown."))
    var witnessed = false

    func run() async throws {
        let reader = try folder.reader()
        let signed = try await checkpoint(reader)
        let key = try LogInput.key(key)
        let client = try WitnessClient(key: key, transport: HTTPWitness(url: witness))
        let signatures: [NoteSignature]
        do {
            signatures = try await client.cosign(signed, reader: reader)
        } catch let error as LogError where error.code == .inconsistent {
            Console.standard.error("mc: \(error)".printable)
            throw Outcome.refused
        }
        let attachment = try await LogFolder.attach(signatures, to: signed, folder: folder.log)
        guard attachment != .superseded else {
            throw InputError(
                "\(folder.log)/checkpoint.witnessed", "has got cosignatures for a newer checkpoint meanwhile; try again"
            )
        }
        Console.standard.print(
            "cosigned  \(signed.checkpoint.size) entries by \(key.name.printable)"
                + (attachment == .published ? "" : ", in checkpoint.witnessed"))
    }

    private func checkpoint(_ reader: LogReader) async throws -> SignedCheckpoint {
        guard witnessed else { return try await reader.checkpoint() }
        guard let bytes = try FolderTileSource(folder: folder.log).witnessedCheckpoint() else {
            throw InputError("\(folder.log)/checkpoint.witnessed", "no witness has cosigned yet; leave out --witnessed")
        }
        return try SignedCheckpoint(bytes)
    }
}

struct LogWitnessAnswer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Answer one add-checkpoint request as a witness, without a network.",
        discussion: """
            Reads the request's body from standard input and prints the answer's body, with the HTTP status on standard \
            error. Exit 0 when it cosigned, 1 when it refused.
            """)

    @Option(help: ArgumentHelp("Where the witness remembers what it cosigned.", valueName: "folder"))
    var state: String

    @Option(help: ArgumentHelp("The witness's private key.", valueName: "file"))
    var key: String

    @Option(
        name: .customLong("log-key"),
        help: ArgumentHelp(
            "The public key of a log it cosigns, or a file with it. May be given more than once.",
            valueName: "key"))
    var logKeys: [String]

    func run() throws {
        let keys = try logKeys.map(LogInput.key)
        let witness = try Witness(
            signer: LogInput.signer(key), logs: Dictionary(grouping: keys, by: \.name),
            store: FolderWitnessStore(folder: state))
        let input = try FileHandle.standardInput.read(upToCount: AddCheckpointRequest.maximumBytes + 1) ?? Data()
        let answer = witness.addCheckpoint(Array(input))
        Console.standard.print(String(decoding: answer.body, as: UTF8.self))
        Console.standard.error("status \(answer.status)")
        if answer.status != 200 { throw Outcome.refused }
    }
}
