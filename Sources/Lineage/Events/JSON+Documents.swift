internal import Attestation
internal import Core

// What the documents of this module are written and read with.
extension JSONValue {
    /// A text from outside, cut at the cap.
    static func text(_ text: String) -> JSONValue { .string(text.excerpt(EvidenceRecord.longestText)) }
}

extension JSONObject {
    /// Adds a text from outside, cut at the cap; an absent one adds nothing.
    mutating func put(_ name: String, _ text: String?) {
        if let text { self[name] = .text(text) }
    }
}

extension JSONCursor {
    func digest() throws(JSONError) -> Digest {
        guard let digest = Digest(try string()) else { throw error("expected a digest such as sha256:…") }
        return digest
    }

    /// A whole number that counts something.
    func count() throws(JSONError) -> Int {
        let number = try int64()
        guard let count = Int(exactly: number), count >= 0 else { throw error("expected a count, saw \(number)") }
        return count
    }

    /// The texts of an optional array.
    func lines(_ name: String) throws(JSONError) -> [String] {
        var lines: [String] = []
        for element in try optional(name)?.elements(Cap("texts in a list", 1_024)) ?? [] {
            lines.append(try element.string())
        }
        return lines
    }
}

extension SubjectDigest {
    /// Reads what ``description`` wrote, also when the value is no plain word.
    init?(lenient text: String) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        self.init(algorithm: String(text[..<colon]), value: String(text[text.utf8.index(after: colon)...]))
    }
}
