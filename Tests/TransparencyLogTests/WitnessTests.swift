import Core
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import TransparencyLog

/// Every answer of a witness, and how its client takes them.
struct WitnessTests {
    /// A log of 10 and then 20 entries, a fork of it, and a witness that knows it.
    struct Stage {
        let folder: TemporaryFolder
        let ten: SignedCheckpoint
        let twenty: SignedCheckpoint
        let reader: LogReader
        let store: FolderWitnessStore
        let witness: Witness

        init() async throws {
            folder = try TemporaryFolder()
            ten = try await TestLog.make("\(folder.path)/log", size: 10)
            twenty = try await TestLog.make("\(folder.path)/log", size: 20)
            reader = LogReader(folder: "\(folder.path)/log")
            store = FolderWitnessStore(folder: "\(folder.path)/witness")
            witness = try Self.witness(store)
        }

        static func witness(_ store: any WitnessStore) throws -> Witness {
            try Witness(
                signer: TestLog.witness(1), logs: [TestLog.origin: [TestLog.signer().verifierKey]], store: store)
        }

        func request(_ old: UInt64, _ new: SignedCheckpoint, proof: [TreeHash]? = nil) async throws -> [UInt8] {
            let size = new.checkpoint.size
            let made = old <= size ? try await reader.consistencyProof(from: old, to: size) : []
            return AddCheckpointRequest(oldSize: old, proof: proof ?? made, checkpoint: new).body
        }
    }

    @Test func itCosignsWhatContinues() async throws {
        let stage = try await Stage()
        let key = stage.witness.verifierKey
        for (old, new) in [(UInt64(0), stage.ten), (10, stage.ten), (10, stage.twenty), (20, stage.twenty)] {
            let answer = stage.witness.addCheckpoint(try await stage.request(old, new))
            #expect(answer.status == 200)
            let lines = try NoteSignature.lines(answer.body)
            #expect(lines.map { key.isValid($0, for: new.note.text) } == [true])
            #expect(try stage.store.latest(origin: TestLog.origin)?.size == new.checkpoint.size)
        }
        // Another process with the same folder knows it as well.
        let again = try Stage.witness(FolderWitnessStore(folder: stage.store.folder))
        #expect(again.addCheckpoint(try await stage.request(0, stage.ten)).status == 409)
    }

    @Test func everyRefusal() async throws {
        let stage = try await Stage()
        func status(_ body: [UInt8]) -> Int { stage.witness.addCheckpoint(body).status }
        let forkRoot = MerkleTree.leafHash([1])
        func signed(_ size: UInt64, _ root: TreeHash, _ signer: NoteSigner, origin: String = TestLog.origin) throws
            -> SignedCheckpoint
        { try SignedCheckpoint(Checkpoint(origin: origin, size: size, root: root), signers: [signer]) }
        let log = try TestLog.signer()

        #expect(status([]) == 400)
        #expect(status(Array("old 0\n".utf8)) == 400)
        #expect(status(Array("old 00\n\n".utf8) + stage.ten.bytes) == 400)
        #expect(status(Array("old 0\nAAAA\n\n".utf8) + stage.ten.bytes) == 400)
        let hash = "\(forkRoot)\n"
        let long = Array(("old 0\n" + String(repeating: hash, count: 64) + "\n").utf8)
        #expect(status(long + stage.ten.bytes) == 400)
        #expect(status(try await stage.request(11, stage.ten)) == 400)
        let strange = try signed(10, forkRoot, log, origin: "other.example")
        #expect(status(try await stage.request(0, strange, proof: [])) == 404)
        let unsigned = try signed(10, forkRoot, TestLog.signer(TestLog.origin, 8))
        #expect(status(try await stage.request(0, unsigned, proof: [])) == 403)
        // The first must come without a proof.
        #expect(status(try await stage.request(0, stage.ten, proof: [forkRoot])) == 422)

        #expect(status(try await stage.request(0, stage.ten)) == 200)
        let stale = stage.witness.addCheckpoint(try await stage.request(0, stage.twenty))
        #expect(stale.status == 409)
        #expect(stale.contentType == "text/x.tlog.size")
        #expect(stale.body == Array("10\n".utf8))
        #expect(status(try await stage.request(10, stage.twenty, proof: [])) == 422)
        let fork = try signed(20, forkRoot, log)
        #expect(status(try await stage.request(10, fork)) == 422)
        // Another root of the same size is never cosigned.
        #expect(status(try await stage.request(10, signed(10, forkRoot, log), proof: [])) == 409)
        #expect(try stage.store.latest(origin: TestLog.origin)?.root == stage.ten.checkpoint.root)
        #expect(status(try await stage.request(10, stage.twenty)) == 200)
        #expect(status(try await stage.request(10, stage.ten)) == 409)
    }

