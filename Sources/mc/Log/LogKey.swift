import ArgumentParser
import Core
import Foundation
import Glibc
import TransparencyLog

struct LogKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Keys of logs and witnesses.", subcommands: [LogKeyNew.self, LogKeyShow.self])

    /// Without a subcommand nothing was asked that could be good.
    func run() throws { try Self.missSubcommand() }
}

struct LogKeyNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a key for a log or a witness.",
        discussion: """
            The private key goes to a new file that only you can read; the public key, which everybody needs who \
            verifies, is printed. The name is a URL without its scheme, such as mc.example/cluster-1; for a log it is \
            the origin of its checkpoints.
            """)

    @Option(help: ArgumentHelp("The key's name; the origin of a log.", valueName: "name"))
    var name: String

    @Option(name: [.short, .customLong("out")], help: ArgumentHelp("Where the private key goes.", valueName: "file"))
    var out: String

    @Flag(help: "Make a witness's key instead of a log's.")
    var witness = false

    func run() throws {
        var random = SystemRandomNumberGenerator()
        let signer: NoteSigner
        do {
            signer = try NoteSigner(generating: name, type: witness ? .cosignature : .ed25519, using: &random)
        } catch {
            throw UsageError("\(error)")
        }
        // Never over a file that is there: it may be the only copy of another key.
        let descriptor = open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw InputError(out, "cannot be made: \(String(cString: strerror(errno)))")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data((signer.secretText + "\n").utf8))
            try handle.synchronize()
        } catch {
            throw InputError(out, "cannot be written: \(error.localizedDescription)")
        }
        Console.standard.print("\(signer.verifierKey)".printable)
    }
}

struct LogKeyShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the public key of a private one.")

    @Argument(help: ArgumentHelp("The private key.", valueName: "file"))
    var file: String

    func run() throws { Console.standard.print("\(try LogInput.signer(file).verifierKey)".printable) }
}
