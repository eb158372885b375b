import ArgumentParser
import Core
import Policy

struct WaiverShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a waiver or revocation list says; with --policy, whether its signatures hold.",
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
        case .revocations(let document, let list):
            return try show(list, document, now)
        }
        if !evaluation.quiet { report(waiver, signatures, problem) }
        if problem != nil { throw Outcome.refused }
    }

    private func show(_ list: RevocationList, _ document: SignedDocument, _ now: Instant) throws {
        var signatures = "not verified; give --policy"
        var problem: WaiverProblem?
        if let (bundle, trust) = try policy.load(now) {
            do {
                _ = try WaiverVerifier(bundle: bundle, trust: trust).verifyRevocations(document, file: file)
                signatures = "hold"
            } catch {
                problem = error
                signatures = "do not hold"
            }
        }
        if !evaluation.quiet {
            if evaluation.output == .json {
                let json: JSONValue = [
                    "issued": .string("\(list.issued)"), "revoked": .array(list.revoked.map(WaiverReport.json)),
                    "signatures": .string(signatures), "problem": problem.map(WaiverReport.json) ?? .null,
                ]
                Console.standard.print(json.pretty.printableJSON)
            } else {
                var rows = [("issued", "\(list.issued)"), ("signatures", signatures)]
                if let problem { rows.append(("refused", "\(problem.field): \(problem.message)")) }
                let lines = list.revoked.map { "revoked  " + WaiverReport.line($0) }
                Console.standard.print((["revocation list"] + Table.rows(rows) + lines).joined(separator: "\n"))
            }
        }
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
