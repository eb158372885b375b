/// What a JSON text that is read as a stream may be at most.
package struct JSONStreamLimits: Sendable, Hashable {
    /// The whole text's length in bytes.
    package var bytes: Cap
    /// How deeply arrays and objects may nest.
    package var depth: Cap
    /// A member's name, in bytes as it is written.
    package var nameBytes: Cap
    /// How many members an object may have whose members are walked.
    package var members: Cap

    package init(bytes: Int, depth: Int = 64, nameBytes: Int = 64 << 10, members: Int = 100_000) {
        self.bytes = Cap("JSON bytes", bytes)
        self.depth = Cap("levels of JSON nesting", depth)
        self.nameBytes = Cap("bytes of a JSON name", nameBytes)
        self.members = Cap("members of a JSON object", members)
    }
}
