package import Core
package import Kubernetes
internal import OCI
package import Policy

/// Brings a request to a decision: reads it, collects evidence and records, and asks `decide`.
package struct Admitter: Sendable {
    package let bundle: PolicyBundle
    package let cluster: String
    private let desk: EvidenceDesk
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
    ///   - cache: what remembers verified evidence, shared by all admitters of a process; without one nothing is.
    ///   - fetching: the bounds of what is fetched, best shared by all admitters of a process.
    /// - Throws: ``AdmissionError`` when the bundle's trust roots or custom kinds cannot be used.
    package init(
        bundle: PolicyBundle, cluster: String, places: any EvidencePlaces, owners: any OwnerDirectory = NoOwners(),
        records: any AdmissionRecords = NoRecords(), waivers: WaiverBook = .none,
        cache: EvidenceCache? = nil, fetching: EvidenceFetching = EvidenceFetching()
    ) throws(AdmissionError) {
        self.bundle = bundle
        self.cluster = cluster
        self.places = places
        self.owners = owners
        self.records = records
        self.waivers = waivers
        desk = EvidenceDesk(plan: try EvidencePlan(bundle), fetching: fetching, cache: cache)
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
    ///   - deadline: when what has not answered counts as unanswered; without one, everything is waited for.
    ///   - running: the digests that run already, of a Pod that is looked at afterwards.
    /// - Throws: ``ReviewError`` when what the request would run cannot be read; never an allow.
    package func decide(
        _ request: AdmissionRequest, at now: Instant, assumedClaims: RequesterClaims? = nil,
        namespaceMode: AdmissionFacts.NamespaceMode = .unlabelled, deadline: EvidenceDeadline? = nil,
        running: RunningDigests = RunningDigests()
    ) async throws(ReviewError) -> Decision {
        try await resolve(
            request, at: now, assumedClaims: assumedClaims, namespaceMode: namespaceMode, deadline: deadline,
            running: running
        ).decision
    }

    /// Decides a request and gives the facts it was decided by, so that the evidence can be recorded.
    ///
    /// - Throws: ``ReviewError`` as ``decide(_:at:assumedClaims:namespaceMode:deadline:running:)``.
    package func resolve(
        _ request: AdmissionRequest, at now: Instant, assumedClaims: RequesterClaims? = nil,
        namespaceMode: AdmissionFacts.NamespaceMode = .unlabelled, deadline: EvidenceDeadline? = nil,
        running: RunningDigests = RunningDigests()
    ) async throws(ReviewError) -> (decision: Decision, facts: AdmissionFacts) {
        var facts = try RequestFacts(request: request, cluster: cluster, customKinds: customKinds).facts()
        facts.assumedClaims = assumedClaims
        facts.namespaceMode = namespaceMode
        facts.waivers = waivers
        facts.images = running.applied(to: facts.images)
        guard facts.change == .template || facts.change == .unchangedTemplate else {
            return (Policy.decide(facts, by: bundle, at: now), facts)
        }
        var collection = RequestCollection(desk: desk, places: places, bundle: bundle, facts: facts, now: now)
        if needsOwner(request) || !collection.isComplete {
            // The owner is asked for while evidence is fetched.
            let begun = collection
            (facts.owner, collection) = await deadline.run {
                async let owner = owner(of: request)
                var collection = begun
                await collection.fetch()
                return (await owner, collection)
            }
        } else {
            facts.owner = Self.noOwner
        }
        facts.images = collection.images
        facts.history = await history(of: facts)
        let decision = Policy.decide(facts, by: bundle, at: now)
        // Evidence on platforms is fetched only when that on the image itself does not suffice. More could only change an
        // allow by what a gate or verifier says against a platform.
        let hearsAdverseWords = bundle.policies.contains {
            $0.covers(namespace: facts.namespace) && $0.requirements.hearsAdverseWords
        }
        guard decision.outcome != .allow || hearsAdverseWords else { return (decision, facts) }
        if collection.recallPlatforms() {
            let begun = collection
            collection = await deadline.run {
                var collection = begun
                await collection.fetchPlatforms()
                return collection
            }
        }
        guard collection.hasPlatforms else { return (decision, facts) }
        facts.images = collection.images
        return (Policy.decide(facts, by: bundle, at: now), facts)
    }

    private func history(of facts: AdmissionFacts) async -> AdmissionHistory {
        var templates: [RecordQuery.Template] = []
        if case .found(let uid, let matches, let digest?) = facts.owner {
            templates.append(RecordQuery.Template(ownerUID: uid, digest: digest))
            // An older ReplicaSet that its Deployment scales was admitted as that Deployment's child.
            if !matches, let own = facts.object.templateDigest {
                templates.append(RecordQuery.Template(ownerUID: uid, digest: own))
            }
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
            let gate = FetchGate(fetches: 16, bytes: 32 << 20)
            var collection = ImageCollection(desk: desk, sources: sources, now: now)
            collection.recall(digest)
            await collection.fetch(request: gate)
            await collection.fetchPlatforms(of: digest, request: gate)
            await collection.fetch(request: gate)
            return collection.evidence
        } catch {
            return ImageEvidence(whole: nil, unread: ["\(error)"])
        }
    }

    private static let noOwner = AdmissionFacts.OwnerLookup.unavailable("the requester is no controller of that kind")

    /// Whether the requester's word on the owner could count.
    private func needsOwner(_ request: AdmissionRequest) -> Bool {
        guard let reference = request.metadata.controller else { return false }
        return bundle.cluster(cluster)?.isController(
            request.userInfo.username, of: request.kind.kind, for: reference.kind) == true
    }

    /// Asks for the owner only when the requester's word on it could count.
    private func owner(of request: AdmissionRequest) async -> AdmissionFacts.OwnerLookup {
        guard needsOwner(request), let reference = request.metadata.controller else { return Self.noOwner }
        let owners = owners
        let flight = Flight(endsAlone: true) {
            await owners.owner(reference, namespace: request.namespace ?? "")
        }
        let object: JSONValue
        switch await flight.value() ?? .unavailable("no answer within the time of the request") {
        case .absent: return .absent
        case .unavailable(let reason): return .unavailable(reason)
        case .found(let found): object = found
        }
        do throws(ReviewError) {
            guard let kind = reference.groupVersionKind,
                let owner = try Workload.read(object, kind: kind, custom: customKinds),
                let child = try request.workload(custom: customKinds)
            else { return .unavailable("\(reference.kind) \(reference.name) has no pod template that is known") }
            if !child.matches(owner) {
                switch await OwnerRevision(owner: owner, reference: reference, child: child)
                    .template(in: owners, namespace: request.namespace ?? "")
                {
                case .found(let revision) where child.matches(revision):
                    return .found(
                        uid: owner.metadata.uid ?? "", templateMatches: true, templateDigest: revision.templateDigest)
                case .unavailable(let reason): return .unavailable(reason)
                case .found, .none: break
                }
            }
            return .found(
                uid: owner.metadata.uid ?? "", templateMatches: child.matches(owner),
                templateDigest: owner.templateDigest)
        } catch {
            return .unavailable("\(reference.kind) \(reference.name) cannot be read: \(error)")
        }
    }
}
