internal import Attestation
package import Core

/// Decides a request: the one function that webhook, scan, command line, replay and drills call.
///
/// It looks at nothing but its parameters and does not depend on the order of policies, images or evidence, so that the
/// same facts give the same bytes everywhere (admission contract).
///
/// - Parameters:
///   - facts: what is known about the request.
///   - bundle: the policy bundle.
///   - now: the present.
package func decide(_ facts: AdmissionFacts, by bundle: PolicyBundle, at now: Instant) -> Decision {
    var judgement = RequestJudgement(facts: facts, bundle: bundle, now: now)
    judgement.judge()
    return judgement.decision
}

/// The course of one decision.
struct RequestJudgement {
    let facts: AdmissionFacts
    let bundle: PolicyBundle
    let now: Instant
    let cluster: ClusterIdentity?
    let resolution: EnvironmentMap.Resolution
    let origin: RequesterRules.Origin
    /// The policies that cover the namespace.
    let policies: [DeployPolicy]
    private let cover: WaiverCover
    private var judged: [Judged] = []
    private var note: String?

    /// A violation with what became of it, and under which policy; `nil` is what holds for every request.
    private struct Judged {
        let policy: DeployPolicy?
        let image: String?
        let ruling: Ruling
    }

    init(facts: AdmissionFacts, bundle: PolicyBundle, now: Instant) {
        self.facts = facts
        self.bundle = bundle
        self.now = now
        cluster = bundle.cluster(facts.cluster)
        resolution = EnvironmentMap.resolve(bundle.environments, cluster: facts.cluster, namespace: facts.namespace)
        origin = RequesterRules.origin(facts, cluster, at: now)
        policies = bundle.policies.filter { $0.covers(namespace: facts.namespace) }
        cover = WaiverCover(facts: facts, bundle: bundle, origin: origin, now: now)
    }

    mutating func judge() {
        switch facts.change {
        case .harmless(let reason):
            note = "always allowed: \(reason)"
        case .interactive(let kind):
            // What has no namespace, such as a node's proxy, reaches the pods of every namespace.
            for policy in facts.namespace.isEmpty ? bundle.policies : policies where policy.interactive == .deny {
                add(
                    Violation(
                        CoverageRules.interactive, observed: kind, expected: "no interactive access",
                        isAboutImage: false),
                    policy)
            }
            if judged.isEmpty { note = "\(kind) is allowed and recorded" }
        case .unknownKind:
            add(
                Violation(
                    CoverageRules.kindUnknown, observed: "\(facts.object.kind) of group \"\(facts.object.group)\"",
                    expected: "a kind whose pod templates are known", isUndetermined: true, isAboutImage: false))
        case .template, .unchangedTemplate:
            judgeRequest()
            for image in facts.images { judge(image) }
        }
    }

    private mutating func judgeRequest() {
        if now >= bundle.manifest.expires {
            add(
                Violation(
                    CoverageRules.bundleExpired, observed: "expired at \(bundle.manifest.expires)",
                    expected: "a bundle that has not expired", isUndetermined: true, isAboutImage: false))
        }
        if cluster == nil {
            add(
                Violation(
                    CoverageRules.clusterUnknown, observed: "cluster \(facts.cluster)",
                    expected: "one of \(bundle.clusters.map(\.cluster).joined(separator: ", "))", isAboutImage: false))
        }
        for violation in EnvironmentRules.check(resolution, facts) { add(violation) }
    }

    private mutating func judge(_ image: ImageFacts) {
        var image = image
        // What runs is what the reference names, whoever filled in the facts.
        if case .success(let reference) = image.reference, let named = reference.digest {
            image.digest = Digest(named)
        }
        if let violation = ReferenceRules.check(image) { return add(violation, nil, image) }
        guard case .success(let reference) = image.reference else { return }
        let name = cluster?.canonicalName(reference.name) ?? reference.name
        let applicable = policies.filter { $0.covers(namespace: facts.namespace, image: name) }
        guard !applicable.isEmpty else {
            let violation = Violation(
                CoverageRules.noPolicy, observed: "no policy covers \(name) in namespace \(facts.namespace)",
                expected: "at least one policy")
            return add(violation, nil, image)
        }
        // Without an environment there are no bindings; that it is unknown is said already.
        guard case .found(let environment, _) = resolution else { return }
        for policy in applicable { judge(image, under: policy, in: environment) }
    }

