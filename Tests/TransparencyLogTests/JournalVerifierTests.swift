import Core
import Foundation
import TestSupport
import Testing

@testable import TransparencyLog

/// An audit of the journal finds what a writer refuses to open the log for, and nothing else.
struct JournalVerifierTests {
    /// Less than a bundle, so that all of the journal's files are still there; they hold some fifty entries each.
    static let size = 250

    private static func make(_ folder: String) async throws {
        let writer = try await TestLog.open(folder, options: TestLog.options(segmentBytes: 8 << 10))
        try await TestLog.fill(writer, to: size)
        try await writer.close()
    }

    private static func segments(_ folder: String) -> [JournalSegment] {
        JournalSegment.all(in: "\(folder)/journal")
    }

    /// Where the batches of a file begin.
    private static func batches(_ segment: JournalSegment) throws -> [(offset: Int, header: JournalBatch.Header)] {
        let bytes = Array(try Data(contentsOf: URL(filePath: segment.path)))
        var result: [(offset: Int, header: JournalBatch.Header)] = []
        var offset = 0
        while let header = JournalBatch.Header(bytes.dropFirst(offset).prefix(JournalBatch.headerBytes)) {
            result.append((offset, header))
            offset += JournalBatch.headerBytes + header.length
        }
        return result
    }

    /// Flips a bit of a batch, so many bytes behind its beginning.
    private static func flip(_ segment: JournalSegment, batch: Int, byte: Int) throws -> String {
        let batches = try batches(segment)
        let place = batches[batch < 0 ? batches.count + batch : batch]
        try TamperTests.edit(segment.path) { $0[place.offset + byte] ^= 1 }
        return "journal/\(JournalSegment.name(segment.first)), byte \(place.offset)"
    }

    /// A way to damage a journal: what is found then, and the place that is answered.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: LogFinding.Kind
        let apply: @Sendable ([JournalSegment]) throws -> String

        init(
            _ name: String, _ kind: LogFinding.Kind, _ apply: @escaping @Sendable ([JournalSegment]) throws -> String
        ) {
            testDescription = name
            self.kind = kind
            self.apply = apply
        }
    }

    static let damages: [Damage] = [
        Damage("a bit of an entry", .malformed) { try flip($0[1], batch: 3, byte: 28 + 34 + 5) },
        Damage("a bit of a leaf hash", .malformed) { try flip($0[0], batch: 0, byte: 28 + 10) },
        Damage("a bit of a header", .malformed) { try flip($0[2], batch: 5, byte: 9) },
        Damage("the last batch of a file that is not the last", .malformed) {
            try flip($0[0], batch: -1, byte: 28 + 34)
        },
        Damage("the last batch, which the checkpoint covers", .malformed) { files in
            try flip(try #require(files.last), batch: -1, byte: 28 + 34)
        },
        Damage("an entry rewritten with its leaf hash", .entry) { files in
            let entry = TestLog.entry(3)
            let batch = try batches(files[0])[3]
            var changed = entry
            changed[0] ^= 1
            let record = JournalBatch.Record(entry: changed, leaf: MerkleTree.leafHash(changed))
            let bytes = JournalBatch.encode([record], first: 3)
            try TamperTests.edit(files[0].path) {
                $0.replaceSubrange(batch.offset..<(batch.offset + bytes.count), with: bytes)
            }
            return "entry 3"
        },
        Damage("a file in the middle removed", .missing) { files in
            try FileManager.default.removeItem(atPath: files[1].path)
            return "journal/\(JournalSegment.name(files[2].first))"
        },
        Damage("the last file removed", .missing) { files in
            try FileManager.default.removeItem(atPath: try #require(files.last).path)
            return "journal/\(JournalSegment.name(files[files.count - 2].first))"
        },
        Damage("every file removed", .missing) { files in
            for file in files { try FileManager.default.removeItem(atPath: file.path) }
            return "journal"
        },
    ]

    @Test(arguments: [0, 1, 250, 1_000]) func anUnchangedJournalVerifies(_ size: Int) async throws {
        let folder = try TemporaryFolder()
        _ = try await TestLog.make(folder.path, size: size)
        let report = try JournalVerifier(folder: folder.path).verify()
        #expect(report.findings == [] && report.notes == [])
        #expect((report.entries > 0) == (size > 0))
    }

    @Test(arguments: damages) func damageIsFoundWhereItIs(_ damage: Damage) async throws {
        let folder = try TemporaryFolder()
        try await Self.make(folder.path)
        let segments = Self.segments(folder.path)
        try #require(segments.count >= 4)
        #expect(try JournalVerifier(folder: folder.path).verify().findings == [])
        let place = try damage.apply(segments)
        let report = try JournalVerifier(folder: folder.path).verify()
        #expect(report.findings.map(\.kind) == [damage.kind], "\(report.findings)")
        #expect(report.findings.map(\.place) == [place], "\(report.findings)")
        // The writer says the same, and points to the audit.
        let error = await logError { try await TestLog.open(folder.path) }
        #expect(error?.code == .inconsistent && error?.message.contains("mc log verify") == true)
    }

    /// What a power cut leaves was never acknowledged: worth a note, and a writer goes on after it.
    @Test func aTornTailIsANote() async throws {
        let folder = try TemporaryFolder()
        try await Self.make(folder.path)
        let last = try #require(Self.segments(folder.path).last)
        let batch = try #require(try Self.batches(last).last)
        let end = batch.offset + JournalBatch.headerBytes + batch.header.length
        let record = JournalBatch.Record(entry: [1, 2, 3], leaf: MerkleTree.leafHash([1, 2, 3]))
        let torn = JournalBatch.encode([record], first: UInt64(Self.size)).dropLast(2)
        try TamperTests.edit(last.path) { bytes in bytes = Array(bytes.prefix(end)) + torn }
        let report = try JournalVerifier(folder: folder.path).verify()
        #expect(report.findings == [])
        #expect(report.entries == UInt64(Self.size))
        #expect(report.notes.count == 1)
        #expect(report.notes.first?.contains(", byte \(end): ") == true, "\(report.notes)")
        let writer = try await TestLog.open(folder.path)
        #expect(writer.recovery.truncatedBytes > 0)
        try await writer.close()
        #expect(try JournalVerifier(folder: folder.path).verify().notes == [])
    }

    /// Static files are published without the journal.
    @Test func aCopyWithoutJournalHasNothingToAudit() async throws {
        let folder = try TemporaryFolder()
        try await Self.make(folder.path)
        try FileManager.default.removeItem(atPath: "\(folder.path)/journal")
        #expect(try JournalVerifier(folder: folder.path).verify() == JournalVerifier.Report())
    }

    /// Files come, grow and go while they are read.
    @Test func aJournalIsAuditedWhileItIsWritten() async throws {
        let folder = try TemporaryFolder()
        var options = TestLog.options(segmentBytes: 8 << 10)
        options.publishInterval = .milliseconds(5)
        let writer = try await TestLog.open(folder.path, options: options)
        async let filled: Void = TestLog.fill(writer, to: 800)
        var audits = 0
        while writer.size < 800 {
            let report = try JournalVerifier(folder: folder.path).verify()
            #expect(report.findings == [], "at \(writer.size)")
            audits += 1
            await Task.yield()
        }
        try await filled
        try await writer.close()
        #expect(audits > 0)
    }
}
