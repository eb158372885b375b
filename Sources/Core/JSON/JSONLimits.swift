/// What a JSON text may be at most, checked while it is read.
public struct JSONLimits: Sendable, Hashable {
    /// The text's length in bytes.
    public var bytes: Cap
    /// How deeply arrays and objects may nest.
    public var depth: Cap
    /// How many values there may be in all.
    public var values: Cap
    /// How many combining marks may follow each other in a string.
    public var combiningMarks: Cap

    public init(bytes: Int, depth: Int = 64, values: Int = 1_000_000) {
        self.bytes = Cap("JSON bytes", bytes)
        self.depth = Cap("levels of JSON nesting", depth)
        self.values = Cap("JSON values", values)
        combiningMarks = Cap("combining marks in a row", 128)
    }

    /// 16 MiB, 64 levels, one million values.
    public static let standard = JSONLimits(bytes: 16 << 20)
}
