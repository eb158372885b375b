package import Core

/// How much of a message is read.
package struct PackStreamLimits: Sendable, Hashable {
    /// The bytes of one message without its chunks' headers; a record is one message.
    package var bytes: Cap
    /// How deep lists, maps and structures may lie in each other.
    package var depth: Cap
    /// The values of one message, each element and each key counted.
    package var values: Cap

    package init(bytes: Int = 16 << 20, depth: Int = 64, values: Int = 1_000_000) {
        self.bytes = Cap("bytes of a message", bytes)
        self.depth = Cap("levels within a message", depth)
        self.values = Cap("values of a message", values)
    }
}
