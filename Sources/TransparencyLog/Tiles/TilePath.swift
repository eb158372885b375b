internal import Core

/// Where a tile lies: its level, its index, and how many hashes or entries it holds (C2SP tlog-tiles).
public struct TilePath: Sendable, Hashable, CustomStringConvertible {
    /// What the tile holds.
    public enum Kind: Sendable, Hashable {
        /// Hashes of a level, 0 to 63, a hash of each level standing for 256 of the level below.
        case hashes(level: Int)
        /// The entries themselves.
        case entries
    }

    public let kind: Kind
    public let index: UInt64
    /// 1 to 256; fewer than 256 in a partial tile.
    public let width: Int

    /// How many hashes or entries a full tile has.
    public static let fullWidth = 256
    /// The largest level whose tiles a tree of 2^63 leaves can have.
    static let highestLevel = 7

    public init(_ kind: Kind, index: UInt64, width: Int = TilePath.fullWidth) {
        self.kind = kind
        self.index = index
        self.width = min(max(width, 1), Self.fullWidth)
    }

    /// Whether it holds fewer than 256.
    public var isPartial: Bool { width < Self.fullWidth }

    /// The full tile of the same place.
    public var full: TilePath { TilePath(kind, index: index) }

    /// The path of a full tile, without the suffix of a partial one.
    var stem: String {
        let level =
            switch kind {
            case .hashes(let level): "\(level)"
            case .entries: "entries"
            }
        var rest = index
        var parts = [Self.padded(rest % 1_000)]
        while rest >= 1_000 {
            rest /= 1_000
            parts.append("x" + Self.padded(rest % 1_000))
        }
        return "tile/\(level)/" + parts.reversed().joined(separator: "/")
    }

    /// The path relative to the log's folder or URL, such as `tile/0/x001/x234/067.p/9`.
    public var description: String { isPartial ? "\(stem).p/\(width)" : stem }

    /// Reads such a path, in its one spelling; `nil` when it is none.
    public init?(_ text: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard text.utf8.count <= 64, parts.count >= 3, parts[0] == "tile" else { return nil }
        if parts[1] == "entries" {
            kind = .entries
        } else {
            guard let level = Decimal.parse(ArraySlice(parts[1].utf8), limit: 63) else { return nil }
            kind = .hashes(level: Int(level))
        }
        parts.removeFirst(2)
        var width = Self.fullWidth
        if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
            guard let last = parts.popLast(), let value = Decimal.parse(ArraySlice(last.utf8), limit: 255), value > 0
            else { return nil }
            width = Int(value)
            parts[parts.count - 1].removeLast(2)
        }
        self.width = width
        var index: UInt64 = 0
        for (place, part) in parts.enumerated() {
            let digits = place == parts.count - 1 ? part[...] : part.dropFirst()
            guard place == parts.count - 1 || part.hasPrefix("x"), digits.utf8.count == 3,
                digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt64(digits),
                index <= UInt64(Int64.max) / 1_000
            else { return nil }
            index = index * 1_000 + value
        }
        self.index = index
        guard description.isSame(as: text) else { return nil }
    }

    private static func padded(_ value: UInt64) -> String {
        let text = String(value)
        return String(repeating: "0", count: 3 - text.count) + text
    }

    /// The tile that holds a hash of a level in a tree of some leaves; `nil` when the tree has no such hash.
    static func hashes(level: Int, index: UInt64, treeSize: UInt64) -> TilePath? {
        let tile = index / 256
        let count = level * 8 < 64 ? treeSize >> UInt64(level * 8) : 0
        guard index < count else { return nil }
        return TilePath(.hashes(level: level), index: tile, width: Int(min(256, count - tile * 256)))
    }

    /// The bundle that holds an entry in a tree of some leaves; `nil` when the tree has no such entry.
    static func entries(at index: UInt64, treeSize: UInt64) -> TilePath? {
        guard index < treeSize else { return nil }
        let tile = index / 256
        return TilePath(.entries, index: tile, width: Int(min(256, treeSize - tile * 256)))
    }

    /// The most bytes its content can have.
    var maximumBytes: Int {
        switch kind {
        case .hashes: width * TreeHash.byteCount
        case .entries: width * (2 + EntryBundle.maximumEntryBytes.limit)
        }
    }
}
