package import Admission
internal import Attestation
package import Core
package import Policy

/// Makes a past decision again: the recorded facts, the evidence that is there now, another bundle, the instant of then.
package struct ReplayJudge: Sendable {
    private let admitter: Admitter
    private let waivers: WaiverBook

    /// - Parameters:
    ///   - admitter: the bundle to be tried, with the places of evidence.
    ///   - waivers: the verified waivers.
    package init(_ admitter: Admitter, waivers: WaiverBook = .none) {
        self.admitter = admitter
        self.waivers = waivers
    }

    /// What came of one item.
    package enum Result: Sendable {
        case same
        case changed(DecisionChange, Decision)
        /// It differs, and why that says nothing about the bundle.
        case incomparable(ReplayProblem, Decision)
    }

    /// Decides by recorded facts, with evidence collected again.
    package func decide(_ recorded: AdmissionFacts, at instant: Instant) async -> (Decision, AdmissionFacts) {
        var facts = recorded
        facts.waivers = waivers.asOf(instant)
        if facts.change == .template || facts.change == .unchangedTemplate {
            for index in facts.images.indices {
                facts.images[index].evidence = await evidence(of: facts.images[index], at: instant)
            }
        }
        return (Policy.decide(facts, by: admitter.bundle, at: instant), facts)
    }

    /// Decides an item again and compares.
    package func judge(_ item: ReplayItem) async -> Result {
        let (decision, facts) = await decide(item.facts, at: item.at)
        let new = ReplayVerdict(decision)
        guard let change = DecisionChange(from: item.old, to: new) else { return .same }
        if let problem = problem(item, new, facts) { return .incomparable(problem, decision) }
        return .changed(change, decision)
    }

    /// Whether the difference may come from something else than the bundle.
    private func problem(_ item: ReplayItem, _ new: ReplayVerdict, _ facts: AdmissionFacts) -> ReplayProblem? {
        let known = Set(waivers.entries.map(\.digest))
        if !item.old.waivers.isSubset(of: known), new.outcome != .allow { return .waiverMissing }
        let parts = facts.images.flatMap { [$0.evidence.whole].compactMap { $0 } + $0.evidence.platforms }
        let missing = item.old.evidence.subtracting(parts.flatMap { $0.verified.map(\.evidence.digest) })
        // What another trust root refuses is there, and that it is refused is the bundle's doing.
        let refused = parts.reduce(0) { $0 + $1.refused.count }
        if missing.count > refused { return .evidenceMissing }
        let isUnread = facts.images.contains { !$0.evidence.unread.isEmpty }
        return new.outcome == .indeterminate && isUnread ? .evidenceUnread : nil
    }

    private func evidence(of image: ImageFacts, at instant: Instant) async -> ImageEvidence {
        guard case .success(let reference) = image.reference, let digest = image.digest else { return .none }
        if reference.digest != nil { return await admitter.evidence(of: reference, at: instant) }
        // What a tag meant then is what was judged then.
        guard let named = try? ImageReference("\(reference.name)@\(digest)") else { return .none }
        return await admitter.evidence(of: named, at: instant)
    }
}
