internal import Glibc

/// The edges of a graph in the order they came, one word each, in memory or in a file without a name.
final class EdgeSpool {
    private var kept: [UInt64] = []
    private let descriptor: Int32?
    private let path: String
    private var written = 0

    /// - Parameter path: a file to be; the spool is made beside it. `nil` for memory.
    init(beside path: String?) throws(RiskError) {
        guard let path else {
            descriptor = nil
            self.path = ""
            return
        }
        self.path = path + ".spool"
        let descriptor = open(self.path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw GraphMemory.error(errno, self.path, "cannot be made") }
        // Without a name it is gone with the process, however that ends.
        unlink(self.path)
        self.descriptor = descriptor
    }

    deinit { if let descriptor { close(descriptor) } }

    func append(_ edges: [UInt64]) throws(RiskError) {
        guard let descriptor else {
            kept += edges
            return
        }
        let number = edges.withUnsafeBytes { bytes -> Int32 in
            var done = 0
            while done < bytes.count, let base = bytes.baseAddress {
                let got = pwrite(descriptor, base + done, bytes.count - done, off_t(written + done))
                if got < 0, errno == EINTR { continue }
                if got < 0 { return errno }
                done += got
            }
            return 0
        }
        guard number == 0 else { throw GraphMemory.error(number, path, "cannot be written") }
        written += edges.count * 8
    }

    /// Calls with all edges, piece by piece, in the order they came.
    func forEachPiece(_ body: (UnsafeBufferPointer<UInt64>) throws(RiskError) -> Void) throws(RiskError) {
        guard let descriptor else { return try Self.lend(kept, body) }
        var offset = 0
        while offset < written {
            let wanted = min(EdgeIntake.pieceCount * 8, written - offset)
            var number: Int32 = 0
            let piece = [UInt64](unsafeUninitializedCapacity: wanted / 8) { piece, count in
                var done = 0
                let bytes = UnsafeMutableRawBufferPointer(piece)
                while done < wanted, let base = bytes.baseAddress {
                    let got = pread(descriptor, base + done, wanted - done, off_t(offset + done))
                    if got < 0, errno == EINTR { continue }
                    if got <= 0 {
                        number = got < 0 ? errno : EIO
                        break
                    }
                    done += got
                }
                count = done / 8
            }
            guard number == 0 else { throw GraphMemory.error(number, path, "cannot be read again", reading: true) }
            try Self.lend(piece, body)
            try RiskError.checkCancellation()
            offset += wanted
        }
    }

    private static func lend(
        _ edges: [UInt64], _ body: (UnsafeBufferPointer<UInt64>) throws(RiskError) -> Void
    ) throws(RiskError) {
        let result = edges.withUnsafeBufferPointer { edges -> Result<Void, RiskError> in
            do throws(RiskError) { return .success(try body(edges)) } catch { return .failure(error) }
        }
        try result.get()
    }
}
