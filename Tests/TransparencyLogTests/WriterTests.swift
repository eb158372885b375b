import Core
import TestSupport
import Testing

@testable import TransparencyLog

/// What is appended is there, in order, under a checkpoint that verifies, however often the log is opened again.
struct WriterTests {
    @Test(arguments: [0, 1, 2, 255, 256, 257, 511, 512, 700])
    func whatWasAppendedIsThere(_ size: Int) async throws {
        let folder = try TemporaryFolder()
        let signed = try await TestLog.make(folder.path, size: size)
        #expect(signed.checkpoint.size == UInt64(size))
        let trust = try LogTrust(log: TestLog.signer().verifierKey)
        #expect(trust.verify(signed).isEmpty)
        let expected = (0..<size).map(TestLog.entry)
        #expect(signed.checkpoint.root.bytes == NaiveTree.root(expected[...]))
        let reader = LogReader(folder: folder.path)
        #expect(try await reader.checkpoint() == signed)
        var seen: [[UInt8]] = []
        for try await (index, entry) in reader.entries(from: 0, in: signed.checkpoint) {
            #expect(index == UInt64(seen.count))
            seen.append(entry)
        }
        #expect(seen == expected)
        for index in Set([0, 1, 254, 255, 256, 300, size - 1]) where index >= 0 && index < size {
            let proof = try await reader.proof(of: UInt64(index))
            #expect(proof.hashes.map(\.bytes) == NaiveTree.path(index, expected[...]))
            #expect(proof.verify(entry: expected[index], trust: trust).isVerified)
            #expect(try LogProof(proof.bytes) == proof)
            #expect(try await reader.entry(UInt64(index), in: signed.checkpoint) == expected[index])
        }
        for old in Set([0, 1, 128, 256, 300, size]) where old <= size {
            let proof = try await reader.consistencyProof(from: UInt64(old), to: UInt64(size))
            #expect(proof.map(\.bytes) == NaiveTree.consistency(old, expected[...]))
            #expect(
                try await reader.root(at: UInt64(old), covered: UInt64(size)).bytes
                    == NaiveTree.root(expected.prefix(old)))
        }
        #expect(await logError { try await reader.entry(UInt64(size), in: signed.checkpoint) }?.code == .missing)
    }

    @Test func itGrowsOverManyOpenings() async throws {
        let folder = try TemporaryFolder()
        var last = Checkpoint(origin: TestLog.origin, size: 0, root: MerkleTree.emptyRoot)
        for size in [3, 3, 250, 256, 600, 601, 1_500] {
            let signed = try await TestLog.make(folder.path, size: size)
            #expect(signed.checkpoint.root.bytes == NaiveTree.root((0..<size).map(TestLog.entry)[...]))
            let proof = try await LogReader(folder: folder.path).consistencyProof(
                from: last.size, to: signed.checkpoint.size)
            #expect(
                MerkleTree.isConsistent(
                    from: last.size, root: last.root, to: signed.checkpoint.size, root: signed.checkpoint.root,
                    proof: proof))
            last = signed.checkpoint
        }
    }

    /// The journal's files go once their entries are in full tiles, and the log opens from what is left.
    @Test func journalFilesAreRemoved() async throws {
        let folder = try TemporaryFolder()
        let writer = try await TestLog.open(folder.path, options: TestLog.options(segmentBytes: 4 << 10))
        for size in stride(from: 100, through: 2_000, by: 100) {
            try await TestLog.fill(writer, to: size)
            try await writer.publish()
        }
        try await writer.close()
        let segments = JournalSegment.all(in: "\(folder.path)/journal")
        #expect(try #require(segments.first).first > 1_000)
        #expect(segments.count < 12)
        let again = try await TestLog.open(folder.path)
        #expect(again.recovery.size == 2_000)
        #expect(again.recovery.rewrittenTiles == 0)
        #expect(again.recovery.truncatedBytes == 0)
        try await TestLog.fill(again, to: 2_100)
        let signed = try await again.publish()
        #expect(signed.checkpoint.root.bytes == NaiveTree.root((0..<2_100).map(TestLog.entry)[...]))
    }

    @Test func manyCallersGetEachAnIndexOfItsOwn() async throws {
        let folder = try TemporaryFolder()
        let writer = try await TestLog.open(folder.path)
        let indices = try await withThrowingTaskGroup(of: (UInt64, Int).self) { group in
            for number in 0..<2_000 {
                group.addTask { (try await writer.append(TestLog.entry(number)), number) }
            }
            return try await group.reduce(into: [UInt64: Int]()) { $0[$1.0] = $1.1 }
        }
        #expect(Set(indices.keys) == Set(0..<2_000))
        // What is durable is readable before any checkpoint covers it.
        #expect(writer.checkpoint.checkpoint.size == 0)
        var next: UInt64 = 0
        while next < writer.size {
            let entries = try await writer.entries(from: next)
            for (offset, entry) in entries.enumerated() {
                #expect(indices[next + UInt64(offset)].map(TestLog.entry) == entry)
            }
            next += UInt64(entries.count)
        }
        #expect(next == 2_000)
        #expect(try await writer.entries(from: 2_000).isEmpty)
        try await writer.close()
    }

    @Test func aCheckpointIsPublishedByItself() async throws {
        let folder = try TemporaryFolder()
        var options = TestLog.options()
        options.publishInterval = .milliseconds(20)
        let writer = try await TestLog.open(folder.path, options: options)
        try await writer.append([1])
        let deadline = ContinuousClock.now + .seconds(10)
        while writer.checkpoint.checkpoint.size < 1, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(writer.checkpoint.checkpoint.size == 1)
    }

    @Test func limitsAreTypedErrors() async throws {
        let folder = try TemporaryFolder()
        let writer = try await TestLog.open(folder.path)
        try await writer.append([UInt8](repeating: 1, count: 65_535))
        #expect(await logError { try await writer.append([UInt8](repeating: 1, count: 65_536)) }?.code == .tooLarge)
        #expect(await logError { _ = try await TestLog.open(folder.path) }?.code == .locked)
        try await writer.close()
        #expect(await logError { try await writer.append([1]) }?.code == .closed)
        #expect(writer.size == 1)
    }

    @Test func onlyItsOwnKeyOpensIt() async throws {
        let folder = try TemporaryFolder()
        _ = try await TestLog.make(folder.path, size: 3)
        for signer in [try TestLog.signer("other.example"), try TestLog.signer(TestLog.origin, 8)] {
            #expect(
                await logError { _ = try await LogWriter.open(folder: folder.path, signer: signer) }?.code
                    == .inconsistent)
        }
        #expect(
            await logError { _ = try await LogWriter.open(folder: folder.path, signer: TestLog.witness(1)) }?.code
                == .malformed)
        _ = try await TestLog.make(folder.path, size: 4)
    }
}
