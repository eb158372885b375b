internal import Attestation
internal import Core
internal import Policy

/// What one place holds about one manifest, as far as it was read.
struct PlaceEvidence: Sendable {
    var verified: [EvidenceItem] = []
    var refused: [RefusedEvidence] = []
    var unread: [String] = []
    /// Those of what is unread that gave no answer.
    var unanswered: [String] = []
    var stale: ImageEvidence.Staleness?

    /// How many refusals, and how many unread pieces, are kept; they explain and decide nothing.
    static let maximumReported = 64

    /// About how many bytes of memory its texts take.
    var textBytes: Int {
        refused.reduce(0) {
            $0 + $1.origin.utf8.count + $1.finding.observed.utf8.count + $1.finding.expected.utf8.count
        }
            + (unread + unanswered).reduce(0) { $0 + $1.utf8.count } + 64 * (refused.count + unread.count)
    }

    /// Adds something that gave no answer.
    mutating func addUnanswered(_ text: String) {
        unread.append(text)
        unanswered.append(text)
    }

    /// The items with each piece once: what is beside an image in several places is one piece of evidence.
    static func unique(_ items: [EvidenceItem]) -> [EvidenceItem] {
        // A handful is compared pairwise, which needs no memory.
        if items.count <= 16 {
            let isUnique = items.indices.allSatisfy { index in
                !items[..<index].contains { $0.isSamePiece(as: items[index]) }
            }
            if isUnique { return items }
        }
        struct Key: Hashable {
            let digest: Digest
            let trustRoot: [UInt8]
        }
        var seen: Set<Key> = []
        return items.filter { item in
            seen.insert(Key(digest: item.digest, trustRoot: Array(item.trustRoot.utf8))).inserted
        }
    }
}
