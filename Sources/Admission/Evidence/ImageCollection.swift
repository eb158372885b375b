internal import Core
internal import OCI
internal import Policy

/// The evidence of one image, as it is collected: first what memory knows, then what its places say.
struct ImageCollection: Sendable {
    private struct Part {
        let digest: Digest
        let platform: String?
        /// What each place holds; `nil` where it was not asked yet.
        var places: [PlaceEvidence?]
    }

    private let desk: EvidenceDesk
    private let sources: [any ImageSource]
    private let now: Instant
    private var whole: Part?
    private var platforms: [Part] = []
    /// What is unread, and unanswered, beside the parts.
    private var notes = PlaceEvidence()
    /// Whether it is known which platforms there are.
    private(set) var knowsPlatforms = false
    private(set) var hasPlatforms = false

    init(desk: EvidenceDesk, sources: [any ImageSource], now: Instant) {
        self.desk = desk
        self.sources = sources
        self.now = now
    }

    /// Notes something that could not be read.
    mutating func note(_ error: RegistryError) {
        notes.unread.append("\(error)")
        if error.isOutage { notes.unanswered.append("\(error)") }
    }

    /// Begins with the digest itself, by what memory knows.
    mutating func recall(_ digest: Digest) { whole = recalled(digest, platform: nil) }

    /// Whether every place was asked about every part.
    var isComplete: Bool {
        whole.map { $0.places.allSatisfy { $0 != nil } } ?? true
            && platforms.allSatisfy { $0.places.allSatisfy { $0 != nil } }
    }

    /// Asks the places that memory knows nothing of, all at once.
    mutating func fetch(request: FetchGate) async {
        guard !isComplete else { return }
        var missing: [(part: Int, place: Int, digest: Digest)] = []
        for (number, part) in ([whole].compactMap { $0 } + platforms).enumerated() {
            for index in sources.indices where part.places[index] == nil {
                missing.append((number, index, part.digest))
            }
        }
        let (desk, sources, now) = (desk, sources, now)
        let found = await withTaskGroup(of: (Int, PlaceEvidence).self) { group in
            for (index, item) in missing.enumerated() {
                group.addTask {
                    (
                        index,
                        await desk.evidence(about: item.digest, in: sources[item.place], at: now, request: request)
                    )
                }
            }
            return await group.reduce(into: [Int: PlaceEvidence]()) { $0[$1.0] = $1.1 }
        }
        let first = whole == nil ? 0 : 1
        for (index, item) in missing.enumerated() {
            if item.part < first {
                whole?.places[item.place] = found[index]
            } else {
                platforms[item.part - first].places[item.place] = found[index]
            }
        }
    }

    /// Adds the platforms of an index, by what memory knows.
    mutating func recallPlatforms(of digest: Digest) {
        for source in sources {
            guard let answer = desk.recallPlatforms(of: digest, in: source, at: now) else { return }
            if take(answer, of: digest) { return }
        }
        knowsPlatforms = true
    }

    /// Adds the platforms of an index, asking the places for the index where memory knows nothing.
    mutating func fetchPlatforms(of digest: Digest, request: FetchGate) async {
        guard !knowsPlatforms else { return }
        for source in sources {
            var answer = desk.recallPlatforms(of: digest, in: source, at: now)
            if answer == nil { answer = await desk.platforms(of: digest, in: source, at: now, request: request) }
            if let answer, take(answer, of: digest) { return }
        }
        knowsPlatforms = true
    }

    /// - Returns: whether no other place need be asked.
    private mutating func take(_ answer: PlatformAnswer, of digest: Digest) -> Bool {
        switch answer {
        case .absent: return false
        case .single: break
        case .failed(let error):
            note(error)
            hasPlatforms = true
        case .excess(let count):
            let excess = CapExceeded(cap: ImageVerification.maximumPlatforms, seen: count)
            notes.unread.append("index \(digest): \(excess)")
            hasPlatforms = true
        case .platforms(let descriptors):
            for descriptor in descriptors {
                let name = descriptor.platform?.description ?? descriptor.digest.description
                platforms.append(recalled(descriptor.digest, platform: name))
            }
            hasPlatforms = !descriptors.isEmpty
        }
        knowsPlatforms = true
        return true
    }

    private func recalled(_ digest: Digest, platform: String?) -> Part {
        Part(digest: digest, platform: platform, places: sources.map { desk.recall(digest, in: $0, at: now) })
    }

    /// What was collected so far.
    var evidence: ImageEvidence {
        var evidence = ImageEvidence(whole: nil, unread: notes.unread, unanswered: notes.unanswered)
        evidence.whole = whole.map { merged($0, into: &evidence) }
        for part in platforms {
            let merged = merged(part, into: &evidence)
            evidence.platforms.append(merged)
        }
        return evidence
    }

    private func merged(_ part: Part, into evidence: inout ImageEvidence) -> ImageEvidence.Part {
        var merged = ImageEvidence.Part(digest: part.digest, platform: part.platform)
        for case let place? in part.places {
            merged.verified += place.verified
            merged.refused += place.refused.prefix(PlaceEvidence.maximumReported - merged.refused.count)
            evidence.unread += place.unread
            evidence.unanswered += place.unanswered
            guard let stale = place.stale else { continue }
            if let other = evidence.stale {
                evidence.stale = .init(
                    readAt: min(stale.readAt, other.readAt), since: min(stale.since, other.since),
                    reasons: other.reasons + stale.reasons)
            } else {
                evidence.stale = stale
            }
        }
        // What is beside an image in several places, or by several trust roots, is one piece of evidence.
        merged.verified = PlaceEvidence.unique(merged.verified)
        return merged
    }
}
