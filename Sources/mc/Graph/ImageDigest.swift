import Core

/// The digest of an image as people write it.
enum ImageDigest {
    /// - Throws: ``UsageError`` when the text names no digest.
    static func required(_ text: String) throws -> Digest {
        let named = Digest(text) ?? (try? ImageReference(text))?.digest.flatMap { Digest($0) }
        guard let named else {
            throw UsageError("\(text.printable): expected IMAGE@sha256:… or sha256:…; lineage knows no tags")
        }
        return named
    }
}
