internal import Attestation
internal import Core

/// Who may deploy: a pipeline or person, a listed GitOps controller, or a workload controller for a real owner.
enum RequesterRules {
    /// `requester-mismatch`
    static let mismatch = Rule(
        "requester-mismatch", severity: .high,
        summary: "Who asks is a deployer of the binding, or a GitOps controller listed for its repository.",
        reason: "A good image in the wrong hands is how a stolen kubeconfig deploys an old, vulnerable release.",
        remedy: "Deploy through the pipeline. If this identity should deploy, list it under `deployer` or map its user "
            + "in ClusterIdentity.",
        specification: "Admission contract, Requester")
    /// `owner-mismatch`
    static let owner = Rule(
        "owner-mismatch", severity: .high,
        summary: "A controller's child has an owner that exists, with that UID and the same pod template.",
        reason: "An ownerReference is text that anybody can write.",
        remedy: "Let the controller create the object; if the owner was changed meanwhile, it will try again.",
        specification: "Admission contract, Requester")

    static let rules = [mismatch, owner]

    /// How a request came about, as far as can be known without a binding.
    enum Origin {
        /// A workload controller whose owner was looked up and fits.
        case controller(ownerUID: String, ownerTemplate: Digest?)
        /// A workload controller whose owner does not fit or could not be looked up.
        case unprovenController(Violation)
        case person(RequesterClaims?)
    }

    static func origin(_ facts: AdmissionFacts, _ cluster: ClusterIdentity?, at now: Instant) -> Origin {
        guard let claim = facts.ownerClaim, let cluster,
            cluster.isController(facts.requester.username, of: facts.object.kind, for: claim.kind)
        else {
            return .person(facts.assumedClaims ?? cluster.flatMap { facts.requester.claims(in: $0) })
        }
        let name = "\(claim.kind) \(claim.name)"
        func unproven(_ observed: String, _ expected: String, undetermined: Bool = false) -> Origin {
            .unprovenController(
                Violation(
                    owner, observed: observed, expected: expected, isUndetermined: undetermined, isAboutImage: false))
        }
        switch facts.owner {
        case .unavailable(let reason):
            return unproven(
                "\(name) could not be looked up: \(reason)", "the owner as the API has it", undetermined: true)
        case .absent: return unproven("there is no \(name)", "\(name) with UID \(claim.uid)")
        case .found(let uid, let matches, let digest):
            guard uid.isSame(as: claim.uid) else {
                return unproven("\(name) has UID \(uid)", "UID \(claim.uid)")
            }
            if !matches, let admitted = admittedBefore(facts, ownerUID: uid, at: now) {
                return .controller(ownerUID: uid, ownerTemplate: admitted)
            }
            guard matches else { return unproven("\(name) has another pod template", "the same pod template") }
            return .controller(ownerUID: uid, ownerTemplate: digest)
        }
    }

    /// The template of an object whose owner has moved on, when it was admitted for that owner and stays as it is.
    ///
    /// A Deployment that is scaled during a rollout has its controller scale the older ReplicaSets as well, in
    /// proportion; their templates are the ones from before.
    private static func admittedBefore(_ facts: AdmissionFacts, ownerUID: String, at now: Instant) -> Digest? {
        guard facts.change == .unchangedTemplate, facts.operation == .update,
            let template = facts.object.templateDigest
        else { return nil }
        let owners = [ownerUID, facts.object.uid].compactMap { $0 }
        let isKnown = facts.history.templates.contains { record in
            record.templateDigest == template && record.at <= now
                && owners.contains { $0.isSame(as: record.ownerUID) }
        }
        return isKnown ? template : nil
    }

    /// What is wrong with the requester under a binding.
    static func check(_ origin: Origin, _ binding: Binding, _ facts: AdmissionFacts, _ cluster: ClusterIdentity?)
        -> Violation?
    {
        switch origin {
        case .controller: return nil
        case .unprovenController(let violation): return violation
        case .person(let claims):
            if let claims, isDeployer(claims, of: binding) { return nil }
            let username = facts.requester.username
            let gitOps = cluster?.gitOpsControllers.filter { $0.serviceAccount.isSame(as: username) } ?? []
            if gitOps.contains(where: { $0.repositories.contains { $0.isSame(as: binding.repository) } }) { return nil }
            return Violation(
                mismatch, observed: observed(claims, gitOps, facts), expected: expected(binding), isAboutImage: false)
        }
    }

    /// Whether claims are a deployer's; a GitHub subject counts in both its forms, `repo:org/app:…` and with the immutable
    /// ids `repo:org@1/app@2:…`, and its repository id must be the bound one where both are known: a name can be given
    /// up and registered by somebody else.
    private static func isDeployer(_ claims: RequesterClaims, of binding: Binding) -> Bool {
        // Ids stand behind an @; most subjects have none, and this is asked on every request.
        guard claims.subject.utf8.contains(UInt8(ascii: "@")), let subject = GitHubSubject(claims.subject),
            let id = subject.repositoryID
        else {
            return binding.deployers.contains { $0.accepts(claims) }
        }
        if let bound = binding.repositoryID, !bound.isSame(as: id) { return false }
        var named = claims
        named.subject = subject.withoutIDs
        return binding.deployers.contains { $0.accepts(claims) || $0.accepts(named) }
    }

    private static func observed(
        _ claims: RequesterClaims?, _ gitOps: [ClusterIdentity.GitOpsController], _ facts: AdmissionFacts
    ) -> String {
        var text = "user \"\(facts.requester.username)\""
        if let claims {
            let further = claims.further.sorted(byBytes: { [$0.key] }).map { ", \($0.key) \"\($0.value)\"" }.joined()
            text += ": subject \"\(claims.subject)\" from \(claims.issuer)\(further)"
        } else if !gitOps.isEmpty {
            text += ": listed for \(gitOps.flatMap(\.repositories).uniqueByBytes().joined(separator: ", "))"
        } else {
            text += ", whom no mapping of the cluster knows"
        }
        if let owner = facts.ownerClaim {
            text += "; its claim to belong to \(owner.kind) \(owner.name) counts for nothing, since it is not that "
            text += "kind's controller"
        }
        return text
    }

    private static func expected(_ binding: Binding) -> String {
        binding.deployers.isEmpty
            ? "a GitOps controller listed for \(binding.repository)"
            : binding.deployers.map(\.description).joined(separator: " or ")
    }
}
