internal import Core
internal import OCI
internal import Policy
internal import Sigstore

/// Where the evidence for decisions is asked for: from memory where that is fresh, else from its places, once for all
/// who ask at the same time.
struct EvidenceDesk: Sendable {
    let plan: EvidencePlan
    let fetching: EvidenceFetching
    let cache: EvidenceCache?
    private let flights: EvidenceFlights

    init(plan: EvidencePlan, fetching: EvidenceFetching, cache: EvidenceCache?) {
        self.plan = plan
        self.fetching = fetching
        self.cache = cache
        flights = cache?.flights ?? EvidenceFlights(maximum: EvidenceCacheLimits().flights)
    }

    /// What a place holds about a manifest, as far as memory knows.
    func recall(_ digest: Digest, in source: any ImageSource, at now: Instant) -> PlaceEvidence? {
        guard let cache else { return nil }
        let key = key(digest, source)
        switch cache.held(key, at: now) {
        case .fresh(let evidence): return evidence
        case .ageing(let evidence):
            // Nobody waits for it.
            _ = flight(key, source, now, gates: [fetching.gate])
            return evidence
        case .nothing:
            cache.metrics.miss()
            return nil
        }
    }

    /// What a place holds about a manifest; what gave no answer by the time the caller was cancelled is unanswered.
    ///
    /// - Parameter request: the bound of what one request fetches at once.
    func evidence(
        about digest: Digest, in source: any ImageSource, at now: Instant, request: FetchGate
    ) async -> PlaceEvidence {
        let key = key(digest, source)
        guard let entry = flight(key, source, now, gates: [request, fetching.gate]) else {
            var busy = PlaceEvidence()
            busy.addUnanswered("\(source.place): not asked, too much evidence is being collected; try again")
            return busy
        }
        if let evidence = await entry.flight.value() { return evidence }
        let collector = PlaceCollector(plan: plan, source: source, digest: digest, now: now, gates: [])
        return bridge(entry.progress.evidence, key, entry.stored.value, collector)
    }

    private func key(_ digest: Digest, _ source: any ImageSource) -> EvidenceKey {
        EvidenceKey(place: source.place, image: digest, plan: plan.digest)
    }

    private func flight(
        _ key: EvidenceKey, _ source: any ImageSource, _ now: Instant, gates: [FetchGate]
    ) -> EvidenceFlights.Entry? {
        let collector = PlaceCollector(plan: plan, source: source, digest: key.image, now: now, gates: gates)
        return flights.join(key, now: now, patience: fetching.limit + .seconds(5)) { progress, stored, end in
            Flight(endsAlone: cache == nil, limit: fetching.limit) {
                defer { end() }
                return await collect(key, collector, progress, stored)
            }
        } progress: {
            collector.progress(maximumPieceBytes: cache?.disk == nil ? 0 : cache?.limits.fileBytes ?? 0)
        }
    }

    private func collect(
        _ key: EvidenceKey, _ collector: PlaceCollector, _ progress: PlaceProgress, _ box: EvidenceFlights.StoredBox
    ) async -> PlaceEvidence {
        guard let cache else {
            return await collector.collect(into: progress)
        }
        var collector = collector
        if let stored = await cache.disk?.load(key) {
            cache.metrics.diskHit()
            box.set(stored)
            for piece in stored.pieces { collector.known[piece.candidate.blob.digest] = piece.bytes }
        }
        let start = ContinuousClock.now
        let evidence = await collector.collect(into: progress)
        cache.metrics.fetched(ContinuousClock.now - start, Self.outcome(evidence))
        guard evidence.unanswered.isEmpty else {
            let bridged = bridge(evidence, key, box.value, collector)
            cache.keepOutage(bridged, key, at: collector.now)
            return bridged
        }
        cache.keep(
            EvidenceCache.Entry(evidence: evidence, at: collector.now, isProven: true), key,
            bytes: progress.verifiedBytes)
        if let disk = cache.disk {
            if let pieces = progress.pieces {
                // That there is nothing is worth knowing too: it replaces what there was.
                disk.save(StoredEvidence(readAt: collector.now, pieces: pieces, isSealed: true), key)
            } else {
                disk.remove(key)
            }
        }
        return evidence
    }

