package import Core

/// What a YAML text may be at most, checked while it is read.
package struct YAMLLimits: Sendable, Hashable {
    /// The text's length in bytes.
    package var bytes: Cap
    /// How deeply lists and mappings may nest.
    package var depth: Cap
    /// How many keys and values there may be, in all documents together.
    package var nodes: Cap
    /// How many documents one text may hold.
    package var documents: Cap
    /// The length of a mapping's key in bytes.
    package var keyBytes: Cap
    /// How many combining marks may follow each other; comparing texts sorts them, in quadratic time.
    package var combiningMarks: Cap

    package init(bytes: Int = 4 << 20, depth: Int = 32, nodes: Int = 200_000, documents: Int = 1024) {
        self.bytes = Cap("YAML bytes", bytes)
        self.depth = Cap("levels of YAML nesting", depth)
        self.nodes = Cap("YAML keys and values", nodes)
        self.documents = Cap("YAML documents", documents)
        keyBytes = Cap("bytes in a key", 1024)
        combiningMarks = Cap("combining marks in a row", 128)
    }

    /// 4 MiB, 32 levels, 200 000 values, 1024 documents.
    package static let standard = YAMLLimits()
}
