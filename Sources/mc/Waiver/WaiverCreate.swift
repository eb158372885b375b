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
            bundle's approvers and terms at once; exit 1 when it could never be granted.
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
        let end = try end(from: start)
        try refuseWhatNobodyGrants(from: start, until: end, now)
        // Times are written in one way, whichever offset they were given in.
        let document: JSONValue = [
            "apiVersion": "mc.internal/v1", "kind": "Waiver", "metadata": ["name": .string(id)],
            "spec": [
                "rule": .string(rule), "scope": ["namespace": .string(namespace), "image": .string(image)],
                "class": .string(waiverClass), "owner": .string(owner),
                "approvedBy": .array(approvedBy.map { .string($0) }), "reason": .string(reason),
                "notBefore": .string("\(start)"), "expires": .string("\(end)"),
            ],
        ]
        let waiver: Waiver
        do {
            waiver = try WaiverDocument.read(yaml: document.canonical, file: "waiver")
        } catch {
            // There is no file yet whose lines could be named; a character that no document may hold has no field yet.
            if error.field.isEmpty, let (field, text) = fields.first(where: { $0.1 != $0.1.printable }) {
                throw UsageError("\(field) \(text.printable): holds a character that steers or hides; leave it out")
            }
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

    /// What was given, by the names of options.
    private var fields: [(String, String)] {
        [
            ("--id", id), ("--rule", rule), ("--namespace", namespace), ("--image", image), ("--class", waiverClass),
            ("--owner", owner), ("--reason", reason),
        ] + approvedBy.map { ("--approved-by", $0) }
    }

    /// Refuses what is understood and could not be granted under any bundle.
    private func refuseWhatNobodyGrants(from start: Instant, until end: Instant, _ now: Instant) throws {
        func refuse(_ message: String) -> Outcome {
            Console.standard.error("mc: \(message)".printable)
            return .refused
        }
        for (field, text) in [("--rule", rule), ("--namespace", namespace), ("--image", image)]
        where WaiverDocument.isPattern(text) {
            throw refuse("\(field) \(text): a waiver is for one rule, namespace and image; a pattern is for everything")
        }
        if let approver = approvedBy.first(where: { WaiverDocument.isSamePerson($0, owner) }) {
            throw refuse("--approved-by \(approver): is the owner; somebody else must approve")
        }
        guard end > now else { throw refuse("it would end at \(end), before it could count; now is \(now)") }
        let longest = min(WaiverTerms.hardLimits[waiverClass] ?? WaiverTerms.longestLife, WaiverTerms.longestLife)
        guard end <= start + longest else {
            throw refuse(
                "a waiver of class \(waiverClass) lasts \(DurationText.text(longest)) at most, whatever the bundle says; "
                    + "so until \(start + longest), saw \(end)")
        }
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
