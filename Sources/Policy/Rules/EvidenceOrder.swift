internal import Attestation
internal import Core

/// The order in which evidence came to be known.
///
/// Where a log holds all of it, the log's order decides; else the verified times do. At the same moment the adverse word
/// is the later one.
enum EvidenceOrder {
    static func newest<Content>(
        _ items: [(item: EvidenceItem, content: Content)], isAdverse: (Content) -> Bool
    ) -> (item: EvidenceItem, content: Content)? {
        let log = commonLog(items.map(\.item))
        return items.max { left, right in
            if let log, let leftIndex = left.item.index(in: log), let rightIndex = right.item.index(in: log),
                leftIndex != rightIndex
            {
                return leftIndex < rightIndex
            }
            let times = (left.item.time ?? .init(seconds: .min), right.item.time ?? .init(seconds: .min))
            if log == nil, times.0 != times.1 { return times.0 < times.1 }
            if isAdverse(left.content) != isAdverse(right.content) { return isAdverse(right.content) }
            return left.item.evidence.digest.hex < right.item.evidence.digest.hex
        }
    }

    /// The log with the smallest id in which every piece has an entry.
    private static func commonLog(_ items: [EvidenceItem]) -> [UInt8]? {
        guard let first = items.first else { return nil }
        return first.evidence.logEntries.map(\.logID).filter { log in
            items.allSatisfy { $0.index(in: log) != nil }
        }.min { $0.lexicographicallyPrecedes($1) }
    }
}

extension EvidenceItem {
    fileprivate func index(in log: [UInt8]) -> Int64? {
        evidence.logEntries.filter { $0.logID == log }.map(\.index).min()
    }
}
