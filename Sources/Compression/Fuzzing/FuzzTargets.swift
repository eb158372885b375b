internal import Core

/// What the fuzz target `compressed` in `Fuzz/` drives, and nothing else.
@_spi(Fuzzing)
public enum FuzzTargets {
    /// Compressed bytes, in one piece and byte by byte.
    public static func decompress(_ bytes: [UInt8]) -> String? {
        let limits = DecompressionLimits(
            input: 1 << 20, output: 2 << 20, ratio: 100, ratioFloor: 1 << 18, window: 8 << 20)
        let whole = read(BytesSource(bytes), limits)
        if whole.count > limits.output.limit { return "what is made stays within its cap" }
        if bytes.count <= 4_096 {
            let split = read(BytesSource(bytes, piece: 1), limits)
            if split.error?.code != whole.error?.code { return "an input reads alike however it is split" }
            if whole.error == nil, split.digest != whole.digest { return "an input reads alike however it is split" }
        }
        return nil
    }

    private static func read(
        _ source: BytesSource, _ limits: DecompressionLimits
    ) -> (count: Int, digest: Digest, error: DecompressionError?) {
        var hasher = DigestHasher()
        var count = 0
        do {
            let source = try DecompressedSource(source, limits: limits)
            while case let piece = try source.read(atMost: 1 << 16), !piece.isEmpty {
                hasher.update(piece)
                count += piece.count
            }
        } catch {
            return (count, hasher.finalize(), error as? DecompressionError)
        }
        return (count, hasher.finalize(), nil)
    }
}
