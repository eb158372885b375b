internal import Core
internal import OCI
internal import Policy
internal import Sigstore
internal import Synchronization

/// Remembers verified evidence for a while, never a decision.
///
/// In memory is what was verified in this process; on disk are the bytes alone, which are verified anew. One cache serves
/// a whole process, whatever bundles come and go.
package final class EvidenceCache: Sendable {
    /// What a complete reading of a place gave.
    struct Entry: Sendable {
        enum Kind: Sendable { case verified, partial, refused, nothing }

        let evidence: PlaceEvidence
        /// The present at which it was read and verified.
        let at: Instant
        /// Whether it is certain that nothing was taken out of it since.
        let isProven: Bool

        var kind: Kind {
            if evidence.verified.isEmpty {
                return evidence.refused.isEmpty && evidence.unread.isEmpty ? .nothing : .refused
            }
            return evidence.unread.isEmpty ? .verified : .partial
        }
    }

    /// What is in memory about a key.
    enum Held: Sendable {
        case fresh(PlaceEvidence)
        /// It can be used, and should be read again meanwhile.
        case ageing(PlaceEvidence)
        case nothing
    }

    private struct Slot: Sendable {
        /// The last complete reading.
        var whole: Entry?
        var weight = 0
        /// The last reading that was not complete, and when it was.
        var outage: (evidence: PlaceEvidence, at: Instant)?
    }

    private struct DocumentKey: Hashable {
        let place: RegistryError.Place
        let image: Digest
    }

    private struct Absence: Sendable {
        /// When the place answered that there is none.
        var at: Instant?
        /// What was made of a place that gave no answer, and when.
        var outage: (answer: PlatformAnswer, at: Instant)?
    }

    private struct State {
        var evidence: Shelf<EvidenceKey, Slot>
        /// The platforms of what was read.
        var documents: Shelf<Digest, PlatformAnswer>
        /// Where there is no such manifest, or nobody answers.
        var absences: Shelf<DocumentKey, Absence>
    }

    let limits: EvidenceCacheLimits
    let disk: EvidenceDisk?
    let metrics: EvidenceMetrics
    let flights: EvidenceFlights
    private let state: Mutex<State>

    /// - Parameters:
    ///   - limits: how long and how much.
    ///   - disk: where the bytes are kept over restarts.
    ///   - metrics: who counts.
    package init(
        limits: EvidenceCacheLimits = EvidenceCacheLimits(), disk: EvidenceDisk? = nil,
        metrics: EvidenceMetrics = EvidenceMetrics()
    ) {
        self.limits = limits
        self.disk = disk
        self.metrics = metrics
        flights = EvidenceFlights(maximum: limits.flights)
        state = Mutex(
            State(
                evidence: Shelf(count: limits.memoryEntries, weight: limits.memoryBytes),
                documents: Shelf(count: limits.memoryEntries, weight: limits.memoryBytes / 8),
                absences: Shelf(count: limits.memoryEntries, weight: .max)))
    }

    /// Waits until everything that was to be written to disk is.
    package func flush() async { await disk?.flush() }

    /// How many entries are in memory, and about how many bytes they take.
    package var size: (entries: Int, bytes: Int) { state.withLock { ($0.evidence.count, $0.evidence.weight) } }

    /// What can be used of a key without asking its place.
    func held(_ key: EvidenceKey, at now: Instant) -> Held {
        guard let slot = state.withLock({ $0.evidence.use(key) }) else { return .nothing }
        let isOut = slot.outage.map { $0.at <= now && now < $0.at + limits.outageFor } ?? false
        // What holds at one time holds at every later one, since signing times, not the present, are held against the
        // windows of certificates, keys and logs. At an earlier one it might not.
        if let whole = slot.whole, whole.at <= now {
            switch whole.kind {
            case .verified:
                if now < whole.at + limits.refreshAfter {
                    metrics.memoryHit()
                    return .fresh(whole.evidence)
                }
                if now < whole.at + limits.freshFor {
                    metrics.memoryHit()
                    return isOut ? .fresh(whole.evidence) : .ageing(whole.evidence)
                }
            case .partial:
                if now < whole.at + limits.refusedFor {
                    metrics.memoryHit()
                    return .fresh(whole.evidence)
                }
            case .refused:
                if now < whole.at + limits.refusedFor {
                    metrics.negativeHit(.refused)
                    return .fresh(whole.evidence)
                }
            case .nothing:
                if now < whole.at + limits.nothingFor {
                    metrics.negativeHit(.nothing)
                    return .fresh(whole.evidence)
                }
            }
        }
        if isOut, let outage = slot.outage {
            metrics.negativeHit(.outage)
            if outage.evidence.stale != nil { metrics.staleUse() }
            return .fresh(outage.evidence)
        }
        return .nothing
    }

    /// The last complete reading of a key that memory holds.
    func last(_ key: EvidenceKey) -> Entry? { state.withLock { $0.evidence.use(key)?.whole } }

    /// Keeps a complete reading.
    ///
    /// - Parameter bytes: how many bytes its pieces are.
    func keep(_ entry: Entry, _ key: EvidenceKey, bytes: Int) {
        // No place gives more than a cap's worth of bytes, so this cannot overflow.
        let slot = Slot(
            whole: entry,
            weight: EvidenceCacheLimits.memoryPerEntry + bytes * EvidenceCacheLimits.memoryPerByte
                + entry.evidence.textBytes)
        let gone = state.withLock { $0.evidence.put(slot, key, weight: slot.weight) }
        if gone > 0 { metrics.evicted(gone) }
    }

    /// Remembers for a moment that a place gave no answer.
    func keepOutage(_ evidence: PlaceEvidence, _ key: EvidenceKey, at now: Instant) {
        let gone = state.withLock { state in
            var slot = state.evidence.use(key) ?? Slot(weight: EvidenceCacheLimits.memoryPerEntry)
            slot.outage = (evidence, now)
            return state.evidence.put(slot, key, weight: slot.weight + evidence.textBytes)
        }
        if gone > 0 { metrics.evicted(gone) }
    }

    /// What an incomplete reading gives together with an earlier complete one.
    ///
    /// Nothing that was heard now is lost by it. The earlier one answers for what gave no answer now, as long as it is
    /// young enough and nothing can have been taken out of it.
    func bridge(_ now: PlaceEvidence, over earlier: Entry?, at present: Instant) -> PlaceEvidence {
        guard let earlier, !now.unanswered.isEmpty, earlier.at <= present, present < earlier.at + limits.maximumAge,
            earlier.isProven || !earlier.evidence.verified.isEmpty
        else { return now }
        var bridged = now
        bridged.verified = PlaceEvidence.unique(now.verified + earlier.evidence.verified)
        if earlier.isProven { bridged.unanswered = [] }
        let end = earlier.at + limits.freshFor
        guard present < end, earlier.isProven else {
            bridged.stale = .init(readAt: earlier.at, since: min(end, present), reasons: now.unanswered)
            return bridged
        }
        if earlier.kind == .verified {
            let reasons = Set(now.unanswered)
            bridged.unread = now.unread.filter { !reasons.contains($0) }
        }
        return bridged
    }

    // The platforms of an index.

    func platforms(of image: Digest, in place: RegistryError.Place, at now: Instant) -> PlatformAnswer? {
        state.withLock { state in
            if let known = state.documents.use(image) { return known }
            guard let absence = state.absences.use(DocumentKey(place: place, image: image)) else { return nil }
            if let at = absence.at, at <= now, now < at + limits.nothingFor { return .absent }
            guard let outage = absence.outage, outage.at <= now, now < outage.at + limits.outageFor else { return nil }
            return outage.answer
        }
    }

    /// Whether a place answered within the longest age that it has no such manifest.
    func wasAbsent(_ image: Digest, in place: RegistryError.Place, at now: Instant) -> Bool {
        state.withLock { state in
            guard let at = state.absences.use(DocumentKey(place: place, image: image))?.at else { return false }
            return at <= now && now < at + limits.maximumAge
        }
    }

    func keep(_ answer: PlatformAnswer, of image: Digest, in place: RegistryError.Place, at now: Instant) {
        state.withLock { state in
            switch answer {
            case .single, .excess: _ = state.documents.put(answer, image, weight: 128)
            case .platforms(let platforms):
                _ = state.documents.put(answer, image, weight: 128 + platforms.count * 512)
            case .absent:
                _ = state.absences.put(Absence(at: now), DocumentKey(place: place, image: image), weight: 256)
            case .failed: break
            }
        }
    }

    /// Remembers for a moment what was made of a place that gave no answer.
    func keepOutage(_ answer: PlatformAnswer, of image: Digest, in place: RegistryError.Place, at now: Instant) {
        state.withLock { state in
            let key = DocumentKey(place: place, image: image)
            var absence = state.absences.use(key) ?? Absence()
            absence.outage = (answer, now)
            _ = state.absences.put(absence, key, weight: 256)
        }
    }
}
