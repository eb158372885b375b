internal import Core

/// Cuts a stream into lines, each within a cap.
struct LineScanner {
    let cap: Cap
    private var rest: [UInt8] = []

    init(cap: Cap) { self.cap = cap }

    /// Takes a piece of the stream.
    ///
    /// - Returns: the lines that it completes, without empty ones.
    /// - Throws: ``CapExceeded`` when a line is too long; it need not be complete.
    mutating func take(_ piece: some Collection<UInt8>) throws(CapExceeded) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = piece.startIndex
        while start != piece.endIndex {
            guard let end = piece[start...].firstIndex(of: 0x0A) else {
                rest.append(contentsOf: piece[start...])
                try cap.check(rest.count)
                break
            }
            rest.append(contentsOf: piece[start..<end])
            try cap.check(rest.count)
            if !rest.isEmpty { lines.append(rest) }
            rest = []
            start = piece.index(after: end)
        }
        return lines
    }
}
