/// How bytes are compressed, as their first bytes say.
package enum CompressionFormat: String, Sendable, Hashable, CaseIterable {
    /// Not at all.
    case plain
    /// RFC 1952.
    case gzip
    /// The .xz file format 1.1.0.
    case xz
    /// RFC 8878.
    case zstd
    case bzip2

    /// How many bytes are needed to tell.
    static let magicLength = 6

    /// Tells the format by the beginning of the bytes; what begins with no known magic is plain.
    package init(magic bytes: some Collection<UInt8>) {
        let head = Array(bytes.prefix(Self.magicLength))
        self =
            if head.starts(with: [0x1F, 0x8B]) {
                .gzip
            } else if head.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
                .xz
            } else if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) || Self.isSkippableFrame(head) {
                .zstd
            } else if head.starts(with: [0x42, 0x5A, 0x68]), head.count > 3, (0x31...0x39).contains(head[3]) {
                .bzip2
            } else {
                .plain
            }
    }

    /// A frame that carries no content (RFC 8878 §3.1.2), with which a zstd file may begin.
    private static func isSkippableFrame(_ head: [UInt8]) -> Bool {
        head.count >= 4 && (0x50...0x5F).contains(head[0]) && head[1...3].elementsEqual([0x2A, 0x4D, 0x18])
    }
}
