import ArgumentParser
import Core
import TransparencyLog

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Prove, verify and witness what a transparency log holds (C2SP).",
        subcommands: [
            LogProve.self, LogVerify.self, LogConsistency.self, LogShow.self, LogAppend.self, LogKey.self,
            LogWitness.self, LogSummarize.self,
        ])

    /// Without a subcommand nothing was asked that could be good.
    func run() throws { try Self.missSubcommand() }
}

/// A log's folder.
struct LogOption: ParsableArguments {
    @Option(help: ArgumentHelp("The log's folder.", valueName: "folder"))
    var log: String

    /// - Throws: ``InputError`` when there is no log in it.
    func reader() throws -> LogReader { try Self.reader(log) }

    static func reader(_ log: String) throws -> LogReader {
        guard InputFile.isDirectory(log) else { throw InputError(log, "there is no such folder") }
        guard InputFile.exists("\(log)/checkpoint") || InputFile.exists("\(log)/tile") else {
            throw InputError(log, "holds no log: it has neither checkpoint nor tiles")
        }
        return LogReader(folder: log)
    }
}

/// Reads keys and documents that commands about logs are given.
enum LogInput {
    /// A verifier key, given itself or as a file that holds it.
    ///
    /// - Throws: ``UsageError`` or ``InputError``.
    static func key(_ text: String) throws -> VerifierKey {
        guard InputFile.exists(text) else {
            do {
                return try VerifierKey(text)
            } catch {
                throw UsageError("\(error), nor is there a file of that name")
            }
        }
        do {
            return try VerifierKey(line(text))
        } catch let error as LogError {
            throw InputError(text, "\(error)")
        }
    }

    /// A private key's file.
    ///
    /// - Throws: ``InputError``; its message never quotes the key.
    static func signer(_ path: String) throws -> NoteSigner {
        do {
            return try NoteSigner(line(path))
        } catch let error as LogError {
            throw InputError(path, "\(error)")
        }
    }

    private static func line(_ path: String) throws -> String {
        var bytes = try InputFile.read(path, cap: Cap("key bytes", 4_096))
        if bytes.last == 0x0A { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Throws: ``InputError`` when it is no checkpoint.
    static func checkpoint(_ path: String) throws -> SignedCheckpoint {
        do {
            return try SignedCheckpoint(InputFile.read(path, cap: Cap("checkpoint bytes", 256 << 10)))
        } catch let error as LogError {
            throw InputError(path, "\(error)")
        }
    }
}

/// Findings and checkpoints as lines for people and as JSON.
enum LogReport {
    static func line(_ finding: LogFinding) -> String { "\(finding)".printable }

    static func json(_ finding: LogFinding) -> JSONValue {
        [
            "kind": .string(finding.kind.rawValue), "place": .string(finding.place),
            "observed": .string(finding.observed), "expected": .string(finding.expected),
        ]
    }

    static func json(_ checkpoint: Checkpoint) -> JSONValue {
        [
            "origin": .string(checkpoint.origin), "size": .string("\(checkpoint.size)"),
            "root": .string("\(checkpoint.root)"),
        ]
    }

    static func json(_ witness: SignedNote.Verified) -> JSONValue {
        [
            "name": .string(witness.key.name),
            "at": witness.timestamp.map { .string("\(Instant(seconds: Int64(clamping: $0)))") } ?? .null,
        ]
    }
}
