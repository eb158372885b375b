import Core
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import TransparencyLog

/// A disk that is full, read-only or fails: typed errors, nothing half acknowledged, nothing lost.
struct FaultTests {
    /// A disk whose faults a test turns on and off.
    final class Faults: Sendable {
        private let present = Mutex<[Disk.Operation: (part: String, number: Int32)]>([:])

        func set(_ operation: Disk.Operation, _ number: Int32, on part: String = "") {
            present.withLock { $0[operation] = (part, number) }
        }

        func clear() { present.withLock { $0 = [:] } }

        var disk: Disk {
            Disk { operation, path in
                self.present.withLock { present in
                    guard let fault = present[operation], fault.part.isEmpty || path.contains(fault.part) else {
                        return 0
                    }
                    return fault.number
                }
            }
        }
    }

    static func options(_ faults: Faults) -> LogOptions {
        var options = TestLog.options()
        options.disk = faults.disk
        return options
    }

    @Test(arguments: [(ENOSPC, LogError.Code.full), (EDQUOT, .full)])
    func aFullDiskRefusesAndRecovers(_ number: Int32, _ code: LogError.Code) async throws {
        let (folder, faults) = (try TemporaryFolder(), Faults())
        let writer = try await TestLog.open(folder.path, options: Self.options(faults))
        try await TestLog.fill(writer, to: 10)
        faults.set(.write, number, on: ".journal")
        #expect(await logError { try await writer.append([1]) }?.code == code)
        #expect(writer.size == 10)
        faults.clear()
        try await TestLog.fill(writer, to: 20)
        try await writer.close()
        let again = try await TestLog.open(folder.path)
        #expect(again.recovery.size == 20)
        #expect(again.recovery.truncatedBytes == 0)
        try await again.close()
        try await Self.verify(folder.path, 20)
    }

    /// After a failed flush nobody knows what is on the disk: the writer stops until it is opened again.
    @Test func aFailedFlushStopsTheWriter() async throws {
        let (folder, faults) = (try TemporaryFolder(), Faults())
        let writer = try await TestLog.open(folder.path, options: Self.options(faults))
        try await TestLog.fill(writer, to: 10)
        faults.set(.sync, EIO, on: ".journal")
        #expect(await logError { try await writer.append([1]) }?.code == .broken)
        faults.clear()
        #expect(await logError { try await writer.append([2]) }?.code == .broken)
        #expect(writer.status.trouble?.code == .broken)
        #expect(await logError { try await writer.close() }?.code == .broken)
        let again = try await TestLog.open(folder.path)
        // The entry whose flush failed may be there; nothing after it is.
        #expect([10, 11].contains(again.recovery.size))
        try await TestLog.fill(again, to: 30)
        try await again.close()
    }

    @Test(arguments: [Disk.Operation.write, .truncate])
    func anErrorWhileWritingStopsTheWriter(_ operation: Disk.Operation) async throws {
        let (folder, faults) = (try TemporaryFolder(), Faults())
        let writer = try await TestLog.open(folder.path, options: Self.options(faults))
        try await TestLog.fill(writer, to: 3)
        faults.set(.write, operation == .write ? EIO : ENOSPC, on: ".journal")
        if operation == .truncate { faults.set(.truncate, EIO) }
        #expect(await logError { try await writer.append([1]) }?.code == .broken)
        faults.clear()
        #expect(await logError { try await writer.append([1]) }?.code == .broken)
    }

    /// Tiles that cannot be written leave what is acknowledged in the journal, and appends stop until they can.
    @Test(arguments: [("/tile/", Disk.Operation.rename), ("checkpoint", .rename), ("draft", .write)])
    func tilesThatCannotBeWritten(_ part: String, _ operation: Disk.Operation) async throws {
        let (folder, faults) = (try TemporaryFolder(), Faults())
        let writer = try await TestLog.open(folder.path, options: Self.options(faults))
        try await TestLog.fill(writer, to: 200)
        faults.set(operation, ENOSPC, on: part)
        #expect(await logError { try await writer.publish() }?.code == .full)
        #expect(await logError { try await writer.append([1]) }?.code == .full)
        #expect(writer.checkpoint.checkpoint.size == 0)
        faults.clear()
        try await writer.publish()
        try await TestLog.fill(writer, to: 600)
        try await writer.close()
        try await Self.verify(folder.path, 600)
    }

    @Test func aReadOnlyVolumeIsNamed() async throws {
        let (folder, faults) = (try TemporaryFolder(), Faults())
        faults.set(.create, EROFS)
        let error = await logError { try await TestLog.open("\(folder.path)/log", options: Self.options(faults)) }
        #expect(error?.code == .unwritable)
        #expect(error?.description.contains("check the volume's mount") == true)
    }

