/// Reads a regular expression into a tree, by recursive descent that ``PatternLimits/depth`` bounds.
struct RegexpParser {
    private let scalars: [Unicode.Scalar]
    private(set) var index = 0
    let foldsCase: Bool
    private var depth = 0
    private var groupNames: Set<String> = []
    private var sets: [RegexpSet] = []
    private var setIndices: [RegexpSet: Int] = [:]

    /// Parses a whole pattern.
    ///
    /// - Returns: The tree, whose program is within the cap, and the table of its classes.
    /// - Throws: ``PatternError`` at the first thing that is not of the accepted syntax.
    static func parse(_ pattern: String) throws(PatternError) -> (root: RegexpNode, sets: [RegexpSet]) {
        var parser = RegexpParser(pattern)
        let root = try parser.choice()
        // Only a parenthesis ends the outermost choice before the end.
        guard parser.peek() == nil else {
            throw parser.error(.unbalanced, "this ')' closes no group; remove it, or write \\) to mean the character")
        }
        return (root, parser.sets)
    }

    private init(_ pattern: String) {
        scalars = Array(pattern.unicodeScalars)
        foldsCase = scalars.starts(with: "(?i)".unicodeScalars)
        if foldsCase { index = 4 }
    }

    // MARK: Alternatives and sequences

    private mutating func choice() throws(PatternError) -> RegexpNode {
        let start = index
        var items = [try sequence()]
        while take("|") { items.append(try sequence()) }
        return try withinCap(.choice(items), at: start)
    }

    private mutating func sequence() throws(PatternError) -> RegexpNode {
        var items: [RegexpNode] = []
        var size = 0
        while let scalar = peek(), scalar != "|", scalar != ")" {
            let start = index
            let item = try repetitions(of: try atom(), from: start)
            size += item.size
            guard size < PatternLimits.instructions else { throw tooLarge(at: start) }
            items.append(item)
        }
        return .sequence(items)
    }

    private mutating func atom() throws(PatternError) -> RegexpNode {
        let start = index
        guard let scalar = next() else { return .empty }
        switch scalar {
        case "(": return try group(from: start)
        case "[": return .set(intern(try characterClass(from: start)))
        case ".": return .any
        case "^": return .start
        case "$": return .end
        case "*", "+", "?", "{":
            throw error(
                .nothingToRepeat,
                "\(PrintableText.quote(scalar)) has nothing before it that it could repeat; "
                    + "write \\\(scalar) to mean the character",
                at: start)
        case "\\":
            switch try escape(from: start) {
            case .scalar(let scalar): return literal(scalar)
            case .ranges(let ranges): return .set(intern(RegexpSet(ranges)))
            }
        default: return literal(scalar)
        }
    }

    private mutating func literal(_ scalar: Unicode.Scalar) -> RegexpNode {
        guard foldsCase, scalar.properties.isAlphabetic, scalar.isASCII else { return .scalar(scalar) }
        return .set(intern(RegexpSet(RegexpSet.foldingCase([scalar.value...scalar.value]))))
    }

    // MARK: Repetitions

    private mutating func repetitions(of node: RegexpNode, from start: Int) throws(PatternError) -> RegexpNode {
        let sign = index
        guard let (least, most) = try repetition() else { return node }
        // In a group it may be, as in (^|a)*; alone it is a slip.
        if scalars[start] == "^" || scalars[start] == "$" {
            throw error(.nothingToRepeat, "an assertion cannot be repeated; remove the repetition", at: sign)
        }
        // Lazy or not, a whole match is a whole match.
        _ = take("?")
        if let scalar = peek(), ["*", "+", "?", "{"].contains(scalar) {
            throw error(
                .nestedRepetition,
                "\(PrintableText.quote(scalar)) repeats a repetition; put the inner one into a group, as in (?:a*)*")
        }
        return try withinCap(.repetition(of: node, least: least, most: most), at: start)
    }

