import Core

/// RFC 6962 §2.1 word for word, recursive and slow, sharing nothing with what it is compared to but SHA-256.
enum NaiveTree {
    static func root(_ entries: ArraySlice<[UInt8]>) -> [UInt8] {
        if entries.isEmpty { return Digest.of([UInt8]()).bytes }
        if entries.count == 1, let only = entries.first { return Digest.of([0] + only).bytes }
        let k = split(entries.count)
        return Digest.of([1] + root(entries.prefix(k)) + root(entries.dropFirst(k))).bytes
    }

    static func path(_ index: Int, _ entries: ArraySlice<[UInt8]>) -> [[UInt8]] {
        if entries.count <= 1 { return [] }
        let k = split(entries.count)
        if index < k { return path(index, entries.prefix(k)) + [root(entries.dropFirst(k))] }
        return path(index - k, entries.dropFirst(k)) + [root(entries.prefix(k))]
    }

    static func consistency(_ m: Int, _ entries: ArraySlice<[UInt8]>) -> [[UInt8]] {
        m == 0 ? [] : subproof(m, entries, true)
    }

    private static func subproof(_ m: Int, _ entries: ArraySlice<[UInt8]>, _ isWhole: Bool) -> [[UInt8]] {
        if m == entries.count { return isWhole ? [] : [root(entries)] }
        let k = split(entries.count)
        if m <= k { return subproof(m, entries.prefix(k), isWhole) + [root(entries.dropFirst(k))] }
        return subproof(m - k, entries.dropFirst(k), false) + [root(entries.prefix(k))]
    }

    private static func split(_ count: Int) -> Int {
        var k = 1
        while k * 2 < count { k *= 2 }
        return k
    }
}