    /// A size limit refuses appends while the reserve still takes tiles and checkpoints.
    @Test func aSizeLimitIsKept() async throws {
        let folder = try TemporaryFolder()
        var options = TestLog.options(segmentBytes: 16 << 10)
        options.maximumBytes = 200 << 10
        options.reserveBytes = 40 << 10
        let writer = try await TestLog.open(folder.path, options: options)
        var size = 0
        var refusal: LogError?
        while refusal == nil, size < 10_000 {
            refusal = await logError { try await writer.append([UInt8](repeating: 1, count: 1_000)) }
            if refusal == nil { size += 1 }
        }
        #expect(refusal?.code == .full)
        #expect(size > 30)
        try await writer.close()
        #expect(Disk.bytes(below: folder.path) <= 200 << 10)
        #expect(writer.status.bytes <= 200 << 10)
        try await Self.verify(folder.path, UInt64(size))
    }

    @Test func moreThanFitsInMemoryIsRefused() async throws {
        let (folder, faults) = (try TemporaryFolder(), Faults())
        var options = Self.options(faults)
        options.maximumPendingBytes = 10_000
        let writer = try await TestLog.open(folder.path, options: options)
        var refusal: LogError?
        for _ in 0..<20 where refusal == nil {
            refusal = await logError { try await writer.append([UInt8](repeating: 1, count: 900)) }
        }
        #expect(refusal?.code == .overloaded)
        #expect(writer.status.pendingBytes <= 10_000)
    }

    /// Whatever is cut off the journal's end, or damaged in its last batch, costs that batch at most.
    @Test func aTornEndIsCutOff() async throws {
        let folder = try TemporaryFolder()
        let writer = try await TestLog.open(folder.path)
        try await TestLog.fill(writer, to: 5)
        // The checkpoint covers none of them.
        let path = "\(folder.path)/journal/\(JournalSegment.name(0))"
        let file = Array(try Data(contentsOf: URL(filePath: path)))
        // Behind the last batch there are zeros, which are the next one's room.
        let end = try JournalSegment.scan(file, first: 0) { _, _ in }
        #expect(end.next == 5 && end.end == .clean)
        let whole = Data(file.prefix(Int(end.offset)))
        let header = Array(whole.prefix(JournalBatch.headerBytes))
        let first = JournalBatch.headerBytes + (try #require(JournalBatch.Header(header[...]))).length
        for cut in stride(from: 0, through: whole.count, by: 23) {
            let copy = try TemporaryFolder()
            try copy.write("checkpoint", Data(contentsOf: URL(filePath: "\(folder.path)/checkpoint")))
            try copy.write("journal/\(JournalSegment.name(0))", whole.prefix(cut))
            let again = try await TestLog.open(copy.path)
            #expect(again.recovery.size == (cut < first ? 0 : again.recovery.size))
            for index in 0..<again.recovery.size {
                #expect(try await again.entries(from: index, count: 1) == [TestLog.entry(Int(index))])
            }
            try await TestLog.fill(again, to: 6)
            try await again.close()
            try await Self.verify(copy.path, 6)
        }
        // Damage before the end is not taken for a torn end.
        for place in stride(from: 0, to: first, by: 19) {
            let copy = try TemporaryFolder()
            try copy.write("checkpoint", Data(contentsOf: URL(filePath: "\(folder.path)/checkpoint")))
            var damaged = whole
            damaged[place] ^= 4
            try copy.write("journal/\(JournalSegment.name(0))", damaged)
            #expect(await logError { try await TestLog.open(copy.path) }?.code == .inconsistent)
        }
    }

    /// Tiles that a power cut left empty are written again, as the checkpoint says they were.
    @Test func tilesThatWereLostAreWrittenAgain() async throws {
        let folder = try TemporaryFolder()
        let first = try await TestLog.open(folder.path, options: TestLog.options(segmentBytes: 1 << 20))
        try await TestLog.fill(first, to: 700)
        try await first.close()
        let signed = first.checkpoint
        for name in ["entries/001", "0/000", "0/002.p/188", "1/000.p/2"] { try folder.write("tile/\(name)", "") }
        let writer = try await TestLog.open(folder.path)
        #expect(writer.recovery.rewrittenTiles > 0)
        try await writer.close()
        #expect(writer.checkpoint == signed)
        try await Self.verify(folder.path, 700)
    }

    static func verify(_ folder: String, _ size: UInt64) async throws {
        let trust = try LogTrust(log: TestLog.signer().verifierKey)
        let report = try await LogVerifier(source: FolderTileSource(folder: folder), trust: trust).verify()
        #expect(report.findings == [])
        #expect(report.entries == size)
    }
}
