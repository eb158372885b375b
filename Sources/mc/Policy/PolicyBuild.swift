import ArgumentParser
import Core
import Policy

struct PolicyBuild: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Make a bundle of a folder: its documents, and a manifest with the digest of each.",
        discussion: "The bundle is checked first; what could not be loaded is not built. Tests are left out.")

    @Argument(help: ArgumentHelp("The folder with the documents.", valueName: "folder"))
    var folder: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The new folder for the bundle.", valueName: "folder"))
    var output: String

    @Option(help: ArgumentHelp("Judge expiry as of this time instead of now.", valueName: "instant"))
    var at: String?

    func run() throws {
        let now = try InstantArgument.now(at)
        do {
            let built = try BundleBuilder.build(PolicyFolder.source(folder), now: now)
            try OutputFile.write(built.files, toFolder: output)
            let digest = Digest.of(built.files[BundleSource.manifest] ?? [])
            Console.standard.print(
                "built  \(output.printable)\n  files      \(built.listedPaths.count)\n  digest     \(digest)")
        } catch let error as BundleError where PolicyFailure.isRefusal(error) {
            Console.standard.error("mc: \(error)".printable)
            throw Outcome.refused
        }
    }
}

struct PolicySign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a built bundle; signatures that are there already stay.",
        discussion: "Every file must be as the manifest lists it.")

    @Argument(help: ArgumentHelp("The bundle's folder.", valueName: "folder"))
    var folder: String

    @OptionGroup var keys: KeyOptions

    func run() throws {
        let signers = try keys.signers()
        do {
            let (file, replacedStale) = try BundleBuilder.sign(PolicyFolder.source(folder), signers: signers)
            if replacedStale {
                Console.standard.error(
                    "mc: the signatures that were there are of another manifest and were left out; all roles must sign "
                        + "again")
            }
            try OutputFile.write(file, to: "\(folder)/\(BundleSource.signature)")
            for signer in signers { Console.standard.print("signed  \(folder.printable) by \(signer.publicKey)") }
        } catch let error as BundleError where PolicyFailure.isRefusal(error) {
            Console.standard.error("mc: \(error)".printable)
            throw Outcome.refused
        }
    }
}

struct PolicyVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify a bundle: signatures by roles, files, versions, expiry.",
        discussion: """
            Exit 0 when it holds, 1 when refused, 2 when it could not be evaluated.
            With --state the version is remembered, unless --at makes it a question only.
            """)

    @Argument(help: ArgumentHelp("The bundle's folder.", valueName: "folder"))
    var folder: String

    @Option(
        help: ArgumentHelp(
            "The RoleTrust document that says whose signatures count; $MC_POLICY_TRUST when absent.", valueName: "file")
    )
    var trust: String?

    @Option(help: ArgumentHelp("The versions accepted before; made when it is not there.", valueName: "file"))
    var state: String?

    @OptionGroup var evaluation: EvaluationOptions

    func run() throws {
        let now = try evaluation.now()
        guard let trust = PolicyTrust.file(trust) else {
            throw UsageError("whose signatures count? Give --trust FILE, a RoleTrust document, or set MC_POLICY_TRUST")
        }
        let bundle = try PolicyFailure.tell(evaluation, folder) {
            let roles = try PolicyFolder.trust(trust)
            let memory = try state.map { try PolicyFolder.memory($0) } ?? VersionMemory()
            let bundle = try BundleLoader.load(PolicyFolder.source(folder), trust: roles, memory: memory, now: now)
            let after = memory.remembering(bundle)
            if let state, evaluation.at == nil, after != memory {
                try OutputFile.write(Array(after.json.pretty.utf8), to: state)
            }
            return bundle
        }
        guard !evaluation.quiet else { return }
        Console.standard.print(
            evaluation.output == .json
                ? Self.json(bundle, folder).pretty.printableJSON : Self.text(bundle, folder, Console.standard))
    }

    private static func roles(_ bundle: PolicyBundle) -> [String] {
        if case .signed(let roles) = bundle.origin { roles } else { [] }
    }

    private static func text(_ bundle: PolicyBundle, _ folder: String, _ console: Console) -> String {
        let rows = Table.rows([
            ("name", bundle.manifest.name), ("version", "\(bundle.manifest.version)"), ("digest", "\(bundle.digest)"),
            ("expires", "\(bundle.manifest.expires)"), ("roles", roles(bundle).joined(separator: ", ")),
            ("policies", "\(bundle.policies.count)"),
        ])
        return ([console.styled("verified", .good) + "  " + folder.printable] + rows).joined(separator: "\n")
    }

    private static func json(_ bundle: PolicyBundle, _ folder: String) -> JSONValue {
        [
            "verdict": "verified", "bundle": .string(folder), "name": .string(bundle.manifest.name),
            "version": .string("\(bundle.manifest.version)"), "digest": .string("\(bundle.digest)"),
            "expires": .string("\(bundle.manifest.expires)"),
            "roles": .array(roles(bundle).map { .string($0) }),
        ]
    }
}
