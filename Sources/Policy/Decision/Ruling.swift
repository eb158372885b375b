internal import Core

/// A violation and what became of it.
struct Ruling: Sendable, Hashable {
    let violation: Violation
    let finding: Finding
    let disposition: Decision.Disposition
    /// The waiver that covers it.
    let waiver: WaiverBook.Entry?

    var isAboutImage: Bool { violation.isAboutImage }

    /// How bad several rulings are together: fewer denials first, then less of everything else, then by their words, so
    /// that the choice between equals depends on nothing but them.
    static func rank(_ rulings: [Ruling]) -> Rank {
        Rank(
            counts: Decision.Disposition.allCases.map { disposition in
                rulings.count { $0.disposition == disposition }
            },
            text: rulings.map(\.key).sorted())
    }

    private var key: ByteKey {
        ByteKey(
            [disposition.rawValue, finding.description] + finding.evidence.map(\.description)
                + [waiver?.digest.description ?? ""])
    }

    struct Rank: Comparable {
        let counts: [Int]
        let text: [ByteKey]

        static func < (left: Rank, right: Rank) -> Bool {
            if left.counts != right.counts { return left.counts.lexicographicallyPrecedes(right.counts) }
            return left.text.lexicographicallyPrecedes(right.text)
        }
    }
}

/// What waivers and an earlier admission do to a violation.
struct WaiverCover {
    let facts: AdmissionFacts
    let bundle: PolicyBundle
    let now: Instant
    /// Whether the pod template was admitted before, for the same owner.
    private let isAdmittedBefore: Bool

    init(facts: AdmissionFacts, bundle: PolicyBundle, origin: RequesterRules.Origin, now: Instant) {
        self.facts = facts
        self.bundle = bundle
        self.now = now
        var known: [(uid: String?, template: Digest?)] = []
        if case .controller(let uid, let template) = origin { known.append((uid, template)) }
        if facts.change == .unchangedTemplate { known.append((facts.object.uid, facts.object.templateDigest)) }
        isAdmittedBefore = facts.history.templates.contains { record in
            known.contains { known in
                guard let uid = known.uid, let template = known.template else { return false }
                return record.ownerUID.isSame(as: uid) && record.templateDigest == template && record.at <= now
            }
        }
    }

    /// What becomes of a violation: one ruling about it, and others that explain it.
    func rule(_ violation: Violation, image: ImageFacts?, grace: Duration = DeployPolicy.defaultGrace) -> [Ruling] {
        let matching = violation.isAboutImage ? waivers(for: violation, image) : []
        let active = matching.first { $0.standing == .active && isWaivable($0.entry.waiver.rule) }
        if let active {
            return [
                Ruling(violation: violation, finding: violation.finding, disposition: .waived, waiver: active.entry)
            ]
        }
        let ended = matching.compactMap { item -> Instant? in
            guard isWaivable(item.entry.waiver.rule) else { return nil }
            return facts.waivers.end(of: item.standing, at: now)
        }.max()
        let since = [violation.since, ended].compactMap { $0 }.max()
        let isInGrace = violation.hasGrace && isAdmittedBefore && since.map { now < $0 + grace } ?? false
        let disposition: Decision.Disposition =
            isInGrace ? .warns : violation.isUndetermined ? .undetermined : .denies
        let main = Ruling(violation: violation, finding: violation.finding, disposition: disposition, waiver: nil)
        return [main] + matching.map { explain($0.entry, $0.standing, violation, disposition) }
    }

    private func waivers(
        for violation: Violation, _ image: ImageFacts?
    ) -> [(entry: WaiverBook.Entry, standing: WaiverStanding)] {
        guard let digest = image?.digest else { return [] }
        return violation.coveredBy.map(\.rawValue).uniqueByBytes().flatMap {
            facts.waivers.matching(RuleID(rawValue: $0), namespace: facts.namespace, image: digest, at: now)
        }
    }

    private func isWaivable(_ rule: RuleID) -> Bool {
        PolicyRules.waivable.contains(rule)
            || (bundle.manifest.waivers.waivable.contains(rule) && PolicyRules.mayBeMadeWaivable.contains(rule))
    }

    private func explain(
        _ entry: WaiverBook.Entry, _ standing: WaiverStanding, _ violation: Violation,
        _ disposition: Decision.Disposition
    ) -> Ruling {
        let waiver = entry.waiver
        let name = "waiver \(waiver.id) (\(entry.digest)) of \(waiver.owner) for \(waiver.rule)"
        if case .expired(let since) = standing {
            let finding = Finding(
                WaiverRules.expired, observed: "\(name) expired at \(since)",
                expected: "a waiver that is active at \(now)", evidence: [entry.digest])
            return Ruling(violation: violation, finding: finding, disposition: disposition, waiver: nil)
        }
        let text = standing == .active ? "the bundle does not let \(waiver.rule) be waived" : standing.text
        let finding = Finding(
            WaiverRules.inactive, observed: "\(name): \(text)",
            expected: "an active waiver of a rule that may be waived",
            evidence: [entry.digest])
        return Ruling(violation: violation, finding: finding, disposition: .explains, waiver: nil)
    }
}

extension WaiverBook {
    /// When a waiver ended by time alone; `nil` when it stands otherwise, or when nobody knows whether it was revoked
    /// before: a grace is no way around a revocation list that is kept away.
    func end(of standing: WaiverStanding, at now: Instant) -> Instant? {
        guard case .expired(let since) = standing, let revocations, revocations.issued <= now,
            now < revocations.staleAt
        else { return nil }
        return since
    }
}
