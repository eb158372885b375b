internal import CLzma
internal import Core

/// xz by liblzma, within a cap on the memory that its dictionary takes.
final class XZDecoder: MemberDecoder {
    private let stream: UnsafeMutablePointer<lzma_stream>
    private let window: Cap

    init(window: Cap) throws(DecompressionError) {
        self.window = window
        stream = .allocate(capacity: 1)
        // All zero is what LZMA_STREAM_INIT writes.
        stream.initialize(to: lzma_stream())
        try begin()
    }

    deinit {
        lzma_end(stream)
        stream.deallocate()
    }

    private func begin() throws(DecompressionError) {
        let status = lzma_stream_decoder(stream, UInt64(max(window.limit, 1)), 0)
        guard status == LZMA_OK else {
            throw DecompressionError(.unavailable, .xz, "liblzma gave no decoder (\(status.rawValue))")
        }
    }

    // A stream that has a decoder may be given another one (lzma/base.h).
    func restart() throws(DecompressionError) { try begin() }

    func decode(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(DecompressionError) -> DecodingStep {
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = input.count
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = output.count
        let status = lzma_code(stream, LZMA_RUN)
        let step = DecodingStep(
            consumed: input.count - stream.pointee.avail_in, produced: output.count - stream.pointee.avail_out,
            isEnd: status == LZMA_STREAM_END)
        switch status {
        case LZMA_OK, LZMA_STREAM_END, LZMA_BUF_ERROR: return step
        case LZMA_MEMLIMIT_ERROR:
            let seen = Int(clamping: lzma_memusage(stream))
            throw DecompressionError(.tooLarge, .xz, "\(CapExceeded(cap: window, seen: seen))", cap: window)
        default:
            throw DecompressionError(.corrupt, .xz, "the data is damaged (liblzma \(status.rawValue))")
        }
    }
}
