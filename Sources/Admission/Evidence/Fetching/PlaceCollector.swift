internal import Attestation
internal import Core
internal import OCI
internal import Policy
internal import Sigstore

/// Collects what one place holds about one manifest: finds it, fetches each piece once, and verifies it by every
/// verifier of the plan, all as concurrently as the gates allow.
struct PlaceCollector: Sendable {
    let plan: EvidencePlan
    let source: any ImageSource
    let digest: Digest
    let now: Instant
    /// The bound of everything, and that of the request.
    let gates: [FetchGate]
    /// Evidence bytes that are at hand, by their digest; the place still says which of them are there.
    var known: [Digest: [UInt8]] = [:]

    /// What a document counts whose size nobody has said yet; few are as large.
    static let documentBytes = 1 << 20

    var finder: CandidateFinder { CandidateFinder(source: source, predicateType: nil) }

    func progress(maximumPieceBytes: Int) -> PlaceProgress {
        PlaceProgress(
            digest: digest, place: source.place, lanes: finder.lanes, maximumPieceBytes: maximumPieceBytes)
    }

    /// Reads the place.
    ///
    /// - Returns: what it holds; what was not read because the task was cancelled counts as unanswered.
    func collect(into progress: PlaceProgress) async -> PlaceEvidence {
        await withTaskGroup(of: Void.self) { group in
            for lane in finder.lanes { group.addTask { await collect(lane, into: progress) } }
        }
        return progress.evidence
    }

    private func collect(_ lane: CandidateFinder.Lane, into progress: PlaceProgress) async {
        let finder = finder
        let holders: [Descriptor]
        do throws(RegistryError) {
            holders = try await gated(bytes: Self.documentBytes) { () async throws(RegistryError) in
                try await finder.list(lane, of: digest)
            }
        } catch {
            return progress.fail(lane, error)
        }
        progress.list(lane, holders.map { finder.origin(lane, $0, of: digest) })
        await Bounded.forEach(
            holders, width: EvidenceFetching.width, mayBegin: { progress.wantsMore(lane) }
        ) { index, holder in
            do throws(RegistryError) {
                let candidates = try await gated(
                    bytes: min(holder.size, 4 << 20)
                ) { () async throws(RegistryError) in
                    try await finder.candidates(lane, in: holder)
                }
                progress.set(lane, index, candidates)
                // Several holders of several pieces each are read side by side already.
                await Bounded.forEach(
                    candidates, width: holders.count > 1 ? 1 : EvidenceFetching.width,
                    mayBegin: { progress.wantsMore(lane) }
                ) { _, candidate in
                    if progress.claim(candidate, lane) { await evaluate(candidate, lane, into: progress) }
                }
            } catch {
                progress.fail(lane, index, error, finder.origin(lane, holder, of: digest))
            }
        }
    }

    private func evaluate(
        _ candidate: EvidenceCandidate, _ lane: CandidateFinder.Lane, into progress: PlaceProgress
    ) async {
        if let bytes = known[candidate.blob.digest], bytes.count == candidate.blob.size {
            return progress.set(candidate, lane, judge(candidate, bytes), bytes: bytes)
        }
        do throws(RegistryError) {
            let (outcome, bytes) = try await gated(
                bytes: min(candidate.blob.size, candidate.cap.limit)
            ) { () async throws(RegistryError) in
                // Judged while the gate counts its bytes, so that no more of them are held than it allows.
                let bytes = try await candidate.bytes(from: source)
                return (judge(candidate, bytes), bytes)
            }
            progress.set(candidate, lane, outcome, bytes: bytes)
        } catch {
            // What is gone is read and says nothing; otherwise the place did not answer.
            let outcome: PlaceProgress.Outcome =
                error.isAbsence
                ? .refused(EvidenceRules.unreadable(error))
                : .failed(message: "\(error)", isOutage: error.isOutage)
            progress.set(candidate, lane, outcome, bytes: [])
        }
    }

    /// Verifies a piece by every verifier of the plan.
    func judge(_ candidate: EvidenceCandidate, _ bytes: [UInt8]) -> PlaceProgress.Outcome {
        let bundle: Bundle
        do throws(EvidenceError) {
            bundle = try candidate.parse(bytes)
        } catch {
            return .refused(EvidenceRules.unreadable(error))
        }
        let artifact = Artifact(digest: digest)
        var items: [EvidenceItem] = []
        var best: Finding?
        for entry in plan.entries {
            switch entry.verifier.verify(bundle, artifact: artifact, now: now) {
            case .verified(let evidence): items.append(EvidenceItem(evidence, trustRoot: entry.trustRoot))
            case .refused(let refusal):
                if best.map({ Self.weight($0) < Self.weight(refusal.finding) }) ?? true { best = refusal.finding }
            }
        }
        return items.isEmpty ? .refused(best) : .verified(items)
    }

    /// Of several refusals the one that came furthest says most: another identity is refused last.
    private static func weight(_ finding: Finding) -> Int {
        switch finding.rule {
        case VerificationRules.identityMismatch.id: 2
        case VerificationRules.signerMismatch.id, VerificationRules.certificateUntrusted.id: 0
        default: 1
        }
    }

    /// Fetches when every gate has room.
    private func gated<Value: Sendable>(
        bytes: Int, _ fetch: () async throws(RegistryError) -> Value
    ) async throws(RegistryError) -> Value {
        try await Self.gated(gates[...], bytes, source.place, fetch)
    }

    static func gated<Value: Sendable>(
        _ gates: ArraySlice<FetchGate>, _ bytes: Int, _ place: RegistryError.Place,
        _ fetch: () async throws(RegistryError) -> Value
    ) async throws(RegistryError) -> Value {
        guard let gate = gates.first else { return try await fetch() }
        let result = await gate.run(bytes: bytes) { () async -> Result<Value, RegistryError> in
            do throws(RegistryError) {
                return .success(try await gated(gates.dropFirst(), bytes, place, fetch))
            } catch {
                return .failure(error)
            }
        }
        guard let result else { throw RegistryError(.cancelled, "the caller gave up", at: place) }
        return try result.get()
    }
}
