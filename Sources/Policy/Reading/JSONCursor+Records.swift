internal import Core

extension JSONCursor {
    /// A digest in its one spelling.
    func digest() throws(JSONError) -> Digest {
        let text = try string()
        guard let digest = Digest(text), digest.description.isSame(as: text) else {
            throw error("expected a digest such as sha256:<64 digits>, saw \(PrintableText.quote(text.excerpt(100)))")
        }
        return digest
    }

    /// A list of strings.
    func strings() throws(JSONError) -> [String] {
        var texts: [String] = []
        for element in try elements(AdmissionFacts.maximumRecorded) { texts.append(try element.string()) }
        return texts
    }

    /// A member that is only written when it is true.
    func flag(_ name: String) throws(JSONError) -> Bool {
        guard let cursor = try optional(name) else { return false }
        guard try cursor.bool() else { throw cursor.error("expected true, or no such field") }
        return true
    }

    /// A whole number that is not negative.
    func count() throws(JSONError) -> UInt64 {
        guard case .integer(let number) = value, let count = UInt64(exactly: number) else {
            throw error("expected a whole number of 0 or more")
        }
        return count
    }

    /// A time in its one spelling.
    func recordedInstant() throws(JSONError) -> Instant {
        let instant = try instant()
        guard instant.description.isSame(as: try string()) else {
            throw error("expected the time in UTC, as short as it can be written: \(instant)")
        }
        return instant
    }

    /// A text that is not longer than a name may be.
    func name() throws(JSONError) -> String {
        let text = try string()
        guard text.utf8.count <= LogRecord.maximumName.limit else {
            throw error("\(CapExceeded(cap: LogRecord.maximumName, seen: text.utf8.count))", .tooLarge)
        }
        return text
    }

    /// A text that is not longer than a reason may be.
    func reason() throws(JSONError) -> String {
        let text = try string()
        guard text.utf8.count <= LogRecord.maximumReason.limit else {
            throw error("\(CapExceeded(cap: LogRecord.maximumReason, seen: text.utf8.count))", .tooLarge)
        }
        return text
    }
}