    /// Fills what gave no answer with what is remembered, in memory or on disk.
    private func bridge(
        _ evidence: PlaceEvidence, _ key: EvidenceKey, _ stored: StoredEvidence?, _ collector: PlaceCollector
    ) -> PlaceEvidence {
        guard let cache, !evidence.unanswered.isEmpty else { return evidence }
        let earlier = cache.last(key) ?? stored.flatMap { verified($0, collector) }
        let bridged = cache.bridge(evidence, over: earlier, at: collector.now)
        if bridged.stale != nil { cache.metrics.staleUse() }
        return bridged
    }

    /// What the disk held, each piece verified anew.
    private func verified(_ stored: StoredEvidence, _ collector: PlaceCollector) -> EvidenceCache.Entry? {
        guard stored.readAt <= collector.now else { return nil }
        var evidence = PlaceEvidence()
        for piece in stored.pieces {
            if case .verified(let items) = collector.judge(piece.candidate, piece.bytes) { evidence.verified += items }
        }
        return EvidenceCache.Entry(evidence: evidence, at: stored.readAt, isProven: stored.isSealed)
    }

    private static func outcome(_ evidence: PlaceEvidence) -> EvidenceMetrics.Outcome {
        if !evidence.unanswered.isEmpty { return .outage }
        if !evidence.verified.isEmpty { return .verified }
        return evidence.refused.isEmpty && evidence.unread.isEmpty ? .nothing : .refused
    }
}

/// The platforms of an index.
extension EvidenceDesk {
    /// What a place says of an image's platforms, as far as memory knows.
    func recallPlatforms(of digest: Digest, in source: any ImageSource, at now: Instant) -> PlatformAnswer? {
        cache?.platforms(of: digest, in: source.place, at: now)
    }

    /// What a place says of an image's platforms.
    func platforms(
        of digest: Digest, in source: any ImageSource, at now: Instant, request: FetchGate
    ) async -> PlatformAnswer {
        let place = source.place
        let flight = Flight(endsAlone: true, limit: fetching.limit) {
            () async -> Result<ImageDocument, RegistryError> in
            do throws(RegistryError) {
                return .success(
                    try await PlaceCollector.gated([request, fetching.gate], PlaceCollector.documentBytes, place) {
                        () async throws(RegistryError) in
                        try await source.document(digest, size: nil)
                    })
            } catch {
                return .failure(error)
            }
        }
        let result =
            await flight.value()
            ?? .failure(
                RegistryError(
                    .timeout, "manifest \(digest): no answer within the time of the request", at: place))
        let answer: PlatformAnswer
        switch result {
        case .success(let document):
            answer = PlatformAnswer(document)
            cache?.disk?.save(document)
        case .failure(let error) where error.isAbsence:
            answer = .absent
            cache?.disk?.save(
                StoredEvidence(readAt: now, pieces: [], isSealed: true), .absence(of: digest, in: place))
        case .failure(let error):
            let answer =
                error.isOutage
                ? await remembered(digest, place, now, mayReadDisk: !Task.isCancelled) ?? .failed(error)
                : .failed(error)
            // That this caller had no time says nothing of the place.
            if !Task.isCancelled { cache?.keepOutage(answer, of: digest, in: place, at: now) }
            return answer
        }
        cache?.keep(answer, of: digest, in: place, at: now)
        return answer
    }

    /// What is remembered of a place that gives no answer.
    private func remembered(
        _ digest: Digest, _ place: RegistryError.Place, _ now: Instant, mayReadDisk: Bool
    ) async -> PlatformAnswer? {
        guard let cache else { return nil }
        if cache.wasAbsent(digest, in: place, at: now) { return .absent }
        guard mayReadDisk, let disk = cache.disk else { return nil }
        // What hashes to its digest is the manifest, wherever it is kept.
        if let document = await disk.document(digest) {
            let answer = PlatformAnswer(document)
            cache.keep(answer, of: digest, in: place, at: now)
            return answer
        }
        guard let absence = await disk.load(.absence(of: digest, in: place)), absence.isSealed,
            absence.readAt <= now, now < absence.readAt + cache.limits.maximumAge
        else { return nil }
        return .absent
    }
}
