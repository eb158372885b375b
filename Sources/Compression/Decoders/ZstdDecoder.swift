internal import CZstd
internal import Core

/// zstd by libzstd, within a cap on its window.
final class ZstdDecoder: MemberDecoder {
    private let context: OpaquePointer
    private let window: Cap

    init(window: Cap) throws(DecompressionError) {
        guard let context = ZSTD_createDCtx() else {
            throw DecompressionError(.unavailable, .zstd, "libzstd gave no decoder")
        }
        self.context = context
        self.window = window
        // The largest power of two that fits; the format's smallest window is 1 KiB.
        let log = Int.bitWidth - 1 - max(window.limit, 1 << 10).leadingZeroBitCount
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, CInt(min(log, 31)))
    }

    deinit { ZSTD_freeDCtx(context) }

    // The end of a frame leaves the context ready for the next one.
    func restart() {}

    func decode(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(DecompressionError) -> DecodingStep {
        var from = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var to = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let status = ZSTD_decompressStream(context, &to, &from)
        if ZSTD_isError(status) != 0 {
            let reason = String(cString: ZSTD_getErrorName(status))
            // The only error that is about size; its number is not in the stable header.
            if reason.contains("too much memory") {
                throw DecompressionError(
                    .tooLarge, .zstd, "the window is larger than the \(window.limit) \(window.name) that are accepted",
                    cap: window)
            }
            throw DecompressionError(.corrupt, .zstd, "the data is damaged: \(reason)")
        }
        return DecodingStep(consumed: from.pos, produced: to.pos, isEnd: status == 0)
    }
}
