import Admission
import ArgumentParser
import Core
import Policy
import Sigstore

struct Rules: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "List the rules that evidence is judged by.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, markdown
    }

    @Option(name: [.short, .customLong("output")], help: "How the rules are written.")
    var output = Format.table

    func run() throws {
        let rules = RuleReference.all
        switch output {
        case .table:
            let width = rules.map(\.id.rawValue.count).max() ?? 0
            Console.standard.print(
                rules.map { rule in
                    rule.id.rawValue + String(repeating: " ", count: width - rule.id.rawValue.count + 2) + rule.summary
                }.joined(separator: "\n"))
        case .json: Console.standard.print(RuleReference.json.pretty.printableJSON)
        case .markdown: Console.standard.print(RuleReference.markdown)
        }
    }
}

/// The reference of all rules, made from the rules themselves.
enum RuleReference {
    static let all: [Rule] = VerificationRules.all + EvidenceRules.all + PolicyRules.all

    static var json: JSONValue {
        .array(
            all.map { rule in
                [
                    "id": .string(rule.id.rawValue), "severity": .string(rule.severity.rawValue),
                    "summary": .string(rule.summary), "reason": .string(rule.reason),
                    "remedy": .string(rule.remedy), "specification": .string(rule.specification),
                ]
            })
    }

    static var markdown: String {
        var text = """
            # Rules

            Every refusal names one of these rules. This page is generated from the code by `mc rules -o markdown`. At \
            night, read [Verification refused](../runbooks/verification-refused.md) first.

            """
        text += section(
            "One piece of evidence",
            "Verification stops at the first rule that does not hold. The rules are grouped by what they look at.",
            VerificationRules.all)
        text += section(
            "Evidence beside an image", "What is said of evidence that decides nothing.", EvidenceRules.all)
        text += "\n# Admission\n\nWhat `mc admit` and the webhook decide by; see "
        text += "[decisions](../concepts/decisions.md).\n"
        for group in PolicyRules.groups { text += section(group.title, group.introduction, group.rules) }
        return text
    }

    private static func section(_ title: String, _ introduction: String, _ rules: [Rule]) -> String {
        var text = "\n## \(title)\n\n\(introduction)\n"
        for rule in rules {
            text += """

                ### \(rule.id)

                \(rule.summary)

                | | |
                |---|---|
                | Severity | \(rule.severity.rawValue) |
                | Why | \(rule.reason) |
                | What to do | \(rule.remedy) |
                | Specification | \(rule.specification) |

                """
        }
        return text
    }
}
