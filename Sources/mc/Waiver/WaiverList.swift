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
        let (bundle, trust) = try policy.demand(now)
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
            // Why it was taken back is what its owner asks first.
            let reason = book.revocations?.reasons[entry.digest].map { " (\($0.printable))" } ?? ""
            return "\(waiver.id.printable)\(gap)\(words)\(reason), \(waiver.rule.rawValue.printable) in "
                + "\(waiver.scope.namespace.printable) for \(waiver.scope.image) until \(waiver.expires), owner "
                + waiver.owner.printable
        }
        lines += problems.map { problem in
            problem.code == .unsigned
                ? console.styled("draft", .faint) + "    \(problem)".printable
                : console.styled("refused", .bad) + "  \(problem)".printable
        }
        if let revocations = book.revocations {
            lines.append(
                "revocation list of \(revocations.issued), stale at \(revocations.staleAt)"
                    + (revocations.isIncomplete ? console.styled(", incomplete", .bad) + ": no waiver counts" : ""))
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
            if let reason = book.revocations?.reasons[entry.digest] { object["revocationReason"] = .string(reason) }
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
