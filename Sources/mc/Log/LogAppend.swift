import ArgumentParser
import Core
import TransparencyLog

struct LogAppend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Append lines of standard input to a log.",
        discussion: """
            Each line is an entry. Its index and leaf hash are printed once it is on the disk: what was printed is never \
            lost. A checkpoint is published every second and at the end.
            """)

    @Option(help: ArgumentHelp("The log's folder; it is made when there is none.", valueName: "folder"))
    var log: String

    @Option(help: ArgumentHelp("The log's private key.", valueName: "file"))
    var key: String

    @Option(help: "How many lines may wait for the disk at once; with more than one, lines may change places.")
    var parallel = 1

    @Option(
        name: .customLong("publish-every"),
        help: ArgumentHelp("Milliseconds from an entry to a checkpoint that covers it.", valueName: "ms"))
    var publishEvery = 1_000

    func run() async throws {
        guard (1...4_096).contains(parallel) else { throw UsageError("--parallel is 1 to 4096") }
        guard (1...3_600_000).contains(publishEvery) else { throw UsageError("--publish-every is 1 to 3600000") }
        var options = LogOptions()
        options.publishInterval = .milliseconds(publishEvery)
        let writer = try await LogWriter.open(folder: log, signer: LogInput.signer(key), options: options)
        do {
            try await append(writer)
        } catch {
            try? await writer.close()
            throw error
        }
        try await writer.close()
    }

    private func append(_ writer: LogWriter) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            while let line = readLine(strippingNewline: true) {
                if running == parallel {
                    try await group.next()
                    running -= 1
                }
                running += 1
                group.addTask {
                    let entry = Array(line.utf8)
                    let index = try await writer.append(entry)
                    Console.standard.print("\(index)  \(MerkleTree.leafHash(entry))")
                }
            }
            try await group.waitForAll()
        }
    }
}
