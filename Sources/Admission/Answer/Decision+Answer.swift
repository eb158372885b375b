internal import Core
package import Kubernetes
package import Policy

extension CanonicalDecision {
    /// What the API server is told, and through it the person who asked.
    ///
    /// - Parameters:
    ///   - review: the review that was decided.
    ///   - log: where the decision is logged, when it is.
    package func answer(to review: AdmissionReview, log: String? = nil) -> AdmissionReview.Answer {
        let isAllowed = decision.enforcedResult == .allow
        let isOpen = decision.outcome == .indeterminate
        var annotations: TextMap = [
            "decision": decision.outcome.rawValue, "decision-digest": digest.description,
            "bundle": "\(decision.bundleVersion) \(decision.bundleDigest)",
            "rules": Set(decision.blocking.map(\.finding.rule.rawValue)).sorted().joined(separator: ","),
        ]
        if let log { annotations = annotations.with("log", log) }
        return review.answer(
            allowed: isAllowed, code: isAllowed ? nil : isOpen ? 503 : 403,
            reason: isAllowed ? nil : isOpen ? "ServiceUnavailable" : "Forbidden",
            message: isAllowed ? "" : decision.message, warnings: decision.warnings, auditAnnotations: annotations)
    }
}

extension Decision {
    /// What kubectl shows of a denial: each rule once, with the images it is broken for.
    ///
    /// Where evidence could not be had, that is all there is to say: what it would have shown is not known.
    package var message: String {
        let verb = outcome == .indeterminate ? "could not be decided" : "denied"
        var lines = ["\(object.kind) \(object.name) \(verb) by policy bundle \(bundleVersion):"]
        let unavailable = blocking.filter { $0.finding.rule == "evidence-unavailable" }
        var groups: [(first: DecisionFinding, items: [DecisionFinding])] = []
        for item in outcome == .indeterminate && !unavailable.isEmpty ? unavailable : blocking {
            let place = groups.firstIndex { group in
                group.first.finding.rule == item.finding.rule
                    && group.first.finding.expected.isSame(as: item.finding.expected)
                    && group.first.policy ?? "" == item.policy ?? ""
            }
            if let place { groups[place].items.append(item) } else { groups.append((item, [item])) }
        }
        for (first, items) in groups {
            lines.append("- \(first.finding.rule)\(first.policy.map { " (policy \($0))" } ?? "")")
            for item in items {
                if let image = item.image { lines.append("  image:    \(image)") }
                lines.append("  observed: \(item.finding.observed)")
            }
            lines.append("  expected: \(first.finding.expected)")
            lines.append("  remedy:   \(first.finding.remedy)")
        }
        return lines.joined(separator: "\n")
    }

    /// What kubectl shows even when the request goes on.
    package var warnings: [String] {
        let isAllowed = enforcedResult == .allow
        return findings.compactMap { item in
            let text = "\(item.finding.rule): \(item.image.map { "\($0): " } ?? "")\(item.finding.observed)"
            switch item.disposition {
            case .denies where isAllowed: return "would be denied in Enforce: \(text)"
            case .undetermined where isAllowed: return "could not be decided, denied in Enforce: \(text)"
            case .warns: return "admitted before, to be denied after the grace: \(text)"
            case .waived: return "waived by \(item.waiver ?? "a waiver"): \(text)"
            case .denies, .undetermined, .explains: return nil
            }
        }
    }
}
