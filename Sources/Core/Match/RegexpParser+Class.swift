extension RegexpParser {
    /// Reads a class whose opening bracket has been read.
    ///
    /// A `-` that can neither begin nor continue a range is literal, as in RE2: `[\w-.]`, `[a-z-9]`.
    mutating func characterClass(from start: Int) throws(PatternError) -> RegexpSet {
        let negated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while true {
            guard let scalar = peek() else {
                throw error(
                    .unbalanced, "this '[' is never closed; add a ']', or write \\[ to mean the character", at: start)
            }
            if scalar == "]", !isFirst { break }
            isFirst = false
            if scalar == "[", peek(1) == ":" {
                throw error(
                    .unsupported,
                    "POSIX classes such as [:alpha:] are not supported; write the characters, as in [a-zA-Z], "
                        + "or \\[: to mean '[' and ':'")
            }
            ranges += try classItem()
        }
        _ = take("]")
        if foldsCase { ranges = RegexpSet.foldingCase(ranges) }
        return RegexpSet(ranges, negated: negated)
    }

    /// Reads a character, a range or an escape.
    private mutating func classItem() throws(PatternError) -> [ClosedRange<UInt32>] {
        let start = index
        let first: Unicode.Scalar
        switch try classAtom() {
        case .ranges(let ranges): return ranges
        case .scalar(let scalar): first = scalar
        }
        guard peek() == "-", let end = peek(1), end != "]" else { return [first.value...first.value] }
        _ = take("-")
        guard case .scalar(let last) = try classAtom() else {
            throw error(
                .badClass, "a range cannot end in a class such as \\d; write \\- to mean the character '-'", at: start)
        }
        guard first.value <= last.value else {
            throw error(
                .badClass,
                "the range from \(PrintableText.quote(first)) to \(PrintableText.quote(last)) runs backwards; "
                    + "swap its ends, or write \\- to mean the character '-'",
                at: start)
        }
        return [first.value...last.value]
    }

    private mutating func classAtom() throws(PatternError) -> Escape {
        let start = index
        guard let scalar = next() else {
            throw error(.unbalanced, "this class is never closed; add a ']'", at: start)
        }
        return scalar == "\\" ? try escape(from: start) : .scalar(scalar)
    }
}
