/// The journal's end, where batches are appended.
struct Journal: Sendable {
    let folder: String
    let disk: Disk
    let segmentBytes: UInt64
    private(set) var current: (segment: JournalSegment, file: DiskFile, offset: UInt64)?
    /// The files before the current one, each with the index after its last entry and its size.
    private(set) var older: [(segment: JournalSegment, end: UInt64, bytes: UInt64)] = []

    /// Whether a file of zeros lies ready to be the next one.
    ///
    /// Writing where there are zeros changes nothing but data, so that a flush need not wait for the file system's own
    /// journal: several times faster than growing a file. Without one, files grow.
    var hasSpare = false

    static let spareName = "spare"
    var sparePath: String { "\(folder)/\(Self.spareName)" }

    /// The bytes of its files, zeros that are written in advance included.
    var bytes: UInt64 {
        older.reduce((current.map { max($0.offset, $0.file.size) } ?? 0) + (hasSpare ? segmentBytes : 0)) {
            $0 + $1.bytes
        }
    }

    init(folder: String, disk: Disk, segmentBytes: UInt64) {
        self.folder = folder
        self.disk = disk
        self.segmentBytes = segmentBytes
    }

    /// Takes over what recovery found.
    mutating func adopt(_ segment: JournalSegment, file: DiskFile, offset: UInt64) {
        retire(at: segment.first)
        current = (segment, file, offset)
    }

    private mutating func retire(at end: UInt64) {
        if let current { older.append((current.segment, end, max(current.offset, current.file.size))) }
        current = nil
    }

    /// How an append failed.
    struct Failure: Error {
        let error: LogError
        /// Whether what the disk holds is unknown now.
        let isBroken: Bool
    }

    /// Appends a batch and waits until it is on the disk.
    ///
    /// - Throws: ``Failure``; unless it is broken the journal is as it was before.
    mutating func append(_ bytes: [UInt8], first: UInt64) throws(Failure) {
        if let present = current, present.offset > 0, present.offset + UInt64(bytes.count) > segmentBytes {
            retire(at: first)
        }
        if current == nil {
            let segment = JournalSegment(folder: folder, first: first)
            do throws(LogError) {
                let file: DiskFile
                if hasSpare {
                    hasSpare = false
                    try disk.move(sparePath, to: segment.path)
                    file = try DiskFile(opening: segment.path, disk: disk, forWriting: true)
                } else {
                    file = try DiskFile(creating: segment.path, disk: disk)
                }
                try disk.syncFolder(folder)
                current = (segment, file, 0)
            } catch {
                throw Failure(error: error, isBroken: false)
            }
        }
        guard let (segment, file, offset) = current else { return }
        do throws(LogError) {
            try file.write(bytes, at: offset)
        } catch {
            // What was written of it must not stand before the next batch.
            do throws(LogError) {
                try file.truncate(to: offset)
            } catch {
                throw Failure(error: error, isBroken: true)
            }
            throw Failure(error: error, isBroken: error.code != .full)
        }
        do throws(LogError) {
            try file.sync()
        } catch {
            // After a failed flush the kernel may have dropped the pages and will report success next time.
            throw Failure(error: error, isBroken: true)
        }
        current = (segment, file, offset + UInt64(bytes.count))
    }

    /// The files whose entries all lie before an index; the current one is never among them.
    func segments(before index: UInt64) -> [JournalSegment] {
        older.prefix { $0.end <= index }.map(\.segment)
    }

    /// Forgets files that were removed.
    mutating func forget(_ segments: [JournalSegment]) {
        older.removeAll { segments.contains($0.segment) }
    }
}
