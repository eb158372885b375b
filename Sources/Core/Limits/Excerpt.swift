extension String {
    /// The text's beginning, when the whole is too long for a message.
    ///
    /// What stands in evidence may be megabytes long; a message that quotes it goes to logs, terminals and the API
    /// server, which must not receive those.
    ///
    /// - Parameter limit: the length in UTF-8 bytes that is kept, or a little less so that no character is split.
    package func excerpt(_ limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit)
        // A continuation byte belongs to the character before it.
        while end > startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        return "\(self[..<end])… (\(utf8.count) bytes)"
    }
}
