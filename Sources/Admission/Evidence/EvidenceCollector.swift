internal import Attestation
internal import Core
internal import OCI
internal import Policy
internal import Sigstore

/// Collects the evidence about one digest: finds it, fetches each piece once, and verifies it by every verifier of the
/// plan.
struct EvidenceCollector {
    let plan: EvidencePlan
    let sources: [any ImageSource]
    let now: Instant

    /// How many refusals are kept for explanation.
    private static let maximumRefused = 64

    /// What one manifest's places held.
    struct Collected {
        var part: ImageEvidence.Part
        var unread: [String] = []
        var unanswered: [String] = []
    }

    func collect(_ digest: Digest, platform: String? = nil) async -> Collected {
        var collected = Collected(part: ImageEvidence.Part(digest: digest, platform: platform))
        for source in sources { await collect(from: source, &collected) }
        // What is beside an image in several places, or by several trust roots, is one piece of evidence.
        collected.part.verified = Self.unique(collected.part.verified)
        return collected
    }

    private func collect(from source: any ImageSource, _ collected: inout Collected) async {
        let digest = collected.part.digest
        let found = await CandidateFinder(source: source, predicateType: nil).find(for: digest)
        collected.unread += found.failures.map { "\($0.origin): \($0.message)" }
        collected.unanswered += found.failures.filter(\.isOutage).map { "\($0.origin): \($0.message)" }
        let artifact = Artifact(digest: digest)
        var counted = 0
        for candidate in found.candidates.prefix(ImageVerification.maximumFetched.limit) {
            if await evaluate(candidate, source, artifact, &collected) { counted += 1 }
            if counted > ImageVerification.maximumCandidates.limit {
                let excess = CapExceeded(cap: ImageVerification.maximumCandidates, seen: counted)
                collected.unread.append("evidence of \(digest): \(excess)")
                return
            }
        }
        if found.candidates.count > ImageVerification.maximumFetched.limit {
            let excess = CapExceeded(cap: ImageVerification.maximumFetched, seen: found.candidates.count)
            collected.unread.append("evidence of \(digest): \(excess)")
        }
    }

    /// - Returns: whether the piece counts against the cap: only what verifies does, since whom a piece claims to be of can
    ///   be copied.
    private func evaluate(
        _ candidate: EvidenceCandidate, _ source: any ImageSource, _ artifact: Artifact, _ collected: inout Collected
    ) async -> Bool {
        let bundle: Bundle
        do {
            bundle = try await candidate.fetch(from: source)
        } catch let error as RegistryError where !error.isAbsence {
            // The place did not answer; what does not parse or is gone, however, is read and says nothing.
            if collected.unread.count < Self.maximumRefused { collected.unread.append("\(candidate.origin): \(error)") }
            if error.isOutage, collected.unanswered.count < Self.maximumRefused {
                collected.unanswered.append("\(candidate.origin): \(error)")
            }
            return false
        } catch {
            refuse(candidate, EvidenceRules.unreadable(error), &collected)
            return false
        }
        var isVerified = false
        var refusals: [Finding] = []
        for entry in plan.entries {
            switch entry.verifier.verify(bundle, artifact: artifact, now: now) {
            case .verified(let evidence):
                isVerified = true
                collected.part.verified.append(EvidenceItem(evidence, trustRoot: entry.trustRoot))
            case .refused(let refusal): refusals.append(refusal.finding)
            }
        }
        if !isVerified, let best = refusals.max(by: { Self.weight($0) < Self.weight($1) }) {
            refuse(candidate, best, &collected)
        }
        return isVerified
    }

    private func refuse(_ candidate: EvidenceCandidate, _ finding: Finding, _ collected: inout Collected) {
        guard collected.part.refused.count < Self.maximumRefused else { return }
        collected.part.refused.append(RefusedEvidence(origin: candidate.origin, finding: finding))
    }

    /// Of several refusals the one that came furthest says most: another identity is refused last.
    private static func weight(_ finding: Finding) -> Int {
        switch finding.rule {
        case VerificationRules.identityMismatch.id: 2
        case VerificationRules.signerMismatch.id, VerificationRules.certificateUntrusted.id: 0
        default: 1
        }
    }

    private static func unique(_ items: [EvidenceItem]) -> [EvidenceItem] {
        var seen: Set<[String]> = []
        return items.filter { seen.insert([$0.evidence.digest.description, $0.trustRoot]).inserted }
    }
}

extension EvidenceCandidate {
    /// Fetches and parses the piece.
    ///
    /// - Throws: ``RegistryError`` when it cannot be had, ``EvidenceError`` when it is not what it says it is.
    func fetch(from source: any ImageSource) async throws -> Bundle {
        let cap = form == .bundle ? Bundle.maximumSize : ImageVerification.maximumBlob
        let bytes = try await source.blob(blob.digest, size: blob.size, cap: cap)
        return switch form {
        case .bundle: try Bundle(parsing: bytes)
        case .cosignSignature: try Bundle(cosignSignature: bytes, annotations: blob.annotations)
        case .cosignAttestation: try Bundle(cosignAttestation: bytes, annotations: blob.annotations)
        }
    }
}
