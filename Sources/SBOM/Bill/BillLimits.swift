package import Compression
package import Core

/// What a bill of materials may be at most, checked while it is read.
package struct BillLimits: Sendable, Hashable {
    /// The document's bytes, compressed and not.
    package var decompression: DecompressionLimits
    /// How deeply the document may nest.
    package var depth: Cap
    package var components: Cap
    package var dependencies: Cap
    /// One text that is kept, in bytes.
    package var text: Cap
    /// All texts and hashes that are kept together, in bytes.
    package var texts: Cap
    /// A list that is read as a whole, such as one component's licences, in bytes.
    package var list: Cap
    /// How many quarantined parts are listed; beyond it they are only counted.
    package var quarantined: Cap

    package init(
        compressed: Int = 1 << 30, bytes: Int = 4 << 30, depth: Int = 128, components: Int = 2_000_000,
        dependencies: Int = 20_000_000, text: Int = 16 << 10, texts: Int = 256 << 20, list: Int = 4 << 20,
        quarantined: Int = 10_000
    ) {
        decompression = DecompressionLimits(input: compressed, output: bytes)
        self.depth = Cap("levels of nesting", depth)
        self.components = Cap("components", components)
        self.dependencies = Cap("dependencies", dependencies)
        // A text's length is kept in 16 bits.
        self.text = Cap("bytes of a text", min(text, Int(UInt16.max)))
        self.texts = Cap("bytes of all texts", texts)
        self.list = Cap("bytes of a list", list)
        self.quarantined = Cap("quarantined parts", quarantined)
    }

    /// 1 GiB compressed, 4 GiB plain, two million components, twenty million dependencies.
    package static let standard = BillLimits()
}
