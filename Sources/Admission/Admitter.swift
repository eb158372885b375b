package import Core
package import Kubernetes
internal import OCI
package import Policy

/// Brings a request to a decision: reads it, collects evidence and records, and asks `decide`.
package struct Admitter: Sendable {
    package let bundle: PolicyBundle
    package let cluster: String
    private let plan: EvidencePlan
    let customKinds: [CustomKind]
    let places: any EvidencePlaces
    private let owners: any OwnerDirectory
    private let records: any AdmissionRecords
    private let waivers: WaiverBook

    /// Prepares a bundle for any number of requests.
    ///
    /// - Parameters:
    ///   - cluster: the cluster that requests are from, as the bundle names it.
    ///   - places: where evidence is.
    ///   - owners: the cluster's objects.
    ///   - records: what was admitted before.
    ///   - waivers: the verified waivers.
    /// - Throws: ``AdmissionError`` when the bundle's trust roots or custom kinds cannot be used.
    package init(
        bundle: PolicyBundle, cluster: String, places: any EvidencePlaces, owners: any OwnerDirectory = NoOwners(),
        records: any AdmissionRecords = NoRecords(), waivers: WaiverBook = .none
    ) throws(AdmissionError) {
        self.bundle = bundle
        self.cluster = cluster
        self.places = places
        self.owners = owners
        self.records = records
        self.waivers = waivers
        plan = try EvidencePlan(bundle)
        var kinds: [CustomKind] = []
        for kind in bundle.cluster(cluster)?.customKinds ?? [] {
            do throws(ReviewError) {
                kinds.append(
                    try CustomKind(
                        group: kind.group, kind: kind.kind, podTemplates: kind.podTemplates, podSpecs: kind.podSpecs))
            } catch {
                throw AdmissionError(.customKind, "customKinds: \(kind.kind) of \(kind.group): \(error)")
            }
        }
        customKinds = kinds
    }

    /// Decides a request.
    ///
    /// - Parameters:
    ///   - now: the present.
    ///   - assumedClaims: claims that stand in for the user's, for what-if questions.
    ///   - namespaceMode: what the namespace's tightening label says.
    /// - Throws: ``ReviewError`` when what the request would run cannot be read; never an allow.
    package func decide(
        _ request: AdmissionRequest, at now: Instant, assumedClaims: RequesterClaims? = nil,
        namespaceMode: AdmissionFacts.NamespaceMode = .unlabelled
    ) async throws(ReviewError) -> Decision {
        try await resolve(request, at: now, assumedClaims: assumedClaims, namespaceMode: namespaceMode).decision
    }

    /// Decides a request and gives the facts it was decided by, so that the evidence can be recorded.
    ///
    /// - Throws: ``ReviewError`` as ``decide(_:at:assumedClaims:namespaceMode:)``.
    package func resolve(
        _ request: AdmissionRequest, at now: Instant, assumedClaims: RequesterClaims? = nil,
        namespaceMode: AdmissionFacts.NamespaceMode = .unlabelled
    ) async throws(ReviewError) -> (decision: Decision, facts: AdmissionFacts) {
        var facts = try RequestFacts(request: request, cluster: cluster, customKinds: customKinds).facts()
        facts.assumedClaims = assumedClaims
        facts.namespaceMode = namespaceMode
        facts.waivers = waivers
        guard facts.change == .template || facts.change == .unchangedTemplate else {
            return (Policy.decide(facts, by: bundle, at: now), facts)
        }
        facts.owner = await owner(of: request)
        var collection = RequestCollection(plan: plan, places: places, bundle: bundle, facts: facts, now: now)
        await collection.collect()
        facts.images = collection.images
        facts.history = await history(of: facts)
        let decision = Policy.decide(facts, by: bundle, at: now)
        // Evidence on platforms is fetched only when that on the image itself does not suffice. More could only change an
        // allow by what a gate or verifier says against a platform.
        let hearsAdverseWords = bundle.policies.contains {
            $0.covers(namespace: facts.namespace) && $0.requirements.hearsAdverseWords
        }
        guard decision.outcome != .allow || hearsAdverseWords, await collection.addPlatforms() else {
            return (decision, facts)
        }
        facts.images = collection.images
        return (Policy.decide(facts, by: bundle, at: now), facts)
    }

    private func history(of facts: AdmissionFacts) async -> AdmissionHistory {
        var templates: [RecordQuery.Template] = []
        if case .found(let uid, _, let digest?) = facts.owner {
            templates.append(RecordQuery.Template(ownerUID: uid, digest: digest))
        }
        if let uid = facts.object.uid, let digest = facts.object.templateDigest {
            templates.append(RecordQuery.Template(ownerUID: uid, digest: digest))
        }
        let environments = bundle.policies.filter { $0.covers(namespace: facts.namespace) }
            .compactMap(\.requirements.promotedFrom?.environment)
        return await records.history(
            RecordQuery(
                images: Set(facts.images.compactMap(\.digest)).sorted { $0.description < $1.description },
                environments: Set(environments).sorted(), templates: templates))
    }

    /// The evidence about an image as every policy of the bundle may see it, on the image and on its platforms.
    ///
    /// - Parameters:
    ///   - image: the image by its digest.
    ///   - now: the present.
    package func evidence(of image: ImageReference, at now: Instant) async -> ImageEvidence {
        guard let digest = image.digest.flatMap({ Digest($0) }) else { return .none }
        let repositories = Set(bundle.policies.flatMap(\.evidenceRepositories)).sorted()
        do throws(RegistryError) {
            let sources = try places.sources(for: image, and: repositories)
            var collection = ImageCollection(plan: plan, sources: sources, now: now)
            await collection.collect(digest)
            _ = await collection.addPlatforms(of: digest)
            return collection.evidence
        } catch {
            return ImageEvidence(whole: nil, unread: ["\(error)"])
        }
    }

    /// Asks for the owner only when the requester's word on it could count.
    private func owner(of request: AdmissionRequest) async -> AdmissionFacts.OwnerLookup {
        guard let reference = request.metadata.controller,
            bundle.cluster(cluster)?.isController(
                request.userInfo.username, of: request.kind.kind, for: reference.kind) == true
        else { return .unavailable("the requester is no controller of that kind") }
        let object: JSONValue
        switch await owners.owner(reference, namespace: request.namespace ?? "") {
        case .absent: return .absent
        case .unavailable(let reason): return .unavailable(reason)
        case .found(let found): object = found
        }
        do throws(ReviewError) {
            guard let kind = reference.groupVersionKind,
                let owner = try Workload.read(object, kind: kind, custom: customKinds),
                let child = try request.workload(custom: customKinds)
            else { return .unavailable("\(reference.kind) \(reference.name) has no pod template that is known") }
            return .found(
                uid: owner.metadata.uid ?? "", templateMatches: Self.matches(child, owner),
                templateDigest: owner.templateDigest)
        } catch {
            return .unavailable("\(reference.kind) \(reference.name) cannot be read: \(error)")
        }
    }

    private static func matches(_ child: Workload, _ owner: Workload) -> Bool {
        guard child.templates.count == 1, let part = child.templates.first else { return false }
        // A Pod is its template and more. What a custom kind holds lacks the defaults that the API server fills into its
        // children. Everything else carries the template as it is.
        if BuiltInKind(child.kind) == .pod || BuiltInKind(owner.kind) == nil {
            return owner.templates.contains { PodMatch(pod: part, template: $0).isMatch }
        }
        return owner.templates.contains { $0.digest == part.digest }
    }
}