    private mutating func repetition() throws(PatternError) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = index
        guard take("{") else { return nil }
        guard let least = try count() else { throw badCount(at: start) }
        var most: Int? = least
        if take(",") { most = try count() }
        guard take("}") else { throw badCount(at: start) }
        if let most, most < least {
            throw error(
                .badCount, "{\(least),\(most)} asks for at least \(least) and at most \(most); swap the numbers",
                at: start)
        }
        return (least, most)
    }

    /// Reads a number, if there is one.
    private mutating func count() throws(PatternError) -> Int? {
        let start = index
        var value: Int?
        while let scalar = peek(), ("0"..."9").contains(scalar) {
            index += 1
            let sum = (value ?? 0) * 10 + Int(scalar.value - 0x30)
            guard sum <= PatternLimits.count else {
                throw error(
                    .badCount,
                    "the count is over \(PatternLimits.count), the most that is accepted; "
                        + "use {n,} or * where the length does not matter",
                    at: start)
            }
            value = sum
        }
        return value
    }

    private func badCount(at start: Int) -> PatternError {
        error(
            .badCount, "expected {n}, {n,} or {n,m} with decimal numbers; write \\{ to mean the character", at: start)
    }

    // MARK: Groups

    private mutating func group(from start: Int) throws(PatternError) -> RegexpNode {
        depth += 1
        guard depth <= PatternLimits.depth else {
            throw error(
                .tooDeep, "groups nest deeper than \(PatternLimits.depth) levels; simplify the pattern", at: start)
        }
        if take("?") { try groupKind(from: start) }
        let content = try choice()
        guard take(")") else {
            throw error(
                .unbalanced, "this '(' is never closed; add a ')', or write \\( to mean the character", at: start)
        }
        depth -= 1
        return content
    }

    private mutating func groupKind(from start: Int) throws(PatternError) {
        if take(":") { return }
        if take("P") {
            if take("=") { throw backReference(at: start) }
            if take("<") { return try groupName(from: start) }
        } else if take("<") {
            if take("=") || take("!") { throw lookAround(at: start) }
            return try groupName(from: start)
        } else if take("=") || take("!") {
            throw lookAround(at: start)
        } else if let scalar = peek(), ("a"..."z").contains(scalar) || scalar == "-" || ("A"..."Z").contains(scalar) {
            throw error(
                .unsupported, "flags are accepted only as (?i) at the very start of the pattern; move or remove them",
                at: start)
        }
        throw error(
            .badGroup, "this kind of group is not supported; use (…), (?:…), (?P<name>…) or (?<name>…)", at: start)
    }

    private mutating func groupName(from start: Int) throws(PatternError) {
        var name = ""
        while let scalar = next(), scalar != ">" {
            let isLetter = scalar == "_" || scalar.isASCII && scalar.properties.isAlphabetic
            guard isLetter || !name.isEmpty && ("0"..."9").contains(scalar) else {
                throw error(
                    .badGroup,
                    "\(PrintableText.quote(scalar)) cannot stand there in a group's name; "
                        + "use ASCII letters, digits and _, beginning with no digit",
                    at: index - 1)
            }
            name.unicodeScalars.append(scalar)
        }
        guard scalars[index - 1] == ">", !name.isEmpty else {
            throw error(.badGroup, "expected a name and '>', as in (?P<name>…)", at: start)
        }
        guard groupNames.insert(name).inserted else {
            throw error(.badGroup, "two groups are called \(PrintableText.quote(name)); rename one", at: start)
        }
    }

    // MARK: Escapes

    /// What a backslash and the characters after it stand for.
    enum Escape {
        case scalar(Unicode.Scalar)
        case ranges([ClosedRange<UInt32>])
    }

    /// Reads what follows a backslash.
    mutating func escape(from start: Int) throws(PatternError) -> Escape {
        guard let scalar = next() else {
            throw error(
                .unknownEscape, "the pattern ends in a backslash; write \\\\ to mean the character itself", at: start)
        }
        switch scalar {
        case "n": return .scalar("\n")
        case "t": return .scalar("\t")
        case "r": return .scalar("\r")
        case "d": return .ranges(Self.digits)
        case "w": return .ranges(Self.wordCharacters)
        case "s": return .ranges(Self.spaces)
        case "D": return .ranges(RegexpSet.complement(Self.digits))
        case "W": return .ranges(RegexpSet.complement(Self.wordCharacters))
        case "S": return .ranges(RegexpSet.complement(Self.spaces))
        case "1"..."9", "k", "g": throw backReference(at: start)
        case "A", "b", "B", "z", "Z", "G":
            throw error(
                .unsupported,
                "the assertion \\\(scalar) is not supported; the whole text is matched anyway, "
                    + "use ^ and $ for its beginning and end",
                at: start)
        default:
            guard scalar.isEscapableInPatterns else {
                throw error(
                    .unknownEscape,
                    "a backslash before \(PrintableText.quote(scalar)) has no meaning here; "
                        + "use \\d \\w \\s \\D \\W \\S \\n \\t \\r, or a backslash before punctuation",
                    at: start)
            }
            return .scalar(scalar)
        }
    }

    private static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
    private static let wordCharacters: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
    /// Tab, line feed, form feed, carriage return, space; not vertical tab (RE2, "Perl character classes").
    private static let spaces: [ClosedRange<UInt32>] = [0x09...0x0A, 0x0C...0x0D, 0x20...0x20]

    // MARK: Reading and errors

    func peek(_ distance: Int = 0) -> Unicode.Scalar? {
        index + distance < scalars.count ? scalars[index + distance] : nil
    }

    mutating func next() -> Unicode.Scalar? {
        guard let scalar = peek() else { return nil }
        index += 1
        return scalar
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek() == scalar else { return false }
        index += 1
        return true
    }

    /// An error at a scalar's index, by default the current one.
    func error(_ code: PatternError.Code, _ message: String, at place: Int? = nil) -> PatternError {
        let offset = scalars[..<(place ?? index)].reduce(0) { $0 + $1.utf8.count }
        return PatternError(code, message, offset: offset)
    }

    private mutating func intern(_ set: RegexpSet) -> Int {
        if let known = setIndices[set] { return known }
        sets.append(set)
        setIndices[set] = sets.count - 1
        return sets.count - 1
    }

    /// One instruction is left for the match itself.
    private func withinCap(_ node: RegexpNode, at start: Int) throws(PatternError) -> RegexpNode {
        guard node.size < PatternLimits.instructions else { throw tooLarge(at: start) }
        return node
    }

    private func tooLarge(at start: Int) -> PatternError {
        error(
            .tooLarge,
            "from here the pattern needs more than \(PatternLimits.instructions) instructions; "
                + "lower its counts, or use * or +",
            at: start)
    }

    private func backReference(at start: Int) -> PatternError {
        error(
            .backReference,
            "back-references are not supported, because matching them takes exponential time; repeat the expression",
            at: start)
    }

    private func lookAround(at start: Int) -> PatternError {
        error(
            .lookAround, "look-ahead and look-behind are not supported; write what should match as alternatives",
            at: start)
    }
}
