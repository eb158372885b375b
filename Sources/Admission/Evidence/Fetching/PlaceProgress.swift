internal import Core
internal import OCI
internal import Policy
internal import Synchronization

/// How far the reading of one place has come; it can be asked at any time.
///
/// What it says in the end depends on what was found and on the order in which it is listed, never on what came first.
final class PlaceProgress: Sendable {
    /// What became of a candidate.
    enum Outcome: Sendable {
        case verified([EvidenceItem])
        case refused(Finding?)
        /// The place did not give it.
        case failed(message: String, isOutage: Bool)
    }

    /// A piece that verified, with its bytes, for the disk.
    struct Piece: Sendable {
        let candidate: EvidenceCandidate
        let bytes: [UInt8]
    }

    /// A manifest that holds evidence.
    private enum Holder {
        case pending(origin: String)
        case read([EvidenceCandidate])
        case failed(ImageVerdict.Failure)
    }

    private struct Lane {
        var listing: ImageVerdict.Failure?
        var holders: [Holder]?
        var claimed = 0
        var claimedBytes = 0
        var verified = 0
    }

    private struct State {
        var lanes: [CandidateFinder.Lane: Lane] = [:]
        var outcomes: [EvidenceCandidate.Key: Outcome] = [:]
        var claimed: Set<EvidenceCandidate.Key> = []
        var pieces: [EvidenceCandidate.Key: Piece] = [:]
        /// How many bytes verified, kept or not.
        var pieceBytes = 0
    }

    private let state = Mutex(State())
    private let digest: Digest
    private let place: RegistryError.Place
    private let lanes: [CandidateFinder.Lane]
    private let maximumPieceBytes: Int

    /// The declared bytes of all the pieces of one manifest in one place.
    fileprivate static let maximumBytes = Cap("bytes of evidence of one image in one place", 256 << 20)
    /// What is begun out of its turn: as many pieces as are under way at once, each of any size that is accepted.
    private static let slack = EvidenceFetching.width

    /// - Parameter maximumPieceBytes: how many bytes of verified pieces are kept for the disk; 0 keeps none.
    init(
        digest: Digest, place: RegistryError.Place, lanes: [CandidateFinder.Lane], maximumPieceBytes: Int
    ) {
        self.digest = digest
        self.place = place
        self.lanes = lanes
        self.maximumPieceBytes = maximumPieceBytes
    }

    /// Whether more of a lane may decide something: what follows the last piece that counts does not.
    ///
    /// Lanes do not look at each other, since one that counts first must not lack what a later one was quicker to find.
    func wantsMore(_ lane: CandidateFinder.Lane) -> Bool {
        state.withLock { state in
            guard let lane = state.lanes[lane] else { return true }
            return lane.verified <= ImageVerification.maximumCandidates.limit
                && lane.claimed < ImageVerification.maximumFetched.limit + Self.slack
        }
    }

    func list(_ lane: CandidateFinder.Lane, _ origins: [String]) {
        state.withLock { $0.lanes[lane, default: Lane()].holders = origins.map { .pending(origin: $0) } }
    }

    func fail(_ lane: CandidateFinder.Lane, _ error: RegistryError) {
        let failure = ImageVerdict.Failure(
            origin: lane.origin(digest), message: "\(error)", isOutage: error.isOutage)
        state.withLock { $0.lanes[lane, default: Lane()].listing = failure }
    }

    func set(_ lane: CandidateFinder.Lane, _ index: Int, _ candidates: [EvidenceCandidate]) {
        state.withLock { $0.lanes[lane]?.holders?[index] = .read(candidates) }
    }

    func fail(_ lane: CandidateFinder.Lane, _ index: Int, _ error: RegistryError, _ origin: String) {
        let failure = ImageVerdict.Failure(origin: origin, message: "\(error)", isOutage: error.isOutage)
        state.withLock { $0.lanes[lane]?.holders?[index] = .failed(failure) }
    }

    /// Whether a candidate is the caller's to fetch: nobody else's already, and within the caps.
    func claim(_ candidate: EvidenceCandidate, _ lane: CandidateFinder.Lane) -> Bool {
        state.withLock { state in
            var counted = state.lanes[lane] ?? Lane()
            guard counted.claimed < ImageVerification.maximumFetched.limit + Self.slack,
                counted.claimedBytes <= Self.maximumBytes.limit + Self.slack * ImageVerification.maximumBlob.limit,
                state.claimed.insert(candidate.key).inserted
            else { return false }
            counted.claimed += 1
            counted.claimedBytes += candidate.weight
            state.lanes[lane] = counted
            return true
        }
    }

