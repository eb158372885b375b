package import Core

/// How large what is compressed may become.
package struct DecompressionLimits: Sendable, Hashable {
    /// Compressed bytes.
    package var input: Cap
    /// Decompressed bytes.
    package var output: Cap
    /// Decompressed bytes for each compressed one, counted from ``ratioFloor`` on.
    package var ratio: Cap
    /// Up to so many decompressed bytes any ratio is accepted: small texts compress well.
    package var ratioFloor: Int
    /// What a decoder may keep of earlier output, in bytes.
    package var window: Cap

    package init(input: Int, output: Int, ratio: Int = 250, ratioFloor: Int = 4 << 20, window: Int = 96 << 20) {
        self.input = Cap("compressed bytes", input)
        self.output = Cap("decompressed bytes", output)
        self.ratio = Cap("decompressed bytes for each compressed one", ratio)
        self.ratioFloor = ratioFloor
        self.window = Cap("bytes of a decompressor's memory", window)
    }

    /// 1 GiB in, 4 GiB out, 250 to one, 96 MiB of memory.
    package static let standard = DecompressionLimits(input: 1 << 30, output: 4 << 30)
}
