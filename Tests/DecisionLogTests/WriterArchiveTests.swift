import Core
import DecisionLog
import Policy
import TestDecisionLog
import TestSupport
import Testing
import TransparencyLog

/// The log of this process as its readers see it, with a real log on disk.
@Suite("The writer's archive") struct WriterArchiveTests {
    private func open(_ folder: TemporaryFolder) async throws -> (writer: LogWriter, trust: LogTrust) {
        let signer = try NoteSigner(
            name: "log.example/decisions", type: .ed25519, seed: [UInt8](repeating: 7, count: 32))
        var options = LogOptions()
        options.reserveBytes = 0
        options.publishInterval = .seconds(3_600)
        return (
            try await LogWriter.open(folder: folder.path, signer: signer, options: options),
            try LogTrust(log: signer.verifierKey)
        )
    }

    @Test func whatIsKeptIsReadAndProved() async throws {
        let folder = try TemporaryFolder()
        let (writer, trust) = try await open(folder)
        let archive = WriterArchive(writer)
        let keeper = DecisionKeeper(log: writer, large: MemoryDecisions(), admissions: AdmissionIndex())
        #expect(archive.origin == "log.example/decisions")
        for number in 0..<600 {
            guard case .logged(let place) = try await keeper.keep(.allow { $0.object.uid = "u-\(number)" }) else {
                Issue.record("an allow is an entry")
                return
            }
            #expect(place == LogPlace(origin: archive.origin, index: UInt64(number)))
            if number == 299 { try await writer.publish() }
        }
        #expect(try await archive.size() == 600)
        // Pages cross the ends of bundles and of what is published.
        let page = try await archive.entries(from: 200, limit: 300)
        #expect(page.map(\.index) == Array(200..<500))
        for (index, bytes) in page {
            #expect(bytes == Sample.allow { $0.object.uid = "u-\(index)" }.entry)
        }
        #expect(try await archive.entries(from: 600, limit: 10).isEmpty)
        #expect(try await archive.entries(from: 599, limit: 10).map(\.index) == [599])
        // What no checkpoint covers has no proof yet.
        #expect(try await archive.proof(of: 300) == nil)
        let proof = try LogProof(try #require(try await archive.proof(of: 299)))
        #expect(proof.verify(entry: page[99].bytes, trust: trust).isVerified)
        #expect(!proof.verify(entry: page[98].bytes, trust: trust).isVerified)
        try await writer.publish()
        #expect(try await archive.proof(of: 300) != nil)
        #expect(try await archive.proof(of: 600) == nil)
        let tile = try #require(try await archive.tile("tile/entries/000"))
        #expect(try await archive.tile("tile/../../journal") == nil)
        #expect(try await archive.tile("tile/9/000") == nil)
        #expect(!tile.isEmpty)
        #expect(try SignedCheckpoint(try #require(try await archive.checkpoint())).checkpoint.size == 600)
        try await writer.close()
    }

    @Test func aRestartKnowsWhatWasAdmitted() async throws {
        let folder = try TemporaryFolder()
        let (writer, _) = try await open(folder)
        let keeper = DecisionKeeper(log: writer, large: MemoryDecisions(), admissions: AdmissionIndex())
        try await keeper.keep(Sample.allow())
        try await writer.close()
        let (again, _) = try await open(folder)
        let index = AdmissionIndex()
        #expect(try await LogHistory.read(WriterArchive(again), into: index).size == 1)
        let found = await index.history(.image)
        #expect(found.admitted.count == 1)
        try await again.close()
    }
}

extension Sample {
    /// The entry as it is logged.
    var entry: [UInt8] { LogEntryBytes.of(self) }
}