    func set(_ candidate: EvidenceCandidate, _ lane: CandidateFinder.Lane, _ outcome: Outcome, bytes: [UInt8]) {
        state.withLock { state in
            state.outcomes[candidate.key] = outcome
            guard case .verified = outcome else { return }
            state.lanes[lane, default: Lane()].verified += 1
            state.pieceBytes += bytes.count
            if state.pieceBytes <= maximumPieceBytes {
                state.pieces[candidate.key] = Piece(candidate: candidate, bytes: bytes)
            }
        }
    }

    /// How many bytes verified.
    var verifiedBytes: Int { state.withLock { $0.pieceBytes } }

    /// The pieces that verified, in the order of their digests; `nil` when they are too many bytes.
    var pieces: [Piece]? {
        state.withLock { state in
            guard state.pieceBytes <= maximumPieceBytes else { return nil }
            return state.pieces.values.sorted {
                ($0.candidate.blob.digest.description, $0.candidate.origin)
                    < ($1.candidate.blob.digest.description, $1.candidate.origin)
            }
        }
    }

    /// What is known by now; what is missing counts as unanswered.
    var evidence: PlaceEvidence {
        let state = state.withLock { $0 }
        var walk = Walk(outcomes: state.outcomes, digest: digest, place: place)
        for lane in lanes where !walk.isOver {
            let known = state.lanes[lane]
            if let failure = known?.listing {
                walk.add(failure)
            } else if known?.holders == nil {
                walk.miss(lane.origin(digest))
            }
            for holder in known?.holders ?? [] where !walk.isOver {
                switch holder {
                case .pending(let origin): walk.miss(origin)
                case .failed(let failure): walk.add(failure)
                case .read(let candidates): for candidate in candidates where !walk.isOver { walk.judge(candidate) }
                }
            }
        }
        return walk.evidence
    }

    /// Goes through what was found in its order, as far as the caps allow.
    private struct Walk {
        let outcomes: [EvidenceCandidate.Key: Outcome]
        let digest: Digest
        let place: RegistryError.Place
        private(set) var evidence = PlaceEvidence()
        /// Whether a cap was reached, so that the rest does not count.
        private(set) var isOver = false
        private var seen: Set<EvidenceCandidate.Key> = []
        private var bytes = 0
        private var verified = 0
        private var failures = 0
        private var unreadPieces = 0
        private var missing = 0

        init(outcomes: [EvidenceCandidate.Key: Outcome], digest: Digest, place: RegistryError.Place) {
            self.outcomes = outcomes
            self.digest = digest
            self.place = place
        }

        mutating func add(_ failure: ImageVerdict.Failure) {
            failures += 1
            guard failures <= CandidateFinder.maximumFailures else { return }
            add("\(failure.origin): \(failure.message)", isOutage: failure.isOutage)
        }

        mutating func miss(_ origin: String) {
            missing += 1
            guard missing <= CandidateFinder.maximumFailures else { return }
            add("\(origin): \(place): no answer within the time of the request", isOutage: true)
        }

        mutating func judge(_ candidate: EvidenceCandidate) {
            guard seen.insert(candidate.key).inserted else { return }
            if seen.count > ImageVerification.maximumFetched.limit {
                return stop(ImageVerification.maximumFetched, seen.count)
            }
            bytes += candidate.weight
            if bytes > PlaceProgress.maximumBytes.limit { return stop(PlaceProgress.maximumBytes, bytes) }
            switch outcomes[candidate.key] {
            case .verified(let items):
                evidence.verified += items
                // Only what verifies counts, since whom a piece claims to be of can be copied.
                verified += 1
                if verified > ImageVerification.maximumCandidates.limit {
                    stop(ImageVerification.maximumCandidates, verified)
                }
            case .refused(let finding):
                guard let finding, evidence.refused.count < PlaceEvidence.maximumReported else { return }
                evidence.refused.append(RefusedEvidence(origin: candidate.origin, finding: finding))
            case .failed(let message, let isOutage):
                unreadPieces += 1
                guard unreadPieces <= PlaceEvidence.maximumReported else { return }
                add("\(candidate.origin): \(message)", isOutage: isOutage)
            case nil: miss(candidate.origin)
            }
        }

        private mutating func add(_ text: String, isOutage: Bool) {
            evidence.unread.append(text)
            if isOutage { evidence.unanswered.append(text) }
        }

        private mutating func stop(_ cap: Cap, _ seen: Int) {
            evidence.unread.append("evidence of \(digest): \(CapExceeded(cap: cap, seen: seen))")
            isOver = true
        }
    }
}