    private mutating func judge(_ image: ImageFacts, under policy: DeployPolicy, in environment: String) {
        let bindings = policy.bindings.filter { binding in
            binding.environments.contains { $0.isSame(as: environment) }
                && image.repository.map { binding.repository.isSame(as: $0) } ?? false
        }
        guard !bindings.isEmpty else {
            let bound = policy.bindings.filter { $0.environments.contains { $0.isSame(as: environment) } }
                .map(\.repository).uniqueByBytes()
            let violation = Violation(
                CoverageRules.unbound,
                observed: image.repository.map { "annotation mc.repo is \"\($0)\"" } ?? "no annotation mc.repo",
                expected: bound.isEmpty
                    ? "a binding for environment \(environment)" : "one of \(bound.joined(separator: ", "))")
            return add(violation, policy, image)
        }
        let lenient = Set(bundle.environments.compactMap(\.lenient).flatMap { $0 })
        let isNamed = bundle.environments.contains { $0.lenient != nil }
        let rulings = bindings.map { binding in
            ImageJudgement(
                context: ImageContext(
                    policy: policy, binding: binding, environment: environment,
                    isStrict: Strictness.isStrict(environment, lenient: isNamed ? lenient : nil), cluster: cluster,
                    facts: facts, image: image, now: now),
                origin: origin, cover: cover
            ).rulings
        }
        // Any one binding that is satisfied suffices.
        for ruling in rulings.min(by: { Ruling.rank($0) < Ruling.rank($1) }) ?? [] {
            judged.append(Judged(policy: policy, image: ruling.isAboutImage ? image.text : nil, ruling: ruling))
        }
    }

    private mutating func add(_ violation: Violation, _ policy: DeployPolicy? = nil, _ image: ImageFacts? = nil) {
        for ruling in cover.rule(violation, image: image) {
            judged.append(Judged(policy: policy, image: image?.text, ruling: ruling))
        }
    }
}

// What comes of it.
extension RequestJudgement {
    var decision: Decision {
        let applied = facts.change.isJudged ? appliedPolicies : facts.namespace.isEmpty ? bundle.policies : policies
        return Decision(
            outcome: outcome(judged), mode: mode(applied), enforcedResult: enforcedResult(applied), at: now,
            cluster: facts.cluster, namespace: facts.namespace, environment: environment?.name,
            tenant: environment?.tenant, operation: facts.operation, isDryRun: facts.isDryRun, object: facts.object,
            ownerUID: provenOwner, requester: facts.requester, claims: claims,
            bundleVersion: bundle.manifest.version.description, bundleDigest: bundle.digest,
            isBundleSigned: bundle.origin != .unsigned,
            policies: applied.map { policy in
                Decision.AppliedPolicy(
                    name: policy.name, mode: isEnforced(policy) ? .enforce : .audit,
                    outcome: outcome(
                        judged.filter { item in
                            guard let owner = item.policy else { return item.image == nil }
                            return owner.name.isSame(as: policy.name)
                        }))
            }, images: images, findings: findings, waiversUsed: waiversUsed, note: note)
    }

    /// The policies that cover one of the images, or the namespace where there are none.
    private var appliedPolicies: [DeployPolicy] {
        if facts.images.isEmpty { return policies }
        let names = facts.images.compactMap { image -> String? in
            guard case .success(let reference) = image.reference else { return nil }
            return cluster?.canonicalName(reference.name) ?? reference.name
        }
        return policies.filter { policy in
            names.contains { policy.covers(namespace: facts.namespace, image: $0) }
        }
    }

    private var environment: (name: String, tenant: String?)? {
        if case .found(let environment, let tenant) = resolution { (environment, tenant) } else { nil }
    }

    /// The owner's UID once the owner was looked up and fits; a bare claim is not worth recording.
    private var provenOwner: String? { if case .controller(let uid, _) = origin { uid } else { nil } }

    private var claims: RequesterClaims? { if case .person(let claims) = origin { claims } else { nil } }

