internal import Core
internal import OCI
internal import Policy

/// The evidence of all images of a request, as it is collected.
struct RequestCollection {
    private struct Entry {
        var image: ImageFacts
        var collection: ImageCollection?
    }

    private let plan: EvidencePlan
    private let places: any EvidencePlaces
    private let bundle: PolicyBundle
    private let facts: AdmissionFacts
    private let now: Instant
    private var entries: [Entry]

    init(
        plan: EvidencePlan, places: any EvidencePlaces, bundle: PolicyBundle, facts: AdmissionFacts, now: Instant
    ) {
        self.plan = plan
        self.places = places
        self.bundle = bundle
        self.facts = facts
        self.now = now
        entries = facts.images.map { Entry(image: $0) }
    }

    /// The images with what was collected so far.
    var images: [ImageFacts] {
        entries.map { entry in
            var image = entry.image
            if let collection = entry.collection { image.evidence = collection.evidence }
            return image
        }
    }

    /// Collects the evidence on the images themselves.
    mutating func collect() async {
        for index in entries.indices { entries[index] = await collect(entries[index]) }
    }

    /// Collects the evidence on the platforms of indexes.
    ///
    /// - Returns: whether anything was added.
    mutating func addPlatforms() async -> Bool {
        var hasMore = false
        for index in entries.indices {
            guard let digest = entries[index].image.digest, var collection = entries[index].collection else { continue }
            hasMore = await collection.addPlatforms(of: digest) || hasMore
            entries[index].collection = collection
        }
        return hasMore
    }

    private func collect(_ entry: Entry) async -> Entry {
        var entry = entry
        guard case .success(let reference) = entry.image.reference else { return entry }
        let name = bundle.cluster(facts.cluster)?.canonicalName(reference.name) ?? reference.name
        let policies = bundle.policies.filter { $0.covers(namespace: facts.namespace, image: name) }
        // What no policy covers is refused whatever is beside it.
        guard !policies.isEmpty else { return entry }
        let sources: [any ImageSource]
        do throws(RegistryError) {
            sources = try places.sources(for: reference, and: Set(policies.flatMap(\.evidenceRepositories)).sorted())
        } catch {
            entry.image.evidence = ImageEvidence(whole: nil, unread: ["\(error)"])
            return entry
        }
        var collection = ImageCollection(plan: plan, sources: sources, now: now)
        // A tag is resolved only where every policy accepts one, or a waiver may; what is judged then is what it means right now.
        let mayBeTag =
            policies.allSatisfy { !$0.requirements.digest }
            || bundle.manifest.waivers.waivable.contains { $0 == PolicyRules.digestMissing }
        if entry.image.digest == nil, mayBeTag, let source = sources.first {
            do throws(RegistryError) {
                entry.image.digest = try await source.resolve(try ImageSelector(reference)).digest
            } catch {
                collection.note(error)
            }
        }
        if let digest = entry.image.digest { await collection.collect(digest) }
        entry.collection = collection
        return entry
    }
}
