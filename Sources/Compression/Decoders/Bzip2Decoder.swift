internal import CBzip2

/// bzip2 by libbz2. The stream lies at an address of its own, since libbz2 keeps a pointer to it.
final class Bzip2Decoder: MemberDecoder {
    private let stream: UnsafeMutablePointer<bz_stream>

    init() throws(DecompressionError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: bz_stream())
        try begin()
    }

    deinit {
        BZ2_bzDecompressEnd(stream)
        stream.deallocate()
    }

    private func begin() throws(DecompressionError) {
        let status = BZ2_bzDecompressInit(stream, 0, 0)
        guard status == BZ_OK else {
            throw DecompressionError(.unavailable, .bzip2, "libbz2 gave no decoder (\(status))")
        }
    }

    func restart() throws(DecompressionError) {
        BZ2_bzDecompressEnd(stream)
        stream.pointee = bz_stream()
        try begin()
    }

    func decode(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(DecompressionError) -> DecodingStep {
        stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?.assumingMemoryBound(
            to: CChar.self)
        stream.pointee.avail_in = UInt32(clamping: input.count)
        stream.pointee.next_out = UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self)
        stream.pointee.avail_out = UInt32(clamping: output.count)
        let status = BZ2_bzDecompress(stream)
        guard status == BZ_OK || status == BZ_STREAM_END else {
            throw DecompressionError(.corrupt, .bzip2, "the data is damaged (libbz2 \(status))")
        }
        return DecodingStep(
            consumed: input.count - Int(stream.pointee.avail_in),
            produced: output.count - Int(stream.pointee.avail_out),
            isEnd: status == BZ_STREAM_END)
    }
}