    private func isEnforced(_ policy: DeployPolicy) -> Bool {
        policy.mode == .enforce || facts.namespaceMode != .unlabelled
    }

    /// The mode of what holds for every request: as strict as the strictest policy, or the bundle's own.
    private func mode(_ applied: [DeployPolicy]) -> DeployPolicy.Mode {
        if facts.namespaceMode != .unlabelled { return .enforce }
        if applied.isEmpty { return bundle.manifest.defaultMode }
        return applied.contains(where: isEnforced) ? .enforce : .audit
    }

    private func outcome(_ judged: [Judged]) -> Decision.Outcome {
        if judged.contains(where: { $0.ruling.disposition == .denies }) { return .deny }
        return judged.contains { $0.ruling.disposition == .undetermined } ? .indeterminate : .allow
    }

    private func enforcedResult(_ applied: [DeployPolicy]) -> Decision.Outcome {
        let isDenied = judged.contains { item in
            guard item.ruling.disposition == .denies || item.ruling.disposition == .undetermined else { return false }
            if let policy = item.policy { return isEnforced(policy) }
            return (item.image == nil ? mode(applied) : uncoveredMode(item.ruling.violation.rule)) == .enforce
        }
        return isDenied ? .deny : .allow
    }

    /// The mode for an image that no policy covers: the bundle's own, however the rest of the request is covered.
    ///
    /// Of an image that nobody can name it is unknown which policies cover it, so any that covers the namespace may
    /// enforce; an audited image beside it must not let it through.
    private func uncoveredMode(_ rule: RuleID) -> DeployPolicy.Mode {
        if facts.namespaceMode != .unlabelled { return .enforce }
        if rule == ReferenceRules.invalid.id, policies.contains(where: isEnforced) { return .enforce }
        return bundle.manifest.defaultMode
    }

    private var images: [Decision.Image] {
        facts.images.map { image in
            let parts = [image.evidence.whole].compactMap { $0 } + image.evidence.platforms
            let evidence = Set(parts.flatMap(\.verified).map(\.digest))
            return Decision.Image(
                reference: image.text, digest: image.digest,
                evidence: evidence.sorted(byBytes: { [$0.description] }), uses: image.uses.sortedByBytes())
        }.sorted(byBytes: { [$0.reference] + $0.uses + [$0.digest?.description ?? ""] + $0.evidence.map(\.description) }
        )
    }

    private var findings: [Decision.DecisionFinding] {
        let all = judged.map { item in
            Decision.DecisionFinding(
                finding: item.ruling.finding, disposition: item.ruling.disposition, policy: item.policy?.name,
                image: item.image, waiver: item.ruling.waiver?.waiver.id)
        }
        return all.unique(byBytes: \.order)
    }

    private var waiversUsed: [Decision.UsedWaiver] {
        let used = Set(judged.filter { $0.ruling.disposition == .waived }.compactMap(\.ruling.waiver))
        return used.map {
            Decision.UsedWaiver(
                id: $0.waiver.id, digest: $0.digest, owner: $0.waiver.owner, rule: $0.waiver.rule,
                expires: $0.waiver.expires)
        }.sorted(byBytes: { [$0.id, $0.digest.hex] })
    }
}

extension Decision.DecisionFinding {
    fileprivate var order: [String] {
        let place = Decision.Disposition.allCases.firstIndex(of: disposition) ?? 0
        return [
            "\(place)", image ?? "", weight, policy ?? "", finding.rule.rawValue, finding.observed, finding.expected,
            finding.evidence.map(\.description).joined(separator: " "), waiver ?? "",
        ]
    }

    /// The cause comes before its consequences: what could not be read, then who signed, then what was signed.
    private var weight: String {
        if finding.rule == CoverageRules.unavailable.id { return "0" }
        return "\(Severity.allCases.count - (Severity.allCases.firstIndex(of: finding.severity) ?? 0))"
    }
}

extension AdmissionFacts.Change {
    /// Whether images are judged.
    fileprivate var isJudged: Bool {
        switch self {
        case .template, .unchangedTemplate: true
        case .harmless, .interactive, .unknownKind: false
        }
    }
}
