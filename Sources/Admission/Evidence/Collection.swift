internal import Core
internal import OCI
internal import Policy

/// The evidence of all images of a request, as it is collected.
struct Collection {
    private struct Entry {
        var image: ImageFacts
        var sources: [any ImageSource] = []
        var isCollected = false
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

    /// The images with the evidence on themselves, and on their platforms once those were added.
    mutating func images() async -> [ImageFacts] {
        for index in entries.indices where !entries[index].isCollected {
            entries[index] = await collect(entries[index])
        }
        return entries.map(\.image)
    }

    /// Collects the evidence on the platforms of indexes.
    ///
    /// - Returns: whether there was anything to collect.
    mutating func addPlatforms() async -> Bool {
        var hasMore = false
        for index in entries.indices {
            guard let digest = entries[index].image.digest, !entries[index].sources.isEmpty else { continue }
            hasMore = await addPlatforms(of: digest, to: &entries[index]) || hasMore
        }
        return hasMore
    }

    private func collect(_ entry: Entry) async -> Entry {
        var entry = entry
        entry.isCollected = true
        guard case .success(let reference) = entry.image.reference else { return entry }
        let name = bundle.cluster(facts.cluster)?.canonicalName(reference.name) ?? reference.name
        let policies = bundle.policies.filter { $0.covers(namespace: facts.namespace, image: name) }
        // What no policy covers is refused whatever is beside it.
        guard !policies.isEmpty else { return entry }
        do throws(RegistryError) {
            let repositories = Set(policies.flatMap(\.evidenceRepositories)).sorted()
            entry.sources = try places.sources(for: reference, and: repositories)
        } catch {
            entry.image.evidence = ImageEvidence(whole: nil, unread: ["\(error)"])
            return entry
        }
        if entry.image.digest == nil, policies.allSatisfy({ !$0.requirements.digest }) {
            await resolve(reference, &entry)
        }
        guard let digest = entry.image.digest else { return entry }
        let collected = await EvidenceCollector(plan: plan, sources: entry.sources, now: now).collect(digest)
        entry.image.evidence.whole = collected.part
        entry.image.evidence.unread += collected.unread
        return entry
    }

    /// A tag is resolved only where every policy accepts one; what is judged then is what it means right now.
    private func resolve(_ reference: ImageReference, _ entry: inout Entry) async {
        guard let source = entry.sources.first else { return }
        do throws(RegistryError) {
            entry.image.digest = try await source.resolve(try ImageSelector(reference)).digest
        } catch {
            entry.image.evidence.unread.append("\(error)")
        }
    }

    private func addPlatforms(of digest: Digest, to entry: inout Entry) async -> Bool {
        for source in entry.sources {
            let document: ImageDocument
            do throws(RegistryError) {
                document = try await source.document(digest, size: nil)
            } catch {
                if !error.isAbsence {
                    entry.image.evidence.unread.append("\(error)")
                    return true
                }
                continue
            }
            guard case .index(let index) = document else { return false }
            let platforms = index.manifests.filter(ImageVerification.canRun)
            guard platforms.count <= ImageVerification.maximumPlatforms.limit else {
                let excess = CapExceeded(cap: ImageVerification.maximumPlatforms, seen: platforms.count)
                entry.image.evidence.unread.append("index \(digest): \(excess)")
                return true
            }
            let collector = EvidenceCollector(plan: plan, sources: entry.sources, now: now)
            for platform in platforms {
                let collected = await collector.collect(
                    platform.digest, platform: platform.platform?.description ?? platform.digest.description)
                entry.image.evidence.platforms.append(collected.part)
                entry.image.evidence.unread += collected.unread
            }
            return !platforms.isEmpty
        }
        return false
    }
}
