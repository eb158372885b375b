extension Glob {
    /// Whether some text matches both patterns.
    ///
    /// The work is proportional to the product of both lengths; patterns over 1024 bytes count as overlapping.
    package func overlaps(_ other: Glob) -> Bool {
        let left = elements
        let right = other.elements
        guard left.count <= 1_024, right.count <= 1_024 else { return true }
        // row[j]: whether the rest of the left pattern and the rest of the right one from j on have a common text.
        var below = [Bool](repeating: false, count: right.count + 1)
        for i in stride(from: left.count, through: 0, by: -1) {
            var row = [Bool](repeating: false, count: right.count + 1)
            for j in stride(from: right.count, through: 0, by: -1) {
                let first = i < left.count ? left[i] : nil
                let second = j < right.count ? right[j] : nil
                row[j] =
                    switch (first, second) {
                    case (nil, nil): true
                    case (.run, nil): below[j]
                    case (nil, .run): row[j + 1]
                    // A run takes nothing, or what stands on the other side.
                    case (.run, .some): below[j] || row[j + 1]
                    case (.some, .run): row[j + 1] || below[j]
                    case (.one(let a)?, .one(let b)?): (a == nil || b == nil || a == b) && below[j + 1]
                    case (nil, .one), (.one, nil): false
                    }
            }
            below = row
        }
        return below[0]
    }

    private enum Element {
        /// A character; `nil` for any.
        case one(Unicode.Scalar?)
        case run
    }

    private var elements: [Element] {
        var elements: [Element] = []
        var isEscaped = false
        for scalar in pattern.unicodeScalars {
            switch scalar {
            case _ where isEscaped:
                elements.append(.one(scalar))
                isEscaped = false
            case "\\": isEscaped = true
            case "*": elements.append(.run)
            case "?": elements.append(.one(nil))
            default: elements.append(.one(scalar))
            }
        }
        return elements
    }
}
