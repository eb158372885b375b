internal import Core
internal import YAML

/// How the fields of policy documents are read.
extension YAMLCursor {
    /// The name of a document, environment, cluster, gate or class.
    func name() throws(YAMLError) -> String {
        let text = try text()
        func isPlain(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        let isName = text.utf8.allSatisfy { isPlain($0) || "._-".utf8.contains($0) }
        guard isName, text.utf8.count <= 253, text.utf8.first.map(isPlain) == true, text.utf8.last.map(isPlain) == true
        else {
            throw error(
                "expected a name of at most 253 letters, digits, '.', '_' and '-' that begins and ends with a letter or "
                    + "digit, saw \(PrintableText.quote(text.excerpt(100)))")
        }
        return text
    }

    /// A text of printable ASCII without spaces, such as a URL or a user name.
    func word() throws(YAMLError) -> String {
        let text = try text()
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), text.utf8.count <= 2_048 else {
            throw error(
                "expected at most 2048 visible ASCII characters without spaces, saw "
                    + PrintableText.quote(text.excerpt(100)))
        }
        return text
    }

    /// One of some words.
    func choice<Choice>(_ type: Choice.Type) throws(YAMLError) -> Choice
    where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
        let text = try text()
        if let choice = Choice.allCases.first(where: { $0.rawValue.isSame(as: text) }) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        let meant = Suggestion.nearest(to: text, in: known).map { "did you mean \($0)? " } ?? ""
        throw error(
            "unknown value \(PrintableText.quote(text.excerpt(100))); \(meant)known are \(known.joined(separator: ", "))"
        )
    }

    /// A duration such as `30d`.
    ///
    /// - Parameter zero: whether `0s` says something here.
    func duration(zero: Bool = false) throws(YAMLError) -> Duration {
        guard case .string(let text) = node.value, let duration = DurationText.parse(text) else {
            throw error("expected a duration such as 30d, 24h, 90m or 1d12h, of at most ten years")
        }
        if duration == .zero, !zero { throw error("expected a duration longer than nothing") }
        return duration
    }

    /// A whole number of a range.
    func integer(in range: ClosedRange<Int>) throws(YAMLError) -> Int {
        let number = try integer()
        guard let value = Int(exactly: number), range.contains(value) else {
            throw error("expected \(range.lowerBound) to \(range.upperBound), saw \(number)")
        }
        return value
    }

    /// A glob.
    func glob() throws(YAMLError) -> Glob {
        let text = try text()
        do {
            return try Glob(text)
        } catch let problem {
            throw error("not a glob: \(problem)")
        }
    }

    /// A glob, as a matcher; without wildcards it is the text itself.
    func matcher() throws(YAMLError) -> StringMatcher {
        let glob = try glob()
        return glob.pattern.utf8.contains { "*?\\".utf8.contains($0) } ? .glob(glob) : .exact(glob.pattern)
    }

    /// A regular expression for the whole text.
    func regexp() throws(YAMLError) -> Regexp {
        let text = try text()
        do {
            return try Regexp(text)
        } catch let problem {
            throw error("not a regular expression: \(problem)")
        }
    }

    /// A public key in PEM.
    func publicKey() throws(YAMLError) -> PublicKey {
        let text = try text()
        do {
            return try PublicKey(pem: text)
        } catch let problem {
            throw error("not a public key in PEM: \(problem)")
        }
    }

    /// A digest such as `sha256:…`.
    func digest() throws(YAMLError) -> Digest {
        let text = try text()
        guard let digest = Digest(text), digest.algorithm == .sha256 else {
            throw error(
                "expected sha256: and 64 lowercase hexadecimal digits, saw \(PrintableText.quote(text.excerpt(100)))")
        }
        return digest
    }

    /// The elements of a list that is not empty.
    func someElements(_ cap: Cap) throws(YAMLError) -> [YAMLCursor] {
        let elements = try elements(cap)
        // An empty list could be meant as "none" or as "any"; leaving the field out has one meaning.
        if elements.isEmpty { throw error("the list is empty; name something or leave the field out") }
        return elements
    }

    /// The elements of a list that is not empty and names nothing twice.
    ///
    /// - Parameters:
    ///   - key: what must not be there twice; the element itself when absent.
    ///   - read: reads an element.
    func distinct<Element>(
        _ cap: Cap, by key: (Element) -> String, _ read: (YAMLCursor) throws(YAMLError) -> Element
    ) throws(YAMLError) -> [Element] {
        var seen: [String: Int] = [:]
        var result: [Element] = []
        for (index, cursor) in try someElements(cap).enumerated() {
            let element = try read(cursor)
            if let first = seen.updateValue(index, forKey: key(element)) {
                throw cursor.error("stands here twice, first as element \(first); leave one out")
            }
            result.append(element)
        }
        return result
    }

    /// Distinct texts.
    func distinct(
        _ cap: Cap, _ read: (YAMLCursor) throws(YAMLError) -> String
    ) throws(YAMLError) -> [String] {
        try distinct(cap, by: { $0 }, read)
    }

    /// Distinct globs.
    func globs(_ cap: Cap) throws(YAMLError) -> [Glob] {
        try distinct(cap, by: \.pattern) { (cursor) throws(YAMLError) in try cursor.glob() }
    }

    /// One value, or a list of several.
    func oneOrMore<Element: CustomStringConvertible>(
        _ cap: Cap, _ read: (YAMLCursor) throws(YAMLError) -> Element
    ) throws(YAMLError) -> [Element] {
        guard case .sequence = node.value else { return [try read(self)] }
        return try distinct(cap, by: \.description, read)
    }

    /// The members of a mapping that is not empty.
    func someMembers(_ cap: Cap) throws(YAMLError) -> [(name: String, cursor: YAMLCursor)] {
        let members = try members()
        if members.isEmpty { throw error("the mapping is empty; name something or leave the field out") }
        if members.count > cap.limit { throw error("\(CapExceeded(cap: cap, seen: members.count))", .tooLarge) }
        return members
    }
}
