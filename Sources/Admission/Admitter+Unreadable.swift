package import Core
package import Kubernetes
package import Policy

extension Admitter {
    /// The decision about a request whose object cannot be read: a denial in Enforce and a warning in Audit, kept like
    /// any other, so that who looks at the log before Enforce sees it.
    ///
    /// - Parameters:
    ///   - error: what cannot be read.
    ///   - now: the present.
    ///   - mode: what the namespace's tightening label says.
    package func decide(
        unreadable request: AdmissionRequest, _ error: ReviewError, at now: Instant,
        namespaceMode mode: AdmissionFacts.NamespaceMode
    ) -> (decision: Decision, facts: AdmissionFacts) {
        let user = request.userInfo
        var facts = AdmissionFacts(
            cluster: cluster, namespace: request.namespace ?? "", operation: RequestFacts.operation(request),
            change: .template,
            object: AdmissionFacts.Object(
                group: request.kind.group, kind: request.kind.kind,
                name: request.name ?? request.metadata.generateName ?? request.oldMetadata.name ?? "",
                uid: request.metadata.uid ?? request.oldMetadata.uid),
            requester: Requester(
                username: user.username, uid: user.uid, groups: user.groups,
                extra: Dictionary(user.extra.map { ($0.key, $0.values) }, uniquingKeysWith: { $0 + $1 })))
        facts.namespaceMode = mode
        facts.isDryRun = request.isDryRun
        return (
            Policy.decide(facts, by: bundle, at: now).doubting(.unreadable("\(error)"), facts.change), facts
        )
    }
}
