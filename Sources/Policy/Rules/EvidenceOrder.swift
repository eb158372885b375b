internal import Attestation
internal import Core

/// Which words of the same signers still stand when they contradict each other.
enum EvidenceOrder {
    typealias Word<Content> = (item: EvidenceItem, content: Content)

    /// Hears every word, the adverse ones too.
    ///
    /// A favourable word stands when it is later than each adverse one. Two words are compared by themselves, so that a
    /// third that somebody attaches cannot change which of them is later, and further favourable words never hurt.
    ///
    /// - Returns: the favourable words that stand, and the last adverse one.
    static func hear<Content>(
        _ words: [Word<Content>], isAdverse: (Content) -> Bool
    ) -> (standing: [Word<Content>], adverse: Word<Content>?) {
        let adverse = words.filter { isAdverse($0.content) }
        let standing = words.filter { word in
            !isAdverse(word.content) && adverse.allSatisfy { word.item.isLater(than: $0.item) }
        }
        return (standing, adverse.max { isBefore($0.item, $1.item) })
    }

    // For messages: any order will do that depends on the words alone.
    fileprivate static func isBefore(_ left: EvidenceItem, _ right: EvidenceItem) -> Bool {
        let times = (left.time ?? .init(seconds: .min), right.time ?? .init(seconds: .min))
        return times.0 == times.1
            ? left.evidence.digest.description < right.evidence.digest.description : times.0 < times.1
    }
}

extension EvidenceItem {
    /// Whether this is known to have been said after another: by the order of the logs that hold both, else by the
    /// verified times. What is not known to be later is not.
    fileprivate func isLater(than other: EvidenceItem) -> Bool {
        let shared = Set(evidence.logEntries.map(\.logID)).intersection(other.evidence.logEntries.map(\.logID))
        if !shared.isEmpty, isOrderedByLogs, other.isOrderedByLogs {
            return shared.allSatisfy { log in
                guard let mine = index(in: log), let theirs = other.index(in: log) else { return false }
                return mine > theirs
            }
        }
        guard let time, let theirs = other.time else { return false }
        return time > theirs
    }

    private func index(in log: [UInt8]) -> Int64? {
        evidence.logEntries.filter { $0.logID == log }.map(\.index).min()
    }
}

extension Sequence<EvidenceItem> {
    /// The piece that was signed last.
    var youngest: EvidenceItem? { self.max { EvidenceOrder.isBefore($0, $1) } }
}
