internal import Core

/// A log's folder.
public struct FolderTileSource: TileSource {
    public let folder: String

    public init(folder: String) {
        self.folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }

    /// The bytes of a tile; a partial one that a wider one has replaced is the wider one's beginning.
    public func tile(_ path: TilePath) async throws -> [UInt8]? { try read(path) }

    public func checkpoint() async throws -> [UInt8]? {
        try Disk.read("\(folder)/checkpoint", atMost: SignedNote.maximumBytes.limit)
    }

    /// The latest checkpoint that has cosignatures, which may cover less than the latest.
    public func witnessedCheckpoint() throws(LogError) -> [UInt8]? {
        try Disk.read("\(folder)/checkpoint.witnessed", atMost: SignedNote.maximumBytes.limit)
    }

    func read(_ path: TilePath) throws(LogError) -> [UInt8]? {
        if let bytes = try Disk.read("\(folder)/\(path)", atMost: path.maximumBytes) { return bytes }
        guard path.isPartial else { return nil }
        // The writer may put a wider one in place of the one that was just seen.
        for _ in 0..<8 {
            let widths = Disk.names(in: "\(folder)/\(path.stem).p").compactMap { Int($0) }
            let wider = widths.filter { $0 >= path.width && $0 < TilePath.fullWidth }.min()
            let candidate = TilePath(path.kind, index: path.index, width: wider ?? TilePath.fullWidth)
            if let bytes = try Disk.read("\(folder)/\(candidate)", atMost: candidate.maximumBytes) {
                return path.beginning(of: bytes)
            }
            if wider == nil { return nil }
        }
        return nil
    }
}

extension TilePath {
    /// The part of a wider tile that this one is; the whole when it is too short, for the reader to refuse.
    func beginning(of bytes: [UInt8]) -> [UInt8] {
        switch kind {
        case .hashes: Array(bytes.prefix(width * TreeHash.byteCount))
        case .entries: EntryBundle.prefixLength(bytes, count: width).map { Array(bytes.prefix($0)) } ?? bytes
        }
    }
}
