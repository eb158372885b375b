internal import Core
internal import OCI
internal import Policy

/// The evidence of one image, as it is collected.
struct ImageCollection {
    let plan: EvidencePlan
    let sources: [any ImageSource]
    let now: Instant
    private(set) var evidence = ImageEvidence.none

    init(plan: EvidencePlan, sources: [any ImageSource], now: Instant) {
        self.plan = plan
        self.sources = sources
        self.now = now
    }

    /// Notes something that could not be read.
    mutating func note(_ error: RegistryError) {
        evidence.unread.append("\(error)")
        if error.isOutage { evidence.unanswered.append("\(error)") }
    }

    /// Collects what is on the digest itself.
    mutating func collect(_ digest: Digest) async {
        let collected = await EvidenceCollector(plan: plan, sources: sources, now: now).collect(digest)
        evidence.whole = collected.part
        evidence.unread += collected.unread
        evidence.unanswered += collected.unanswered
    }

    /// Collects what is on the platforms, when the digest is an index's.
    ///
    /// - Returns: whether anything was added.
    mutating func addPlatforms(of digest: Digest) async -> Bool {
        for source in sources {
            let document: ImageDocument
            do throws(RegistryError) {
                document = try await source.document(digest, size: nil)
            } catch {
                if error.isAbsence { continue }
                note(error)
                return true
            }
            guard case .index(let index) = document else { return false }
            return await addPlatforms(index, of: digest)
        }
        return false
    }

    private mutating func addPlatforms(_ index: Index, of digest: Digest) async -> Bool {
        let platforms = index.manifests.filter(ImageVerification.canRun)
        guard platforms.count <= ImageVerification.maximumPlatforms.limit else {
            let excess = CapExceeded(cap: ImageVerification.maximumPlatforms, seen: platforms.count)
            evidence.unread.append("index \(digest): \(excess)")
            return true
        }
        let collector = EvidenceCollector(plan: plan, sources: sources, now: now)
        for platform in platforms {
            let collected = await collector.collect(
                platform.digest, platform: platform.platform?.description ?? platform.digest.description)
            evidence.platforms.append(collected.part)
            evidence.unread += collected.unread
            evidence.unanswered += collected.unanswered
        }
        return !platforms.isEmpty
    }
}
