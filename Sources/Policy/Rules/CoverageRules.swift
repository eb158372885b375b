internal import Core

/// What has to be covered: images by policies, repositories by bindings, kinds by what is known of them.
enum CoverageRules {
    /// `no-policy-matches`
    static let noPolicy = Rule(
        "no-policy-matches", severity: .high, summary: "At least one policy covers the namespace and the image.",
        reason: "What nobody wrote a rule for must not run unseen.",
        remedy: "Add a policy whose match covers this image in this namespace.",
        specification: "Admission contract, Policies")
    /// `repository-unbound`
    static let unbound = Rule(
        "repository-unbound", severity: .high,
        summary: "The annotation mc.repo names a repository that the policy binds for this environment.",
        reason: "The binding says whose signature counts and who may deploy; without one anybody could.",
        remedy:
            "Annotate the pod template with mc.repo (or mc.repo.CONTAINER for one container) and bind the repository "
            + "for this environment.",
        specification: "Admission contract, Repository")
    /// `kind-unknown`
    static let kindUnknown = Rule(
        "kind-unknown", severity: .medium, summary: "It is known where the pod templates of the object's kind are.",
        reason: "An image in a field that nobody reads runs unchecked.",
        remedy: "Describe the kind under customKinds in ClusterIdentity, or take it out of the webhook's rules.",
        specification: "Admission contract; DESIGN, Fail closed")
    /// `interactive-denied`
    static let interactive = Rule(
        "interactive-denied", severity: .medium, summary: "The policy allows exec, attach and port-forward.",
        reason: "A shell in a running container is code that nobody signed.",
        remedy: "Reproduce the problem elsewhere, or set `interactive: Allow` for the time it takes.",
        specification: "Admission contract, Server")
    /// `bundle-expired`
    static let bundleExpired = Rule(
        "bundle-expired", severity: .high, summary: "The policy bundle has not expired.",
        reason: "Who can hold back new policy for ever can keep an old hole open.",
        remedy: "Publish a new version of the bundle.", specification: "DESIGN, Monotonic policy")
    /// `cluster-unknown`
    static let clusterUnknown = Rule(
        "cluster-unknown", severity: .high, summary: "The bundle holds a ClusterIdentity for the cluster.",
        reason: "Without it nobody can tell who asks.", remedy: "Add a ClusterIdentity of that name to the bundle.",
        specification: "Admission contract, Requester")
    /// `evidence-unavailable`
    static let unavailable = Rule(
        "evidence-unavailable", severity: .medium,
        summary: "Every place that could hold evidence was read.",
        reason: "What could not be read is neither good nor bad: denied is not \"could not verify\".",
        remedy: "Check that the registry is reachable and mc's credentials may read it, then try again.",
        specification: "DESIGN, Denied is not \"could not verify\"")

    static let rules = [noPolicy, unbound, kindUnknown, interactive, bundleExpired, clusterUnknown, unavailable]
}
