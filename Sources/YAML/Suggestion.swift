internal import Core

/// Finds what was probably meant by a word that is not known.
package enum Suggestion {
    /// The nearest known words, as a message names them, such as `images` or `images or image`; `nil` when none is near.
    ///
    /// Near is a third of the longer word's letters put in, left out, exchanged or swapped with their neighbour; case does not
    /// count.
    package static func nearest(to word: String, in known: [String]) -> String? {
        guard word.utf8.count <= 64 else { return nil }
        let letters = Array(word.lowercased().utf8)
        let near = known.compactMap { name -> (name: String, distance: Int)? in
            let other = Array(name.lowercased().utf8)
            let distance = distance(letters, other)
            return distance <= max(1, max(letters.count, other.count) / 3) ? (name, distance) : nil
        }
        guard let least = near.map(\.distance).min() else { return nil }
        return near.filter { $0.distance == least }.map(\.name).joined(separator: " or ")
    }

    /// The optimal string alignment distance.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var before: [Int] = []
        var previous = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let same = left[row - 1] == right[column - 1]
                var best = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (same ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    best = min(best, before[column - 2] + 1)
                }
                current.append(best)
            }
            before = previous
            previous = current
        }
        return previous[right.count]
    }
}
