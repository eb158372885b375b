import Core
import TestSupport
import Testing

@testable import TransparencyLog

/// A log that grew after its witnesses had signed still has their word for what they signed.
struct WitnessedCheckpointTests {
    private static func audit(
        _ folder: String, witnessed: SignedCheckpoint?
    ) async throws -> LogVerifier.Report {
        let trust = try LogTrust(log: TestLog.signer().verifierKey, witnesses: [TestLog.witness(1).verifierKey])
        return try await LogVerifier(
            source: FolderTileSource(folder: folder), trust: trust, witnessed: witnessed
        ).verify()
    }

    @Test(arguments: [0, 3, 299, 300]) func aGrownLogIsVouchedForUpToWhatWasSigned(_ size: Int) async throws {
        let folder = try TemporaryFolder()
        let middle = try TamperTests.witnessed(try await TestLog.make(folder.path, size: size))
        _ = try await TestLog.make(folder.path, size: 300)
        let report = try await Self.audit(folder.path, witnessed: middle)
        #expect(report.findings == [])
        #expect(report.vouched == middle)
    }

    @Test func aForkedLogIsRefused() async throws {
        let (folder, forged) = (try TemporaryFolder(), try TemporaryFolder())
        let original = try TamperTests.witnessed(try await TestLog.make(folder.path, size: 30))
        let writer = try await TestLog.open(forged.path)
        for index in 0..<40 { try await writer.append(index == 17 ? [66] : TestLog.entry(index)) }
        try await writer.close()
        let report = try await Self.audit(forged.path, witnessed: original)
        #expect(report.findings.map(\.kind) == [.fork])
        #expect(report.findings.map(\.place) == ["checkpoint.witnessed"])
    }

    @Test func aLogThatWentBackIsRefused() async throws {
        let (folder, shorter) = (try TemporaryFolder(), try TemporaryFolder())
        let original = try TamperTests.witnessed(try await TestLog.make(folder.path, size: 30))
        _ = try await TestLog.make(shorter.path, size: 29)
        let report = try await Self.audit(shorter.path, witnessed: original)
        #expect(report.findings.map(\.kind) == [.fork])
    }

    @Test func itCountsOnlyWithTheLogsAndTheWitnesssSignature() async throws {
        let folder = try TemporaryFolder()
        let middle = try await TestLog.make(folder.path, size: 3)
        _ = try await TestLog.make(folder.path, size: 5)
        #expect(try await Self.audit(folder.path, witnessed: middle).findings.map(\.kind) == [.witness])
        #expect(try await Self.audit(folder.path, witnessed: nil).findings.map(\.kind) == [.witness])
        let stranger = try TestLog.signer("witness1.example", 90, type: .cosignature)
        let strange = middle.adding([try stranger.sign(middle.note.text)])
        #expect(try await Self.audit(folder.path, witnessed: strange).findings.map(\.kind) == [.witness])
        let other = try SignedCheckpoint(
            middle.checkpoint, signers: [TestLog.signer("other.example", 9), TestLog.witness(1)])
        #expect(try await Self.audit(folder.path, witnessed: other).findings.map(\.kind) == [.signature])
    }

    private static func kept(_ folder: TemporaryFolder) throws -> SignedCheckpoint {
        try SignedCheckpoint(#require(try FolderTileSource(folder: folder.path).witnessedCheckpoint()))
    }

    /// While the log is written its checkpoint is the writer's alone, and witnesses answer one after the other.
    @Test func cosignaturesOfOneCheckpointAreMerged() async throws {
        let folder = try TemporaryFolder()
        let writer = try await TestLog.open(folder.path)
        try await writer.append(TestLog.entry(0))
        let signed = try await writer.publish()
        for number in 1...3 {
            let signature = try TestLog.witness(UInt8(number)).sign(signed.note.text)
            #expect(try await LogFolder.attach([signature], to: signed, folder: folder.path) == .kept)
        }
        let keys = try (1...3).map { try TestLog.witness(UInt8($0)).verifierKey }
        #expect(try Self.kept(folder).note.verify(keys).verified.map(\.key) == keys)
        #expect(try Self.kept(folder).note.verify([TestLog.signer().verifierKey]).holds)
        // A cosignature of another checkpoint is none of this one.
        try await writer.append(TestLog.entry(1))
        let next = try await writer.publish()
        let signature = try TestLog.witness(2).sign(next.note.text)
        #expect(try await LogFolder.attach([signature], to: next, folder: folder.path) == .kept)
        #expect(try Self.kept(folder).note.verify(keys).verified.map(\.key) == [keys[1]])
        #expect(try Self.kept(folder).note.verify(keys).forged.isEmpty)
        // A late one does not take the newer checkpoint's place.
        let late = try TestLog.witness(3).sign(signed.note.text)
        #expect(try await LogFolder.attach([late], to: signed, folder: folder.path) == .superseded)
        #expect(try Self.kept(folder).checkpoint == next.checkpoint)
        try await writer.close()
    }

    @Test func manyWhoAddAtOnceLoseNothing() async throws {
        let folder = try TemporaryFolder()
        let writer = try await TestLog.open(folder.path)
        try await writer.append(TestLog.entry(0))
        let signed = try await writer.publish()
        let keys = try await withThrowingTaskGroup(of: VerifierKey.self) { group in
            for number in UInt8(1)...8 {
                group.addTask {
                    let witness = try TestLog.witness(number)
                    _ = try await LogFolder.attach([witness.sign(signed.note.text)], to: signed, folder: folder.path)
                    return witness.verifierKey
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(try Self.kept(folder).note.verify(keys).verified.count == 8)
        try await writer.close()
    }

    /// The latest checkpoint with all signatures needs no other, which must be of the same log all the same.
    @Test func theLatestMayCarryTheSignaturesItself() async throws {
        let folder = try TemporaryFolder()
        let middle = try await TestLog.make(folder.path, size: 3)
        let latest = try await TestLog.make(folder.path, size: 5)
        _ = try await LogFolder.attach([try TestLog.witness(1).sign(latest.note.text)], to: latest, folder: folder.path)
        let report = try await Self.audit(folder.path, witnessed: middle)
        #expect(report.findings == [])
        #expect(report.vouched?.checkpoint == latest.checkpoint)
        let fork = Checkpoint(origin: TestLog.origin, size: 3, root: MerkleTree.leafHash([1]))
        let forked = try SignedCheckpoint(fork, signers: [TestLog.signer()])
        #expect(try await Self.audit(folder.path, witnessed: forked).findings.map(\.kind) == [.fork])
    }
}
