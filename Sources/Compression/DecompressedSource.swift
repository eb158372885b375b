package import Core

/// What compressed bytes hold, as a source: gzip, xz, zstd or bzip2 by the first bytes; anything else passes through.
///
/// Several members behind each other are read as one text, as the formats allow. The buffers are fixed; nothing beyond
/// the caps is ever made, so that a small input cannot fill memory or run for hours.
package final class DecompressedSource: ByteSource {
    private var base: any ByteSource
    private let limits: DecompressionLimits
    private var decoder: (any MemberDecoder)?
    package let format: CompressionFormat

    /// Compressed bytes that were read and not yet decoded.
    private var pending: [UInt8]
    private var pendingStart = 0
    private var baseEnded = false
    private var memberEnded = false
    private var isFinished = false
    private var consumed = 0
    private var produced = 0

    private static let piece = 64 << 10

    /// Reads the first bytes and chooses the format.
    ///
    /// - Throws: ``DecompressionError``, or what the source throws.
    package init(_ base: any ByteSource, limits: DecompressionLimits = .standard) throws {
        var base = base
        var head: [UInt8] = []
        while head.count < CompressionFormat.magicLength {
            let piece = try base.read(atMost: Self.piece)
            if piece.isEmpty {
                baseEnded = true
                break
            }
            head += piece
        }
        self.base = base
        self.limits = limits
        pending = head
        format = CompressionFormat(magic: head)
        decoder =
            switch format {
            case .plain: nil
            case .gzip: try GzipDecoder()
            case .xz: try XZDecoder(window: limits.window)
            case .zstd: try ZstdDecoder(window: limits.window)
            case .bzip2: try Bzip2Decoder()
            }
    }

    /// How many compressed bytes were decoded.
    package var compressedCount: Int { consumed }
    /// How many bytes were made.
    package var count: Int { produced }

    package func read(atMost count: Int) throws -> [UInt8] {
        if isFinished { return [] }
        let bytes = try decoder.map { try decoded(atMost: count, $0) } ?? plain(atMost: count)
        isFinished = bytes.isEmpty
        produced += bytes.count
        try check(limits.output, produced)
        try check(limits.input, consumed)
        if format != .plain, produced > limits.ratioFloor { try check(limits.ratio, produced / max(consumed, 1)) }
        return bytes
    }

    private func plain(atMost count: Int) throws -> [UInt8] {
        if pendingStart == pending.count { try refill() }
        let end = min(pending.count, pendingStart + max(count, 1))
        defer { pendingStart = end }
        consumed += end - pendingStart
        return Array(pending[pendingStart..<end])
    }

    private func decoded(atMost count: Int, _ decoder: any MemberDecoder) throws -> [UInt8] {
        while true {
            // Members that hold nothing make no output, and go on for as long as there is input.
            try check(limits.input, consumed)
            if memberEnded, try !beginsMember(decoder) { return [] }
            if pendingStart == pending.count { try refill() }
            let isAtEnd = baseEnded && pendingStart == pending.count
            var step = DecodingStep(consumed: 0, produced: 0, isEnd: false)
            var failure: DecompressionError?
            let output = [UInt8](unsafeUninitializedCapacity: min(max(count, 1), Self.piece)) { buffer, filled in
                pending.withUnsafeBufferPointer { all in
                    do throws(DecompressionError) {
                        step = try decoder.decode(UnsafeBufferPointer(rebasing: all[pendingStart...]), into: buffer)
                    } catch {
                        failure = error
                    }
                }
                filled = step.produced
            }
            if let failure { throw failure.at(consumed) }
            pendingStart += step.consumed
            consumed += step.consumed
            memberEnded = step.isEnd
            if !output.isEmpty { return output }
            guard step.consumed == 0, !step.isEnd else { continue }
            // Nothing taken and nothing made: either nothing is left, or the decoder is stuck.
            if isAtEnd || (baseEnded && pendingStart < pending.count) {
                throw DecompressionError(
                    .truncated, format, "the data ends before its end mark; was it downloaded as a whole?", at: consumed
                )
            }
            guard pending.count - pendingStart <= 4 * Self.piece else {
                throw DecompressionError(.corrupt, format, "the decoder does not go on", at: consumed)
            }
            if pendingStart < pending.count { try refill(keeping: true) }
        }
    }

    /// After a member: whether another one follows; anything else that follows is an error.
    private func beginsMember(_ decoder: any MemberDecoder) throws -> Bool {
        var padding = 0
        while true {
            while !baseEnded, pending.count - pendingStart < CompressionFormat.magicLength { try refill(keeping: true) }
            // An xz file may be padded with zeros, in fours (.xz format §2.2).
            guard format == .xz, pendingStart < pending.count, pending[pendingStart] == 0 else { break }
            pendingStart += 1
            consumed += 1
            padding += 1
            try check(limits.input, consumed)
        }
        if pendingStart == pending.count, padding.isMultiple(of: 4) { return false }
        guard padding.isMultiple(of: 4), CompressionFormat(magic: pending[pendingStart...]) == format else {
            throw DecompressionError(
                .trailingBytes, format, "something follows the compressed data that is not \(format.rawValue)",
                at: consumed)
        }
        try decoder.restart()
        memberEnded = false
        return true
    }

    private func refill(keeping: Bool = false) throws {
        guard !baseEnded else { return }
        let piece = try base.read(atMost: Self.piece)
        if piece.isEmpty {
            baseEnded = true
        } else if keeping {
            pending = pending[pendingStart...] + piece
            pendingStart = 0
        } else {
            pending = piece
            pendingStart = 0
        }
    }

    private func check(_ cap: Cap, _ seen: Int) throws {
        if seen > cap.limit {
            throw DecompressionError(.tooLarge, format, "\(CapExceeded(cap: cap, seen: seen))", cap: cap, at: consumed)
        }
    }
}
