/// One library's decoder for one member of a compressed stream at a time.
protocol MemberDecoder: AnyObject {
    /// Begins the next member.
    func restart() throws(DecompressionError)

    /// Decodes what is there.
    ///
    /// - Returns: how many bytes were taken and made, and whether the member has ended.
    func decode(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(DecompressionError) -> DecodingStep
}

struct DecodingStep {
    let consumed: Int
    let produced: Int
    let isEnd: Bool
}
