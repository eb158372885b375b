package import Core
package import Kubernetes
package import Policy

extension Decision {
    /// What the API server is told, and through it the person who asked.
    ///
    /// - Parameters:
    ///   - review: the review that was decided.
    ///   - digest: the decision's digest, where it is known already; see ``CanonicalDecision``.
    package func answer(to review: AdmissionReview, digest: Digest? = nil) -> AdmissionReview.Answer {
        let isAllowed = enforcedResult == .allow
        let isOpen = outcome == .indeterminate
        return review.answer(
            allowed: isAllowed, code: isAllowed ? nil : isOpen ? 503 : 403,
            reason: isAllowed ? nil : isOpen ? "ServiceUnavailable" : "Forbidden",
            message: isAllowed ? "" : message, warnings: warnings,
            auditAnnotations: [
                "decision": outcome.rawValue,
                "decision-digest": (digest ?? CanonicalDecision(self).digest).description,
                "bundle": "\(bundleVersion) \(bundleDigest)",
                "rules": Set(blocking.map(\.finding.rule.rawValue)).sorted().joined(separator: ","),
            ])
    }

    /// What kubectl shows of a denial.
    package var message: String {
        let verb = outcome == .indeterminate ? "could not be decided" : "denied"
        var lines = ["\(object.kind) \(object.name) \(verb) by policy bundle \(bundleVersion):"]
        for item in blocking {
            let place = [item.image, item.policy.map { "policy \($0)" }].compactMap { $0 }.joined(separator: ", ")
            lines.append("- \(item.finding.rule)\(place.isEmpty ? "" : " (\(place))")")
            lines.append("  observed: \(item.finding.observed)")
            lines.append("  expected: \(item.finding.expected)")
            lines.append("  remedy:   \(item.finding.remedy)")
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
