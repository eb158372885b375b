import ArgumentParser
import Core
import Policy

struct WaiverList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "What each waiver in a folder is worth, and what is wrong with the others.",
        discussion: "Exit 0, or 1 when a document among them does not count; drafts are named and do not matter.")

    @Argument(help: ArgumentHelp("The folder of waivers.", valueName: "folder"))
    var folder: String

    @OptionGroup var policy: WaiverPolicyOptions
    @OptionGroup var evaluation: EvaluationOptions

    func run() throws {
        let now = try evaluation.now()
        guard let (bundle, trust) = try policy.load(now) else {
            throw UsageError("whose approvers count? Give --policy FOLDER")
        }
        let (book, problems) = WaiverBook.verifying(
            try PolicyFolder.read(folder), bundle: bundle, trust: trust, now: now)
        if !evaluation.quiet {
            Console.standard.print(
                evaluation.output == .json
                    ? Self.json(book, problems, now).pretty.printableJSON
                    : Self.text(book, problems, now, Console.standard))
        }
        if problems.contains(where: { $0.code != .unsigned }) { throw Outcome.refused }
    }

    private static func text(
        _ book: WaiverBook, _ problems: [WaiverProblem], _ now: Instant, _ console: Console
    ) -> String {
        let width = book.entries.map(\.waiver.id.count).max() ?? 0
        var lines = book.entries.map { entry in
            let standing = book.standing(of: entry, at: now)
            let waiver = entry.waiver
            let gap = String(repeating: " ", count: width - waiver.id.count + 2)
            let words = console.styled(WaiverReport.words(standing).printable, standing == .active ? .good : .faint)
            return "\(waiver.id.printable)\(gap)\(words), \(waiver.rule.rawValue.printable) in "
                + "\(waiver.scope.namespace.printable) for \(waiver.scope.image) until \(waiver.expires), owner "
                + waiver.owner.printable
        }
        lines += problems.map { problem in
            problem.code == .unsigned
                ? console.styled("draft", .faint) + "    \(problem)".printable
                : console.styled("refused", .bad) + "  \(problem)".printable
        }
        if let revocations = book.revocations {
            lines.append("revocation list of \(revocations.issued), stale at \(revocations.staleAt)")
        } else {
            lines.append(console.styled("no revocation list", .bad) + ": no waiver counts; mc waiver revoke --refresh")
        }
        return lines.joined(separator: "\n")
    }

    private static func json(_ book: WaiverBook, _ problems: [WaiverProblem], _ now: Instant) -> JSONValue {
        let waivers = book.entries.map { entry -> JSONValue in
            guard case .object(var object) = WaiverReport.json(entry.waiver) else { return .null }
            let standing = book.standing(of: entry, at: now)
            object["active"] = .bool(standing == .active)
            object["standing"] = .string(WaiverReport.words(standing))
            return .object(object)
        }
        let revocations: JSONValue =
            book.revocations.map {
                ["issued": .string("\($0.issued)"), "staleAt": .string("\($0.staleAt)")]
            } ?? .null
        return [
            "at": .string("\(now)"), "waivers": .array(waivers),
            "problems": .array(problems.map(WaiverReport.json)), "revocations": revocations,
        ]
    }
}

struct WaiverShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a waiver says; with --policy, whether it was granted.",
        discussion: "Exit 1 when its signatures or terms do not hold. Revocation and time are told by mc waiver list.")

    @Argument(help: ArgumentHelp("The draft or signed document.", valueName: "file"))
    var file: String

    @OptionGroup var policy: WaiverPolicyOptions
    @OptionGroup var evaluation: EvaluationOptions

    func run() throws {
        let now = try evaluation.now()
        let content = try WaiverFile.read(file)
        let waiver: Waiver
        var signatures = "not verified; give --policy"
        var problem: WaiverProblem?
        switch content {
        case .draft(let draft):
            waiver = draft
            signatures = "none, a draft"
            if let (bundle, trust) = try policy.load(now) {
                do {
                    try WaiverVerifier(bundle: bundle, trust: trust).check(draft, file: file)
                } catch {
                    problem = error
                }
            }
        case .signed(let document, let read):
            waiver = read
            if let (bundle, trust) = try policy.load(now) {
                let (book, problems) = WaiverBook.verifying(
                    [(path: file, bytes: document.bytes)], bundle: bundle, trust: trust, now: now)
                problem = problems.first
                signatures = book.entries.isEmpty ? "do not hold" : "hold"
            }
        }
        if !evaluation.quiet { report(waiver, signatures, problem) }
        if problem != nil { throw Outcome.refused }
    }

    private func report(_ waiver: Waiver, _ signatures: String, _ problem: WaiverProblem?) {
        guard evaluation.output == .table else {
            guard case .object(var object) = WaiverReport.json(waiver) else { return }
            object["signatures"] = .string(signatures)
            object["problem"] = problem.map(WaiverReport.json) ?? .null
            return Console.standard.print(JSONValue.object(object).pretty.printableJSON)
        }
        var rows = WaiverReport.rows(waiver) + [("signatures", signatures)]
        if let problem { rows.append(("refused", "\(problem.field): \(problem.message)")) }
        Console.standard.print(([waiver.id.printable] + Table.rows(rows)).joined(separator: "\n"))
    }
}
