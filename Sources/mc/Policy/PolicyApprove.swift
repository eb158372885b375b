import ArgumentParser
import Core
import Policy

struct PolicyApprove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve, as a namespace's owner, that it goes to Enforce under a bundle.",
        discussion: """
            The approval counts for this bundle alone, and for a limited time. Exit 1 when it could never count; nothing \
            is written then.
            """)

    @Option(help: ArgumentHelp("The namespace; no pattern.", valueName: "name"))
    var namespace: String

    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp("The folder of the bundle that is to be enforced.", valueName: "folder"))
    var bundle: String

    @Option(
        help: ArgumentHelp(
            "The RoleTrust document that says whose signatures count; $MC_POLICY_TRUST when absent.", valueName: "file")
    )
    var trust: String?

    @Option(help: ArgumentHelp("Who approves: one of the bundle's approvers.", valueName: "name"))
    var owner: String

    @Option(help: "Why.")
    var reason: String

    @Option(help: ArgumentHelp("The cluster, when the bundle knows several.", valueName: "name"))
    var cluster: String?

    @Option(name: .customLong("for"), help: ArgumentHelp("How long it counts; 30d at most.", valueName: "duration"))
    var life = "7d"

    @OptionGroup var keys: KeyOptions

    @Option(
        name: [.short, .customLong("out")],
        help: ArgumentHelp("Where to write it; NAMESPACE.approval.dsse.json when absent.", valueName: "file"))
    var out: String?

    func run() throws {
        guard let duration = DurationText.parse(life) else {
            throw UsageError("--for \(life.printable): expected a duration such as 7d")
        }
        let now = Instant.now
        let trustFile = PolicyTrust.file(trust)
        let loaded = try PolicyFolder.bundle(bundle, trust: trustFile, now: now)
        let at = Instant(seconds: now.seconds)
        let approval = EnforceApproval(
            cluster: try ClusterArgument.name(cluster, loaded), namespace: namespace, bundle: loaded.digest,
            owner: owner, reason: reason, at: at, expires: at + duration)
        let signers = try keys.signers()
        let verifier = ApprovalVerifier(bundle: loaded)
        let target = out ?? "\(namespace).approval.dsse.json"
        let document: SignedDocument
        do {
            guard signers.contains(where: { verifier.mayApprove($0.publicKey, as: owner) }) else {
                throw ApprovalProblem(
                    .signature, "none of the keys is one that the bundle lists for \(owner)", file: target,
                    field: "owner")
            }
            document = try SignedDocument(
                payload: approval.payload, type: EnforceApproval.payloadType, signers: signers)
            // What is written must count: what is wrong with it is found here, not when it is needed.
            _ = try verifier.verify(document.bytes, file: target, now: now)
        } catch let error as ApprovalProblem {
            Console.standard.error("mc: \(error)".printable)
            throw Outcome.refused
        }
        if InputFile.exists(target) { throw InputError(target, "is there already; choose another by --out") }
        try OutputFile.write(document.bytes, to: target)
        let rows = Table.rows([
            ("cluster", approval.cluster), ("namespace", namespace), ("bundle", "\(loaded.digest)"),
            ("owner", owner), ("reason", reason), ("expires", "\(approval.expires)"), ("file", target),
        ])
        Console.standard.print((["approved"] + rows).joined(separator: "\n"))
    }
}
