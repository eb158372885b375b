import ArgumentParser
import Core
import TransparencyLog

struct LogAppend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Append lines of standard input to a log.",
        discussion: """
            Each line is an entry. Its index is printed once it is on the disk: what was printed is never lost. A \
            checkpoint is published every second and at the end.
            """)

    @Option(help: ArgumentHelp("The log's folder; it is made when there is none.", valueName: "folder"))
    var log: String

    @Option(help: ArgumentHelp("The log's private key.", valueName: "file"))
    var key: String

    func run() async throws {
        let writer = try await LogWriter.open(folder: log, signer: LogInput.signer(key))
        do {
            while let line = readLine(strippingNewline: true) {
                Console.standard.print("\(try await writer.append(Array(line.utf8)))")
            }
        } catch {
            try? await writer.close()
            throw error
        }
        try await writer.close()
    }
}
