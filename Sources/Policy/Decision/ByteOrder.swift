/// Texts that are equal only if their bytes are, in the order of their bytes.
///
/// `String` is ordered and compared by canonical equivalence, under which two texts can be equal and still be written
/// differently; what is sorted by it depends on the order it came in.
struct ByteKey: Hashable, Comparable {
    private let texts: [[UInt8]]

    init(_ texts: [String]) { self.texts = texts.map { Array($0.utf8) } }

    static func < (left: ByteKey, right: ByteKey) -> Bool {
        for (left, right) in zip(left.texts, right.texts) where left != right {
            return left.lexicographicallyPrecedes(right)
        }
        return left.texts.count < right.texts.count
    }
}

extension Sequence {
    /// The elements in the order of the bytes of what names them.
    func sorted(byBytes key: (Element) -> [String]) -> [Element] {
        let all = Array(self)
        guard all.count > 1 else { return all }
        return all.map { (ByteKey(key($0)), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Each element once, in the order of the bytes of what names it.
    func unique(byBytes key: (Element) -> [String]) -> [Element] {
        let all = Array(self)
        guard all.count > 1 else { return all }
        var seen: Set<ByteKey> = []
        return all.sorted(byBytes: key).filter { seen.insert(ByteKey(key($0))).inserted }
    }
}

extension Sequence<String> {
    func sortedByBytes() -> [String] { sorted(byBytes: { [$0] }) }
    func uniqueByBytes() -> [String] { unique(byBytes: { [$0] }) }
}
