import ArgumentParser
import Core
import Policy

struct PolicyRollback: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Permit a bundle to replace a higher version, for a limited time.",
        discussion: """
            Writes rollback.dsse.json into the folder of the earlier bundle. The version it goes back from does not count \
            any more afterwards.
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
        let source = try PolicyFolder.source(folder)
        guard let bytes = source.files[BundleSource.manifest] else {
            throw InputError("\(folder)/\(BundleSource.manifest)", "there is no such file")
        }
        let documents = try PolicyReader.documents(bytes, file: BundleSource.manifest)
        guard case .manifest(let manifest)? = documents.first?.kind else {
            throw InputError("\(folder)/\(BundleSource.manifest)", "is no BundleManifest")
        }
        let order = RollbackOrder(
            bundle: manifest.name, from: version, to: manifest.version, digest: .of(bytes), expires: instant,
            reason: reason)
        let document = try SignedDocument(payload: order.payload, type: RollbackOrder.payloadType, signers: signers)
        try OutputFile.write(document.bytes, to: "\(folder)/\(BundleSource.rollback)")
        Console.standard.print(
            "signed  \(manifest.name.printable) may go back from \(version) to \(manifest.version) until \(instant)")
    }
}
