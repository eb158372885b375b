internal import Attestation
internal import Core
internal import Policy

extension Coverage {
    /// What a rendering of a plan covers.
    init(_ target: PolicyTarget, _ plan: RenderPlan) {
        let request = RequestCoverage(plan: plan, target: target)
        let rules = PolicyRules.all.map(\.id) + ["signature-invalid", "identity-mismatch"]
        let ruleRows = rules.map { rule in
            Row(
                name: rule.rawValue, isRule: true, isDemanded: RuleDemand.isDemanded(rule, plan),
                status: request.status(rule) ?? Self.evidence(rule, target, plan))
        }
        self.init(
            target: target, cluster: plan.cluster.cluster, mode: plan.options.mode,
            bundleVersion: "\(plan.bundle.manifest.version)", bundleDigest: plan.bundle.digest,
            rows: ruleRows + Self.aspects(target, plan))
    }

    private static func evidence(_ rule: RuleID, _ target: PolicyTarget, _ plan: RenderPlan) -> Status {
        switch target {
        case .kyverno: return KyvernoCoverage(plan: plan).status(rule)
        case .validatingAdmissionPolicy:
            return .not(
                why: "the API server's CEL reads nothing outside of the request: no registry, no signature, no record",
                open: open(rule))
        case .gatekeeper:
            return .not(
                why:
                    "Rego in Gatekeeper verifies no signatures; an external data provider (such as Ratify) would have to",
                open: open(rule))
        }
    }

    private static func open(_ rule: RuleID) -> String {
        switch rule.rawValue {
        case "promotion-missing": "a digest that ran nowhere else is let in"
        case "evidence-unavailable": "no evidence is read, so none can be missed"
        default: "any digest of a covered image name is let in, whoever built it and however"
        }
    }

    // MARK: Beside the rules

    private static func aspects(_ target: PolicyTarget, _ plan: RenderPlan) -> [Row] {
        let exempt = plan.options.exempt.joined(separator: ", ")
        var rows = [
            row("namespace label mc.internal/mode: Enforce", label(target, plan)),
            row(
                "deletion, scale-down, metadata-only updates",
                target == .kyverno
                    ? .partly(
                        how: "always allowed by the request's policies",
                        open: "Kyverno verifies images on every create and update of a workload: an old release whose "
                            + "evidence is gone cannot be changed, not even scaled down (stricter)")
                    : .expressed("always allowed")),
            row(
                "rescheduling grace",
                target == .kyverno
                    ? .not(
                        why: "there is no record of admitted templates",
                        open: "nothing: grace is never given (stricter)")
                    : .expressed("nothing that ages is judged")),
            row(
                "exempt namespaces",
                exempt.isEmpty
                    ? .expressed("none")
                    : .partly(how: "left out by name", open: "nothing is judged in \(exempt)")),
            row(
                "record of decisions",
                .not(
                    why: "the target has its own events and reports",
                    open: "there is no tamper-evident log; what was decided cannot be proved afterwards")),
            row("when the policy cannot be evaluated", failure(target)),
        ]
        if target == .kyverno { rows += kyvernoOnly }
        if plan.policies.contains(where: { $0.mode == .enforce }), plan.options.mode == .audit {
            rows.append(
                row(
                    "mode Enforce",
                    .not(
                        why: "everything was rendered in Audit", open: "nothing is refused, only counted and warned of")
                ))
        }
        return rows
    }

    private static let kyvernoOnly = [
        row(
            "image volumes",
            .partly(
                how: "digest, name and repository by the request's policies",
                open: "Kyverno extracts the images of containers only; the evidence of mounted images is not verified")),
        row(
            "annotation mc.repo.CONTAINER",
            .partly(
                how: "honoured by the request's policies",
                open: "evidence is judged by the pod template's mc.repo for all of its containers; mc.repo on the "
                    + "object alone is not enough (stricter)")),
    ]

    private static func row(_ name: String, _ status: Status) -> Row {
        Row(name: name, isRule: false, isDemanded: true, status: status)
    }

    private static func label(_ target: PolicyTarget, _ plan: RenderPlan) -> Status {
        if plan.options.mode == .audit {
            return .not(why: "everything was rendered in Audit", open: "the label makes nothing stricter")
        }
        if target == .kyverno {
            return .partly(
                how: "policies in Audit have a second binding that refuses in labelled namespaces",
                open: "image evidence of policies in Audit is only reported there")
        }
        return .expressed("what is in Audit has a twin that refuses in labelled namespaces")
    }

    private static func failure(_ target: PolicyTarget) -> Status {
        switch target {
        case .validatingAdmissionPolicy: .expressed("failurePolicy: Fail refuses")
        case .kyverno:
            .partly(
                how: "failurePolicy: Fail refuses",
                open: "Kyverno's own resourceFilters and webhook exclusions come first, and they are not in this policy"
            )
        case .gatekeeper:
            .partly(
                how: "undefined is a violation wherever a check asks",
                open:
                    "Gatekeeper's webhook ignores failures unless it is installed with failurePolicy: Fail, and anybody "
                    + "who may label namespaces with admission.gatekeeper.sh/ignore can leave them out")
        }
    }
}
