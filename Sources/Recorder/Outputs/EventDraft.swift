internal import Core

/// An Event that a decision gives rise to (events.k8s.io/v1).
package struct EventDraft: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable {
        case denied = "AdmissionDenied"
        case warned = "AdmissionWarned"
        case undecided = "AdmissionUndecided"
        case waiverUsed = "WaiverUsed"
        case waiverExpired = "WaiverExpired"
    }

    package let reason: Reason
    package let rule: String
    /// What is said; it is the same each time the same happens, for nobody can change an Event's note.
    package let note: String

    /// A decision with very many findings says the first.
    private static let maximum = 10
    /// The API's limit is 1 kB.
    private static let longestNote = 900

    /// The Events of a decision; none of one that let everything pass without a word.
    package static func drafts(_ decision: LoggedDecision) -> [EventDraft] {
        guard !decision.isDryRun else { return [] }
        var drafts: [EventDraft] = []
        for finding in decision.findings {
            guard let reason = reason(finding, decision) else { continue }
            let image = decision.digest(of: finding.image).map { " (image \($0))" } ?? ""
            let audit =
                decision.enforcedResult == "allow" && reason == .warned && finding.disposition != "warns"
                ? "; Audit let it pass" : ""
            drafts.append(
                EventDraft(
                    reason: reason, rule: finding.rule,
                    note: "\(finding.rule)\(image): \(finding.observed); expected \(finding.expected)\(audit)"
                        .excerpt(longestNote)))
        }
        for waiver in decision.waivers {
            let images = decision.findings.filter { $0.waiver?.isSame(as: waiver.id) ?? false }
                .compactMap { decision.digest(of: $0.image) }
            let named = Set(images).sorted().prefix(5).joined(separator: ", ")
            drafts.append(
                EventDraft(
                    reason: .waiverUsed, rule: waiver.rule,
                    note: "waiver \(waiver.id) of \(waiver.owner) covers \(waiver.rule) until \(waiver.expires) "
                        .appending("for image \(named.isEmpty ? "(unknown)" : named)").excerpt(longestNote)))
        }
        var unique: [EventDraft] = []
        for draft in drafts where !unique.contains(draft) { unique.append(draft) }
        return Array(unique.prefix(maximum))
    }

    private static func reason(_ finding: LoggedDecision.Finding, _ decision: LoggedDecision) -> Reason? {
        if finding.rule == "waiver-expired" { return .waiverExpired }
        switch finding.disposition {
        case "denies": return decision.enforcedResult == "deny" ? .denied : .warned
        case "undetermined": return .undecided
        case "warns": return .warned
        default: return nil
        }
    }

    /// The Event's name: the same whenever the same log says the same of the same object. Each replica's log has its own, for
    /// the index that an Event carries is of one log.
    func name(_ decision: LoggedDecision) -> String {
        let object = decision.object
        let key: [JSONValue] = [
            .string(reason.rawValue), .string(rule), .string(note), .string(decision.namespace), .string(object.group),
            .string(object.kind), .string(object.name), .string(object.uid ?? ""), .string(decision.origin),
        ]
        return "mc-\(Digest.of(JSONValue.array(key).canonical).hex.prefix(32))"
    }
}

extension String {
    fileprivate func appending(_ text: String) -> String { self + text }
}
