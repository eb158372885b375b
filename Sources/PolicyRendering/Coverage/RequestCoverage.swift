internal import Core
internal import Policy

/// What CEL and Rego say of the request; alike in all targets but for a few words.
struct RequestCoverage {
    typealias Status = Coverage.Status

    let plan: RenderPlan
    let target: PolicyTarget

    /// The rules about the request and its references; `nil` for those about evidence.
    func status(_ rule: RuleID) -> Status? {
        switch rule.rawValue {
        case "environment-unknown":
            return .expressed("the namespaces of the bundle's EnvironmentMap for this cluster, written into the policy")
        case "environment-mismatch":
            return .expressed("label and annotation mc.env of the object and of its pod templates")
        case "requester-mismatch": return requester
        case "owner-mismatch":
            return .partly(
                how: "a child's owner counts only when that kind's controller asks for it",
                open: "the owner is not fetched: neither its UID nor its pod template is compared, so whoever holds a "
                    + "controller's service account can make pods of any template")
        case "no-policy-matches": return .expressed("the image names of all policies that cover the namespace")
        case "repository-unbound":
            return .expressed("annotation mc.repo, or mc.repo.CONTAINER, against the bindings of the environment")
        case "kind-unknown": return kinds
        case "interactive-denied": return interactive
        case "bundle-expired": return expiry
        case "cluster-unknown": return .expressed("it is rendered for one cluster that the bundle knows")
        case "image-reference-invalid":
            return .expressed(
                target == .kyverno
                    ? "the grammar of references; stricter: the registry must be written out, in lowercase and no IPv6 "
                        + "address, because Kyverno completes short names differently"
                    : "the grammar of references; stricter: no registry in capitals or as an IPv6 address")
        case "image-digest-missing": return .expressed("an image without a digest is refused")
        case "waiver-expired", "waiver-inactive":
            return .expressed("stricter: waivers are not read, nothing is waived; use \(exception) for emergencies")
        default: return nil
        }
    }

    private var exception: String {
        switch target {
        case .kyverno: "a PolicyException"
        case .validatingAdmissionPolicy: "another binding"
        case .gatekeeper: "the constraint's match"
        }
    }

    private var requester: Status {
        if target == .gatekeeper {
            return .partly(
                how: "user name, groups and extra of the request, mapped as ClusterIdentity says",
                open: "Gatekeeper's audit runs see no user; who created what runs already is not judged by them")
        }
        return .expressed("user name, groups and extra of the request, mapped as ClusterIdentity says")
    }

    private var kinds: Status {
        let unread = plan.cluster.customKinds.flatMap { kind in
            CustomPaths(kind).unread.map { "\(PrintableText.plain($0)) of \(PrintableText.plain(kind.kind))" }
        }
        let paths =
            unread.isEmpty ? "" : "; not followed, since they step through lists: \(unread.joined(separator: ", "))"
        let kyverno =
            target == .kyverno ? "; image evidence is verified on Kubernetes' own kinds and on every pod" : ""
        return .partly(
            how: "Kubernetes' own kinds and the bundle's customKinds with plain paths",
            open: "kinds that neither names are not asked about\(paths)\(kyverno)")
    }

    private var interactive: Status {
        if target == .gatekeeper {
            return .partly(
                how: "exec, attach, port-forward and proxies, where the webhook is sent them",
                open: "Gatekeeper's webhook is not asked about CONNECT unless it is installed with that operation")
        }
        return .expressed("exec, attach, port-forward and the proxies of pods, services and nodes")
    }

    private var expiry: Status {
        if target == .gatekeeper {
            return .expressed("the bundle's end is compared with the clock; from then on everything new is a violation")
        }
        return .not(
            why: "the API server's CEL has no clock",
            open:
                "the rendered policy goes on after the bundle's end (\(plan.bundle.manifest.expires)); render it again "
                + "before")
    }
}
