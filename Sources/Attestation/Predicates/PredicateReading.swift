internal import Core

// What every predicate is read with: errors begin at `predicate`, so that they name the statement's field.
extension JSONCursor {
    init(predicate value: JSONValue) throws(JSONError) {
        self = try JSONCursor(["predicate": value]).required("predicate")
    }

    /// A string that says something.
    func text() throws(JSONError) -> String {
        let text = try string()
        guard !text.isEmpty else { throw error("expected a text, saw an empty string") }
        return text
    }

    /// The string of an optional member; an empty one, as some builders write it, counts as absent.
    func optionalText(_ name: String) throws(JSONError) -> String? {
        guard let text = try optional(name)?.string(), !text.isEmpty else { return nil }
        return text
    }

    /// The strings of an optional array; an absent one is empty.
    func strings(_ name: String, _ cap: Cap) throws(JSONError) -> [String] {
        var strings: [String] = []
        for element in try optional(name)?.elements(cap) ?? [] { strings.append(try element.string()) }
        return strings
    }

    /// The descriptors of an optional array; an absent one is empty.
    func descriptors(_ name: String, _ cap: Cap) throws(JSONError) -> [ResourceDescriptor] {
        var descriptors: [ResourceDescriptor] = []
        for element in try optional(name)?.elements(cap) ?? [] { descriptors.append(try ResourceDescriptor(element)) }
        return descriptors
    }

    /// The members, at most as many as the cap allows.
    func members(_ cap: Cap) throws(JSONError) -> [(name: String, cursor: JSONCursor)] {
        let count = try object().members.count
        guard count <= cap.limit else { throw error("\(CapExceeded(cap: cap, seen: count))", .tooLarge) }
        return try members()
    }

    /// The entries of a DigestSet; hashes this product can check must be well-formed.
    func digestSet(_ cap: Cap = Statement.maximumDigests) throws(JSONError) -> [SubjectDigest] {
        var digests: [SubjectDigest] = []
        for (name, cursor) in try members(cap) {
            let digest = SubjectDigest(algorithm: name, value: try cursor.string())
            guard digest.isWellFormed else {
                throw cursor.error("expected \(name) in lowercase hexadecimal, saw \"\(digest.value.prefix(140))\"")
            }
            digests.append(digest)
        }
        return digests
    }
}
