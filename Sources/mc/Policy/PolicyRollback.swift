import ArgumentParser
import Core
import Policy

struct PolicyRollback: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Permit a bundle to replace a higher version, for a limited time.",
        discussion: """
            Writes rollback.dsse.json into the folder of the earlier bundle. The version it goes back from does not count \
            any more afterwards. Exit 1 when the order could permit nothing or the folder is not as it was built.
            """)

    @Argument(help: ArgumentHelp("The folder of the bundle to go back to.", valueName: "folder"))
    var folder: String

    @Option(help: ArgumentHelp("The highest version that was accepted.", valueName: "version"))
    var from: String

    @Option(help: ArgumentHelp("Until when the permission counts.", valueName: "instant"))
    var expires: String

    @Option(help: "Why.")
    var reason: String

    @OptionGroup var keys: KeyOptions

    func run() throws {
        guard let version = SemanticVersion(from) else {
            throw UsageError("--from \(from.printable): expected a version such as 28.2.0")
        }
        guard let instant = Instant(rfc3339: expires) else {
            throw UsageError("--expires \(expires.printable): expected a time such as 2026-01-20T10:00:00Z")
        }
        let signers = try keys.signers()
        do {
            let (order, file) = try BundleBuilder.rollback(
                to: PolicyFolder.source(folder), from: version, expires: instant, reason: reason, signers: signers,
                now: .now)
            try OutputFile.write(file, to: "\(folder)/\(BundleSource.rollback)")
            Console.standard.print(
                "signed  \(order.bundle.printable) may go back from \(order.from) to \(order.to) until \(order.expires)"
            )
        } catch let error as BundleError where PolicyFailure.isRefusal(error) {
            Console.standard.error("mc: \(error)".printable)
            throw Outcome.refused
        }
    }
}
