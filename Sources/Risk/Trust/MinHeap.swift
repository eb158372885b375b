/// A queue that gives the smallest key first; of equal keys the smallest item.
struct MinHeap {
    typealias Element = (key: Int, item: Int)
    private var elements: [Element] = []

    var isEmpty: Bool { elements.isEmpty }
    /// The smallest key.
    var leastKey: Int? { elements.first?.key }

    mutating func push(_ key: Int, _ item: Int) {
        elements.append((key, item))
        var place = elements.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard elements[place] < elements[parent] else { return }
            elements.swapAt(place, parent)
            place = parent
        }
    }

    mutating func pop() -> Element? {
        guard let first = elements.first, let last = elements.popLast() else { return nil }
        guard !elements.isEmpty else { return first }
        var place = 0
        while true {
            var child = place * 2 + 1
            guard child < elements.count else { break }
            if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
            guard elements[child] < last else { break }
            elements[place] = elements[child]
            place = child
        }
        elements[place] = last
        return first
    }
}
