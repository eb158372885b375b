import Core
import Policy

/// A decision as text for people.
struct DecisionReport {
    let decision: Decision
    let title: String

    init(_ decision: Decision, title: String) {
        self.decision = decision
        self.title = title
    }

    /// The decision with every finding, what was observed, what was expected and what to do.
    func text(_ console: Console) -> String {
        var lines = [head(console)]
        let place = [
            decision.environment.map { "environment \($0)" }, decision.tenant.map { "tenant \($0)" },
            "cluster \(decision.cluster)",
            "bundle \(decision.bundleVersion)\(decision.isBundleSigned ? "" : " (unsigned)")",
        ].compactMap { $0 }.joined(separator: ", ")
        lines.append("  \(place)")
        if let note = decision.note { lines.append("  \(note)") }
        for policy in decision.policies {
            lines.append("  policy \(policy.name) (\(policy.mode.rawValue)): \(policy.outcome.rawValue)")
        }
        for image in decision.images {
            let count = image.evidence.count
            lines.append(
                "  image \(image.reference.excerpt(300)): \(count) piece\(count == 1 ? "" : "s") of verified evidence")
        }
        for item in decision.findings { lines += finding(item, console) }
        for waiver in decision.waiversUsed {
            lines.append("  waiver \(waiver.id) of \(waiver.owner) covers \(waiver.rule) until \(waiver.expires)")
        }
        return lines.map(\.printable).joined(separator: "\n").replacingEscapes(console)
    }

    private func head(_ console: Console) -> String {
        let word = decision.outcome.rawValue
        let enforced =
            decision.outcome == .allow || decision.enforcedResult == .deny ? "" : ", allowed because of Audit"
        return "\(word)\(enforced): \(title)"
    }

    private func finding(_ item: Decision.DecisionFinding, _ console: Console) -> [String] {
        let place = [item.image?.excerpt(300), item.policy.map { "policy \($0)" }].compactMap { $0 }.joined(
            separator: ", ")
        var lines = [
            "  \(item.disposition.rawValue) \(item.finding.rule)\(place.isEmpty ? "" : "  (\(place))")"
        ]
        if let waiver = item.waiver { lines[0] += "  by waiver \(waiver)" }
        lines.append("    observed  \(item.finding.observed)")
        lines.append("    expected  \(item.finding.expected)")
        if item.disposition == .denies || item.disposition == .undetermined || item.disposition == .warns {
            lines.append("    remedy    \(item.finding.remedy)")
        }
        return lines
    }
}

extension String {
    /// Colours the first word, after everything from outside was made printable.
    fileprivate func replacingEscapes(_ console: Console) -> String {
        for (word, style) in [("allow", Console.Style.good), ("deny", .bad), ("indeterminate", .bad)]
        where hasPrefix(word) {
            return console.styled(word, style) + dropFirst(word.count)
        }
        return self
    }
}
