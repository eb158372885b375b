/// Opens a log that may have been stopped at any point: reads its journal, derives its tiles again and compares the
/// tree with the checkpoint that was published.
struct LogRecoverer {
    let folder: String
    let disk: Disk
    let options: LogOptions
    let checkpoint: Checkpoint

    struct Result {
        var journal: Journal
        var integrator: Integrator
        /// What is durable but in no full bundle.
        var tail: [JournalBatch.Record]
        let recovery: LogRecovery
    }

    private var journalFolder: String { "\(folder)/journal" }

    /// - Throws: ``LogError`` `inconsistent` when journal, tiles and checkpoint contradict each other; nothing has been
    ///   changed then.
    func run() throws -> Result {
        let segments = JournalSegment.all(in: journalFolder)
        let start = segments.first?.first ?? 0
        guard start <= checkpoint.size else {
            throw contradiction(
                "the journal begins with entry \(start), the published checkpoint covers only \(checkpoint.size)")
        }
        let base = start & ~255
        var integrator = try Integrator(folder: folder, disk: disk, size: base)
        let before = try records(base: base, start: start)
        let whole = try check(segments, tree: integrator.frontier, before: before)

        for name in Disk.names(in: journalFolder) where name.hasPrefix("draft-") || name == Journal.spareName {
            try disk.remove("\(journalFolder)/\(name)")
        }
        integrator.compare(true)
        var tail = before
        var journal = Journal(folder: journalFolder, disk: disk, segmentBytes: options.segmentBytes)
        var truncated: UInt64 = 0
        for segment in segments {
            let file = try DiskFile(opening: segment.path, disk: disk, forWriting: true)
            let scan = try JournalSegment.scan(file, first: segment.first) { _, records throws(LogError) in
                for record in records {
                    tail.append(record)
                    guard tail.count == TilePath.fullWidth else { continue }
                    try integrator.add(tail)
                    tail = []
                }
            }
            if scan.end != .clean {
                truncated += file.size - scan.offset
                try file.truncate(to: scan.offset)
                try file.sync()
            }
            journal.adopt(segment, file: file, offset: scan.offset)
        }
        return Result(
            journal: journal, integrator: integrator, tail: tail,
            recovery: LogRecovery(
                size: whole, replayed: whole - start, truncatedBytes: truncated, rewrittenTiles: integrator.rewritten))
    }

    /// Reads the whole journal and compares the tree with the checkpoint.
    ///
    /// - Returns: how many entries are durable.
    private func check(
        _ segments: [JournalSegment], tree: TreeFrontier, before: [JournalBatch.Record]
    ) throws -> UInt64 {
        var tree = tree
        var root = tree.size == checkpoint.size ? tree.root : nil
        func take(_ record: JournalBatch.Record) {
            tree.append(record.leaf)
            if tree.size == checkpoint.size { root = tree.root }
        }
        before.forEach(take)
        for (place, segment) in segments.enumerated() {
            guard segment.first == tree.size else {
                throw contradiction("the journal's file \(segment.path) should begin with entry \(tree.size)")
            }
            let file = try DiskFile(opening: segment.path, disk: disk)
            let scan = try JournalSegment.scan(file, first: segment.first) { _, records in records.forEach(take) }
            switch scan.end {
            case .clean: break
            case .torn:
                guard place < segments.count - 1 else { break }
                throw contradiction("the journal's file \(segment.path) ends within a batch, but is not the last")
            case .damaged(let how): throw contradiction("the journal's file \(segment.path) is damaged: \(how)")
            }
        }
        guard tree.size >= checkpoint.size else {
            throw contradiction(
                "the journal ends at entry \(tree.size), the published checkpoint covers \(checkpoint.size)")
        }
        guard let root, root == checkpoint.root else {
            throw contradiction(
                "the tree of the first \(checkpoint.size) entries has the root \(root.map { "\($0)" } ?? "none"), the "
                    + "published checkpoint says \(checkpoint.root)")
        }
        return tree.size
    }

    /// The entries between the last full bundle before the journal and the journal's first.
    private func records(base: UInt64, start: UInt64) throws(LogError) -> [JournalBatch.Record] {
        guard base < start else { return [] }
        let tile = TilePath(.entries, index: base / 256)
        guard let bytes = try Disk.read("\(folder)/\(tile)", atMost: tile.maximumBytes) else {
            throw contradiction("the bundle \(tile) is missing, and the journal begins within it")
        }
        let entries: [[UInt8]]
        do {
            entries = try EntryBundle.decode(bytes, count: TilePath.fullWidth)
        } catch {
            throw contradiction("the bundle \(tile) cannot be read: \(error.message)")
        }
        return entries.prefix(Int(start - base)).map { JournalBatch.Record(entry: $0, leaf: MerkleTree.leafHash($0)) }
    }

    private func contradiction(_ message: String) -> LogError {
        LogError(
            .inconsistent,
            "\(message). Nothing was changed: keep the folder as evidence, run mc log verify on it, and restore a copy that "
                + "verifies or begin a new log under a new name", location: folder)
    }
}
