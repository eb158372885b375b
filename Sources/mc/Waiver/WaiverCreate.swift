import ArgumentParser
import Core
import Policy
import YAML

struct WaiverCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Write a waiver for one rule, one namespace and one image.",
        discussion: """
            It counts only once every approver has signed it (mc waiver sign). With --policy it is held against the \
            bundle's approvers and terms at once; exit 1 when it could not be granted.
            """)

    @Option(help: ArgumentHelp("The waiver's id, such as W-2026-014.", valueName: "id"))
    var id: String

    @Option(help: ArgumentHelp("The rule; mc rules lists them.", valueName: "rule"))
    var rule: String

    @Option(help: ArgumentHelp("The namespace; no pattern.", valueName: "name"))
    var namespace: String

    @Option(help: ArgumentHelp("The image's digest.", valueName: "sha256:…"))
    var image: String

    @Option(name: .customLong("class"), help: ArgumentHelp("What kind of reason it is.", valueName: "class"))
    var waiverClass = "emergency"

    @Option(help: ArgumentHelp("Who answers for it.", valueName: "name"))
    var owner: String

    @Option(help: ArgumentHelp("Who approves it; never the owner. May be given more than once.", valueName: "name"))
    var approvedBy: [String] = []

    @Option(help: "Why.")
    var reason: String

    @Option(help: ArgumentHelp("From when on it counts; now when absent.", valueName: "instant"))
    var notBefore: String?

    @Option(help: ArgumentHelp("Until when it counts.", valueName: "instant"))
    var expires: String?

    @Option(name: .customLong("for"), help: ArgumentHelp("How long it counts, such as 90m.", valueName: "duration"))
    var life: String?

    @OptionGroup var policy: WaiverPolicyOptions

    @Option(help: ArgumentHelp("The file to write instead of printing.", valueName: "file"))
    var out: String?

    func run() throws {
        let now = Instant.now
        let start = try notBefore.map { try Self.instant($0, "--not-before") } ?? Instant(seconds: now.seconds)
        guard !approvedBy.isEmpty else { throw UsageError("who approves it? Give --approved-by NAME") }
        // Times are written in one way, whichever offset they were given in.
        let document: JSONValue = [
            "apiVersion": "mc.internal/v1", "kind": "Waiver", "metadata": ["name": .string(id)],
            "spec": [
                "rule": .string(rule), "scope": ["namespace": .string(namespace), "image": .string(image)],
                "class": .string(waiverClass), "owner": .string(owner),
                "approvedBy": .array(approvedBy.map { .string($0) }), "reason": .string(reason),
                "notBefore": .string("\(start)"), "expires": .string("\(try end(from: start))"),
            ],
        ]
        let waiver: Waiver
        do {
            waiver = try WaiverDocument.read(yaml: document.canonical, file: "waiver")
        } catch {
            // There is no file yet whose lines could be named.
            throw UsageError("\(error.field): \(error.message)")
        }
        if let (bundle, trust) = try policy.load(now) {
            do {
                try WaiverVerifier(bundle: bundle, trust: trust).check(waiver, file: out ?? "waiver")
            } catch {
                Console.standard.error("mc: \(error)".printable)
                throw Outcome.refused
            }
        }
        let text = YAMLWriter.text(WaiverDocument.json(waiver))
        guard let out else { return Console.standard.print(text) }
        guard !InputFile.exists(out) else { throw InputError(out, "is there already; choose another name") }
        try OutputFile.write(Array(text.utf8), to: out)
    }

    private func end(from start: Instant) throws -> Instant {
        switch (expires, life) {
        case (let text?, nil): return try Self.instant(text, "--expires")
        case (nil, let text?):
            guard let duration = DurationText.parse(text) else {
                throw UsageError("--for \(text.printable): expected a duration such as 90m, 2h or 1d12h")
            }
            return start + duration
        default: throw UsageError("until when? Give either --expires INSTANT or --for DURATION")
        }
    }

    private static func instant(_ text: String, _ option: String) throws -> Instant {
        guard let instant = Instant(rfc3339: text) else {
            throw UsageError("\(option) \(text.printable): expected a time such as 2026-01-20T10:00:00Z")
        }
        return instant
    }
}

struct WaiverSign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a waiver; signatures that are there already stay.",
        discussion: "What is signed is shown first. A draft in YAML becomes a signed document beside it.")

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
        }
        if let (bundle, trust) = try policy.load(.now) {
            do {
                try WaiverVerifier(bundle: bundle, trust: trust).check(waiver, file: file)
            } catch {
                Console.standard.error("mc: \(error)".printable)
                throw Outcome.refused
            }
        }
        let target = out ?? target()
        if target != file, InputFile.exists(target) {
            throw InputError(target, "is there already; sign that one, or give --out")
        }
        try OutputFile.write(document.bytes, to: target)
        let rows = Table.rows(
            WaiverReport.rows(waiver) + signers.map { ("signed by", "\($0.publicKey)") } + [("file", target)])
        Console.standard.print((["signed  " + waiver.id.printable] + rows).joined(separator: "\n"))
    }

    private func target() -> String {
        for suffix in [".yaml", ".yml"] where file.hasSuffix(suffix) {
            return String(file.dropLast(suffix.count)) + ".dsse.json"
        }
        return file
    }
}
