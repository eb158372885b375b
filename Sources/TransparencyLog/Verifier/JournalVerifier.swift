internal import Core

/// Audits a log's journal: that every batch is whole, that none is missing, and that tiles and journal hold the same
/// entries.
///
/// It finds what a writer refuses to open the log for, without changing anything, also while a writer is at work. A copy
/// of the published files has no journal, and there is nothing to audit then.
public struct JournalVerifier: Sendable {
    private let source: FolderTileSource

    static let mostFindings = 100

    public init(folder: String) { source = FolderTileSource(folder: folder) }

    /// What an audit found.
    public struct Report: Sendable, Hashable {
        /// Entries that were read from whole batches.
        public fileprivate(set) var entries: UInt64 = 0
        /// Everything that does not hold, at most 100.
        public fileprivate(set) var findings: [LogFinding] = []
        /// What is no fault but worth knowing, such as a torn tail.
        public fileprivate(set) var notes: [String] = []
    }

    /// Audits the journal.
    ///
    /// - Throws: ``LogError`` when a file of it cannot be read.
    public func verify() throws -> Report {
        var report = Report()
        let folder = "\(source.folder)/journal"
        // Read before the files are listed, so that they hold all of it, and after, so that none begins after it: a
        // writer removes files of entries that a checkpoint covers, and adds files for later ones.
        let committed = try size() ?? 0
        guard Disk.exists(folder) else { return report }
        let segments = JournalSegment.all(in: folder)
        let published = try size() ?? committed
        guard let first = segments.first else {
            guard committed > 0 else { return report }
            report.findings.append(
                LogFinding(
                    .missing, place: "journal", observed: "no file",
                    expected: "at least the one of the latest entries, which a writer never removes"))
            return report
        }
        if first.first > published {
            report.findings.append(
                LogFinding(
                    .missing, place: first.place, observed: "the journal begins with entry \(first.first)",
                    expected: "entry \(published) or one before it: the checkpoint covers \(published) entries"))
        }
        var comparison = JournalComparison(source: source, size: published)
        var next: UInt64?
        for (number, segment) in segments.enumerated() where report.findings.count < Self.mostFindings {
            if let next, next != segment.first {
                report.findings.append(
                    LogFinding(
                        .missing, place: segment.place, observed: "it begins with entry \(segment.first)",
                        expected: "entry \(next), where the file before it ends"))
            }
            next = nil
            guard let file = try Self.open(segment) else { continue }
            let scan = try Self.scan(file, segment, &comparison)
            report.entries += scan.next - segment.first
            next = judge(scan, segment, isLast: number == segments.count - 1, committed, file.size, &report)
        }
        if let next, next < committed {
            report.findings.append(
                LogFinding(
                    .missing, place: segments.last?.place ?? "journal", observed: "the journal ends at entry \(next)",
                    expected: "entries to \(committed - 1), which the checkpoint covers"))
        }
        report.findings = Array((report.findings + comparison.findings).prefix(Self.mostFindings))
        return report
    }

    /// - Returns: the entry that must come next; `nil` when that cannot be told.
    private func judge(
        _ scan: JournalSegment.Scan, _ segment: JournalSegment, isLast: Bool, _ committed: UInt64, _ size: UInt64,
        _ report: inout Report
    ) -> UInt64? {
        let place = "\(segment.place), byte \(scan.offset)"
        switch scan.end {
        case .clean: return scan.next
        case .torn where isLast && scan.next >= committed:
            report.notes.append(
                "\(place): the last batch is not whole and no checkpoint covers it, as after a power cut; it was not "
                    + "acknowledged, and a writer cuts it off (the file has \(size) bytes)")
        case .torn where isLast:
            report.findings.append(
                LogFinding(
                    .malformed, place: place, observed: "the batch from entry \(scan.next) on is damaged",
                    expected: "a whole batch: the checkpoint covers \(committed) entries"))
        case .torn:
            report.findings.append(
                LogFinding(
                    .malformed, place: place, observed: "the file ends within a batch, but is not the last",
                    expected: "a whole batch from entry \(scan.next) on"))
        case .damaged(let how):
            report.findings.append(
                LogFinding(
                    .malformed, place: place, observed: how, expected: "a whole batch from entry \(scan.next) on"))
        }
        return nil
    }

    /// The size of the checkpoint; `nil` when there is none that can be read, which ``LogVerifier`` finds.
    private func size() throws -> UInt64? {
        do throws(LogError) {
            let path = "\(source.folder)/checkpoint"
            guard let bytes = try Disk.read(path, atMost: SignedNote.maximumBytes.limit) else { return nil }
            return try SignedCheckpoint(bytes).checkpoint.size
        } catch {
            guard error.code == .malformed || error.code == .tooLarge else { throw error }
            return nil
        }
    }

    /// - Returns: `nil` when a writer has removed the file meanwhile, because tiles hold what it held.
    private static func open(_ segment: JournalSegment) throws -> DiskFile? {
        do throws(LogError) {
            return try DiskFile(opening: segment.path, disk: Disk())
        } catch {
            guard Disk.exists(segment.path) else { return nil }
            throw error
        }
    }

    /// Reads a file; what is damaged is read again, since a writer may have been adding to it just then.
    private static func scan(
        _ file: DiskFile, _ segment: JournalSegment, _ comparison: inout JournalComparison
    ) throws -> JournalSegment.Scan {
        var damaged: UInt64?
        while true {
            var attempt = comparison
            let scan = try JournalSegment.scan(file, first: segment.first) { first, records throws(LogError) in
                try attempt.compare(records, from: first, segment)
            }
            if case .damaged = scan.end, scan.offset != damaged {
                damaged = scan.offset
                continue
            }
            comparison = attempt
            return scan
        }
    }
}

/// Compares entries of the journal with those of the tiles that a checkpoint covers.
private struct JournalComparison {
    let source: FolderTileSource
    let size: UInt64
    private(set) var findings: [LogFinding] = []
    private var bundle: (path: TilePath, entries: [[UInt8]])?

    init(source: FolderTileSource, size: UInt64) {
        self.source = source
        self.size = size
    }

    mutating func compare(
        _ records: [JournalBatch.Record], from first: UInt64, _ segment: JournalSegment
    ) throws(LogError) {
        for (place, record) in records.enumerated() where findings.count < JournalVerifier.mostFindings {
            let index = first + UInt64(place)
            guard let path = TilePath.entries(at: index, treeSize: size) else { return }
            if bundle?.path != path { bundle = (path, try entries(path)) }
            // A bundle that is missing or cannot be read is found where the tiles are audited.
            guard let bundle, !bundle.entries.isEmpty else { continue }
            let entry = bundle.entries[Int(index % 256)]
            guard entry != record.entry else { continue }
            findings.append(
                LogFinding(
                    .entry, place: "entry \(index)",
                    observed: "\(segment.place) holds an entry with the leaf hash \(record.leaf)",
                    expected: "\(MerkleTree.leafHash(entry)), as \(path) has it"))
        }
    }

    private func entries(_ path: TilePath) throws(LogError) -> [[UInt8]] {
        do throws(LogError) {
            guard let bytes = try source.read(path) else { return [] }
            return try EntryBundle.decode(bytes, count: path.width)
        } catch {
            guard error.code == .malformed || error.code == .tooLarge else { throw error }
            return []
        }
    }
}

extension JournalSegment {
    /// The file within the log's folder.
    fileprivate var place: String { "journal/\(Self.name(first))" }
}
