/// Where in a document its reader stands, as `components[3].components[0]`.
///
/// The text is only made for what is set aside; reading on costs a number for each step.
struct BillPlace {
    private var root = ""
    private var indices: [Int] = []

    /// Enters a list, or `metadata.component`, in which nothing is numbered at first.
    mutating func begin(_ root: String) {
        self.root = root
        indices = []
    }

    mutating func push() { indices.append(-1) }
    mutating func pop() { indices.removeLast() }
    mutating func next() { indices[indices.count - 1] += 1 }

    /// How deeply lists are nested.
    var depth: Int { indices.count }

    /// - Parameter nested: the name of the lists within the first one.
    func text(nested: String = "components", field: String, line: Int) -> String {
        var text = root
        for (level, index) in indices.enumerated() {
            if level > 0 || root.hasSuffix(".component") { text += ".\(nested)" }
            text += "[\(index)]"
        }
        if !field.isEmpty { text += ".\(field)" }
        return "\(text), line \(line)"
    }
}
