import ArgumentParser
import Core
import Logging
import NIOPosix
import Server
import ServiceLifecycle
import TransparencyLog
import UnixSignals

struct LogWitnessServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Be a witness on the network: cosign checkpoints that continue what was cosigned before.",
        discussion: "Answers POST /add-checkpoint (c2sp.org/tlog-witness) until SIGTERM.")

    @Option(help: ArgumentHelp("Where it listens, such as 127.0.0.1:8700.", valueName: "address"))
    var listen: String

    @Option(help: ArgumentHelp("Where the witness remembers what it cosigned.", valueName: "folder"))
    var state: String

    @Option(help: ArgumentHelp("The witness's private key.", valueName: "file"))
    var key: String

    @Option(
        name: .customLong("log-key"),
        help: ArgumentHelp(
            "The public key of a log it cosigns, or a file with it. May be given more than once.", valueName: "key"))
    var logKeys: [String]

    func run() async throws {
        let keys = try logKeys.map(LogInput.key)
        let witness = try Witness(
            signer: LogInput.signer(key), logs: Dictionary(grouping: keys, by: \.name),
            store: FolderWitnessStore(folder: state))
        var logger = Logger(label: "mc") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        let said = logger
        let server = WitnessServer(
            witness, at: try ListenAddress(listen), group: MultiThreadedEventLoopGroup.singleton, logger: logger
        ) { name, port in said.notice("\(name) listens on port \(port)") }
        try await ServiceGroup(
            configuration: .init(
                services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
    }
}