    @Test func withoutMemoryItSignsNothing() async throws {
        let stage = try await Stage()
        var store = FolderWitnessStore(folder: "\(stage.folder.path)/full")
        store.disk = Disk { operation, _ in operation == .sync ? ENOSPC : 0 }
        #expect(try Stage.witness(store).addCheckpoint(try await stage.request(0, stage.ten)).status == 500)
        try stage.folder.write("witness/x", "")
        #expect(stage.witness.addCheckpoint(try await stage.request(0, stage.ten)).status == 200)
        let name = "\(Digest.of(Array(TestLog.origin.utf8)).hex).head"
        try stage.folder.write("witness/\(name)", "nonsense")
        #expect(stage.witness.addCheckpoint(try await stage.request(0, stage.twenty)).status == 500)
    }

    struct Wire: WitnessTransport {
        let answer: @Sendable ([UInt8]) throws -> WitnessResponse
        func post(_ body: [UInt8]) async throws -> WitnessResponse { try answer(body) }
    }

    @Test func theClientStartsFromWhereTheWitnessIs() async throws {
        let stage = try await Stage()
        let witness = stage.witness
        let asked = Mutex(0)
        let client = try WitnessClient(
            key: witness.verifierKey,
            transport: Wire { body in
                asked.withLock { $0 += 1 }
                return witness.addCheckpoint(body)
            })
        #expect(try await client.cosign(stage.ten, reader: stage.reader).count == 1)
        // A client that knows nothing is told the size.
        let other = try WitnessClient(key: witness.verifierKey, transport: Wire { witness.addCheckpoint($0) })
        let signatures = try await other.cosign(stage.twenty, reader: stage.reader)
        #expect(stage.twenty.adding(signatures).note.verify([witness.verifierKey]).holds)
        #expect(asked.withLock { $0 } == 1)
        // Now the first one is behind, and the log cannot go back.
        #expect(await logError { try await client.cosign(stage.ten, reader: stage.reader) }?.code == .inconsistent)
    }

    static let answers: [(WitnessResponse, LogError.Code)] = [
        (WitnessResponse(status: 200, body: Array("nonsense\n".utf8)), .malformed),
        (WitnessResponse(status: 200, body: Array("\u{2014} witness1.example AAAAAAEC\n".utf8)), .refused),
        (WitnessResponse(status: 409, body: Array("3\n".utf8)), .refused),
        (WitnessResponse(status: 409, contentType: "text/x.tlog.size", body: Array("x\n".utf8)), .refused),
        (WitnessResponse(status: 409, contentType: "text/x.tlog.size", body: Array("0\n".utf8)), .inconsistent),
        (WitnessResponse(status: 409, contentType: "text/x.tlog.size", body: Array("21\n".utf8)), .inconsistent),
        (WitnessResponse(status: 422, body: []), .inconsistent),
        (WitnessResponse(status: 404, body: Array("who?".utf8)), .refused),
        (WitnessResponse(status: 503, body: []), .refused),
    ]

    @Test(arguments: answers)
    func theClientBelievesNothingElse(_ answer: WitnessResponse, _ code: LogError.Code) async throws {
        let stage = try await Stage()
        let client = try WitnessClient(key: stage.witness.verifierKey, transport: Wire { _ in answer })
        #expect(await logError { try await client.cosign(stage.twenty, reader: stage.reader) }?.code == code)
    }

    /// A writer with a witness publishes checkpoints that carry its signature soon after.
    @Test func aWriterGetsItsCheckpointsCosigned() async throws {
        let folder = try TemporaryFolder()
        let witness = try Stage.witness(FolderWitnessStore(folder: "\(folder.path)/witness"))
        var options = TestLog.options()
        options.cosigners = [
            try WitnessClient(key: witness.verifierKey, transport: Wire { witness.addCheckpoint($0) })
        ]
        let writer = try await TestLog.open("\(folder.path)/log", options: options)
        for size in [5, 300] {
            try await TestLog.fill(writer, to: size)
            try await writer.publish()
            let deadline = ContinuousClock.now + .seconds(10)
            while writer.checkpoint.note.signatures.count < 2, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(2))
            }
            let published = try await writer.reader.checkpoint()
            #expect(published.checkpoint.size == UInt64(size))
            #expect(published.note.verify([witness.verifierKey]).holds)
            let kept = try #require(try FolderTileSource(folder: "\(folder.path)/log").witnessedCheckpoint())
            #expect(kept == published.bytes)
        }
        try await writer.close()
    }
}
