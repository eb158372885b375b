import ArgumentParser
import Core
import Policy

struct WaiverSign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a waiver; signatures that are there already stay.",
        discussion: """
            What is signed is shown first. A draft in YAML becomes a signed document beside it. With --policy only a key \
            of an approver whom the waiver names signs; exit 1 otherwise, and nothing is written.
            """)

    @Argument(help: ArgumentHelp("The draft (.yaml), or a document that others have signed.", valueName: "file"))
    var file: String

    @OptionGroup var keys: KeyOptions
    @OptionGroup var policy: WaiverPolicyOptions

    @Option(
        help: ArgumentHelp("Where to write it; beside the draft as .dsse.json when absent.", valueName: "file"))
    var out: String?

    func run() throws {
        let signers = try keys.signers()
        let document: SignedDocument
        let waiver: Waiver
        switch try WaiverFile.read(file) {
        case .draft(let draft):
            waiver = draft
            document = try SignedDocument(
                payload: WaiverDocument.payload(draft), type: WaiverDocument.payloadType, signers: signers)
        case .signed(let signed, let content):
            // Only what the verifier will take may be signed: one waiver has one spelling.
            guard WaiverDocument.payload(content) == signed.unverifiedPayload else {
                throw InputError(file, "is not a waiver in its canonical form; sign the draft instead")
            }
            waiver = content
            document = try signed.adding(signers)
        case .revocations: throw InputError(file, "is a revocation list; mc waiver revoke issues and signs it")
        }
        if let (bundle, trust) = try policy.load(.now) {
            do {
                let verifier = WaiverVerifier(bundle: bundle, trust: trust)
                try verifier.check(waiver, file: file)
                for signer in signers { try verifier.check(signer: signer.publicKey, of: waiver, file: file) }
            } catch {
                Console.standard.error("mc: \(error)".printable)
                throw Outcome.refused
            }
        }
        let target = out ?? target()
        if target != file, InputFile.exists(target) {
            throw InputError(target, "is there already; sign that one, or give --out")
        }
        Console.standard.print(
            (["signing " + waiver.id.printable] + Table.rows(WaiverReport.rows(waiver))).joined(separator: "\n"))
        try OutputFile.write(document.bytes, to: target)
        let rows = Table.rows(signers.map { ("signed by", "\($0.publicKey)") } + [("file", target)])
        Console.standard.print((["signed  " + waiver.id.printable] + rows).joined(separator: "\n"))
    }

    private func target() -> String {
        for suffix in [".yaml", ".yml"] where file.hasSuffix(suffix) {
            return String(file.dropLast(suffix.count)) + ".dsse.json"
        }
        return file
    }
}
