import Core
import TestSupport
import Testing

@_spi(Fuzzing) @testable import TransparencyLog

/// The fuzz targets' properties hold for documents whose meaning is known, cut at every byte.
struct FuzzTargetsTests {
    static func check(_ bytes: [UInt8], _ target: ([UInt8]) -> String?) {
        #expect(target(bytes) == nil)
        for end in stride(from: 0, to: bytes.count, by: 3) { #expect(target(Array(bytes[..<end])) == nil) }
    }

    @Test func propertiesHold() async throws {
        let folder = try TemporaryFolder()
        let signed = try await TestLog.make(folder.path, size: 5)
        let proof = try await LogReader(folder: folder.path).proof(of: 3)
        Self.check(signed.bytes, FuzzTargets.note)
        Self.check(Array(try TestLog.signer().secretText.utf8), FuzzTargets.note)
        Self.check(Array(try TestLog.signer().verifierKey.description.utf8), FuzzTargets.note)
        Self.check(proof.bytes, FuzzTargets.proof)
        Self.check(AddCheckpointRequest(oldSize: 3, proof: proof.hashes, checkpoint: signed).body, FuzzTargets.witness)
        let records = (0..<5).map {
            JournalBatch.Record(entry: TestLog.entry($0), leaf: MerkleTree.leafHash(TestLog.entry($0)))
        }
        let journal = JournalBatch.encode(records[..<3], first: 7) + JournalBatch.encode(records[3...], first: 10)
        Self.check([7] + journal, FuzzTargets.journal)
        // A file that is made in advance is zeros.
        Self.check([7] + journal + [0, 0, 0], FuzzTargets.journal)
        Self.check([0, 0, 0], FuzzTargets.journal)
        Self.check([4] + EntryBundle.encode((0..<5).map(TestLog.entry)), FuzzTargets.entries)
        Self.check(Array("tile/0/x001/x234/067.p/9".utf8), FuzzTargets.entries)
    }
}
