internal import Core
internal import OCI
internal import Policy

/// The evidence of all images of a request, as it is collected.
struct RequestCollection: Sendable {
    private struct Entry {
        var image: ImageFacts
        var collection: ImageCollection?
        /// What a tag is to be resolved by.
        var tag: (source: any ImageSource, reference: ImageReference)?
    }

    /// How many fetches a request may have under way.
    private static let width = 16

    private let desk: EvidenceDesk
    private let gate = FetchGate(fetches: width, bytes: 32 << 20)
    private let now: Instant
    private var entries: [Entry]

    /// Begins with what memory knows.
    init(desk: EvidenceDesk, places: any EvidencePlaces, bundle: PolicyBundle, facts: AdmissionFacts, now: Instant) {
        self.desk = desk
        self.now = now
        entries = facts.images.map { Self.entry($0, desk, places, bundle, facts, now) }
    }

    /// The images with what was collected so far.
    var images: [ImageFacts] {
        entries.map { entry in
            var image = entry.image
            if let collection = entry.collection { image.evidence = collection.evidence }
            return image
        }
    }

    /// Whether nothing need be asked.
    var isComplete: Bool {
        entries.allSatisfy { $0.tag == nil && $0.collection?.isComplete ?? true }
    }

    /// Collects the evidence on the images themselves.
    mutating func fetch() async {
        let gate = gate
        await change { await Self.fetch($0, gate) }
    }

    /// Adds the evidence on the platforms of indexes, by what memory knows.
    ///
    /// - Returns: whether anything must be asked.
    mutating func recallPlatforms() -> Bool {
        var isComplete = true
        for index in entries.indices {
            guard let digest = entries[index].image.digest else { continue }
            entries[index].collection?.recallPlatforms(of: digest)
            if let collection = entries[index].collection, !collection.knowsPlatforms || !collection.isComplete {
                isComplete = false
            }
        }
        return !isComplete
    }

    /// Collects the evidence on the platforms of indexes.
    mutating func fetchPlatforms() async {
        let gate = gate
        await change { entry in
            var entry = entry
            guard let digest = entry.image.digest, var collection = entry.collection else { return entry }
            await collection.fetchPlatforms(of: digest, request: gate)
            await collection.fetch(request: gate)
            entry.collection = collection
            return entry
        }
    }

    /// Whether the platforms added anything.
    var hasPlatforms: Bool { entries.contains { $0.collection?.hasPlatforms == true } }

    /// Changes all entries at once.
    private mutating func change(_ work: @escaping @Sendable (Entry) async -> Entry) async {
        if entries.count == 1 {
            entries[0] = await work(entries[0])
            return
        }
        let entries = entries
        self.entries = await withTaskGroup(of: (Int, Entry).self) { group in
            for (index, entry) in entries.enumerated() { group.addTask { (index, await work(entry)) } }
            return await group.reduce(into: entries) { $0[$1.0] = $1.1 }
        }
    }

    private static func fetch(_ entry: Entry, _ gate: FetchGate) async -> Entry {
        var entry = entry
        guard var collection = entry.collection else { return entry }
        if let tag = entry.tag {
            entry.tag = nil
            do throws(RegistryError) {
                let digest = try await resolve(tag.reference, in: tag.source, gate)
                entry.image.digest = digest
                collection.recall(digest)
            } catch {
                collection.note(error)
            }
        }
        await collection.fetch(request: gate)
        entry.collection = collection
        return entry
    }

    private static func resolve(
        _ reference: ImageReference, in source: any ImageSource, _ gate: FetchGate
    ) async throws(RegistryError) -> Digest {
        let flight = Flight(endsAlone: true) { () async -> Result<Digest, RegistryError> in
            do throws(RegistryError) {
                return .success(try await source.resolve(try ImageSelector(reference)).digest)
            } catch {
                return .failure(error)
            }
        }
        guard let result = await flight.value() else {
            throw RegistryError(.timeout, "no answer within the time of the request", at: source.place)
        }
        return try result.get()
    }

    private static func entry(
        _ image: ImageFacts, _ desk: EvidenceDesk, _ places: any EvidencePlaces, _ bundle: PolicyBundle,
        _ facts: AdmissionFacts, _ now: Instant
    ) -> Entry {
        var entry = Entry(image: image)
        guard case .success(let reference) = image.reference else { return entry }
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
        var collection = ImageCollection(desk: desk, sources: sources, now: now)
        // A tag is resolved only where every policy accepts one, or a waiver may; what is judged then is what it means
        // right now, so that is never remembered.
        let mayBeTag =
            policies.allSatisfy { !$0.requirements.digest }
            || bundle.manifest.waivers.waivable.contains { $0 == PolicyRules.digestMissing }
        if let digest = image.digest {
            collection.recall(digest)
        } else if mayBeTag, let source = sources.first {
            entry.tag = (source, reference)
        }
        entry.collection = collection
        return entry
    }
}
