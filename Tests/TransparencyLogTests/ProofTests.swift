import Core
import TestSupport
import Testing

@testable import TransparencyLog

/// Proofs in files: what reads, what verifies, and that nothing changed does.
struct ProofTests {
    static func proof() async throws -> (LogProof, TemporaryFolder) {
        let folder = try TemporaryFolder()
        let signed = try await TestLog.make(folder.path, size: 30)
        let cosigned = signed.adding(try (1...3).map { try TestLog.witness($0).sign(signed.note.text) })
        return (try await LogReader(folder: folder.path).proof(of: 12, in: cosigned), folder)
    }

    static func trust(_ witnesses: [UInt8], threshold: Int? = nil) throws -> LogTrust {
        try LogTrust(
            log: TestLog.signer().verifierKey, witnesses: witnesses.map { try TestLog.witness($0).verifierKey },
            threshold: threshold)
    }

    @Test func itVerifiesWithItsWitnesses() async throws {
        let (proof, _) = try await Self.proof()
        let read = try LogProof(proof.bytes)
        #expect(read == proof)
        #expect(read.verify(entry: TestLog.entry(12), trust: try Self.trust([])).isVerified)
        #expect(read.verify(entry: TestLog.entry(12), trust: try Self.trust([1, 2, 3])).isVerified)
        #expect(read.verify(entry: TestLog.entry(12), trust: try Self.trust([1, 2, 3, 4], threshold: 3)).isVerified)
        guard case .verified(let verified) = read.verify(entry: TestLog.entry(12), trust: try Self.trust([2])) else {
            Issue.record("it should verify")
            return
        }
        #expect(verified.witnesses.map(\.timestamp) == [1_790_000_000])
    }

    @Test func itDoesNotVerifyForSomethingElse() async throws {
        let (proof, _) = try await Self.proof()
        func kinds(_ proof: LogProof, _ entry: [UInt8], _ trust: LogTrust) -> [LogFinding.Kind] {
            guard case .refused(let findings) = proof.verify(entry: entry, trust: trust) else { return [] }
            return findings.map(\.kind)
        }
        let entry = TestLog.entry(12)
        #expect(kinds(proof, TestLog.entry(13), try Self.trust([])) == [.entry])
        #expect(kinds(proof, entry, try Self.trust([1, 4])) == [.witness])
        #expect(kinds(proof, entry, try LogTrust(log: TestLog.signer(TestLog.origin, 8).verifierKey)) == [.signature])
        let renamed = try LogTrust(log: TestLog.signer().verifierKey, origin: "other.example")
        #expect(kinds(proof, entry, renamed) == [.origin])
        let moved = LogProof(index: 13, hashes: proof.hashes, checkpoint: proof.checkpoint)
        #expect(kinds(moved, entry, try Self.trust([])) == [.entry])
        // A cosignature of another checkpoint in a witness's name is no reason to look away.
        let stolen = LogProof(
            index: 12, hashes: proof.hashes,
            checkpoint: proof.checkpoint.adding([try TestLog.witness(1).sign(Array("other\n".utf8))]))
        #expect(kinds(stolen, entry, try Self.trust([1, 2], threshold: 1)) == [.witness])
    }

    /// One bit anywhere in the file: it does not read, or does not verify, or the change was in what nobody vouches for.
    @Test func noBitCanBeChanged() async throws {
        let (proof, _) = try await Self.proof()
        let bytes = proof.bytes
        let trust = try Self.trust([1, 2, 3])
        for index in bytes.indices {
            for bit in [0, 3, 6] {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                guard let read = try? LogProof(changed) else { continue }
                #expect(!read.verify(entry: TestLog.entry(12), trust: trust).isVerified, "byte \(index) bit \(bit)")
            }
        }
        for end in bytes.indices {
            guard let read = try? LogProof(Array(bytes[..<end])) else { continue }
            #expect(!read.verify(entry: TestLog.entry(12), trust: trust).isVerified)
        }
    }

    @Test func extraDataIsCarried() async throws {
        let (proof, _) = try await Self.proof()
        let extra = LogProof(index: 12, hashes: proof.hashes, checkpoint: proof.checkpoint, extra: [1, 2, 3])
        #expect(
            String(decoding: extra.bytes, as: UTF8.self).hasPrefix("c2sp.org/tlog-proof@v1\nextra AQID\nindex 12\n"))
        #expect(try LogProof(extra.bytes) == extra)
    }

    static let head = "c2sp.org/tlog-proof@v1\n"
    static let note = "origin\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\u{2014} a.example AAAAAAEC\n"

    @Test func theShortestProofReads() throws {
        #expect(try LogProof(Array("\(Self.head)index 0\n\n\(Self.note)".utf8)).hashes.isEmpty)
    }

    @Test(arguments: [
        "", "c2sp.org/tlog-proof@v2\nindex 0\n\n" + note, head + note, head + "index 00\n\n" + note,
        head + "index -1\n\n" + note, head + "index 99999999999999999999\n\n" + note,
        head + "extra\nindex 0\n\n" + note,
        head + "extra A\nindex 0\n\n" + note, head + "index 0\nAAAA\n\n" + note, head + "index 0\n" + note,
        head + "index 0\r\n\r\n" + note, head + "index 0\nextra AQID\n\n" + note, head + "index 0\n\n\n" + note,
        head + "index 0\n" + String(repeating: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", count: 64) + "\n"
            + note,
    ])
    func nothingElseReads(_ text: String) {
        #expect(throws: LogError.self) { try LogProof(Array(text.utf8)) }
    }

    @Test func trustIsNotCountedTwice() throws {
        let (log, witness) = (try TestLog.signer().verifierKey, try TestLog.witness(1).verifierKey)
        let renamed = try TestLog.signer("alias.example", 101, type: .cosignature).verifierKey
        let own = try TestLog.signer("own.example", 7, type: .cosignature).verifierKey
        #expect(throws: LogError.self) { try LogTrust(log: log, witnesses: [witness, renamed]) }
        #expect(throws: LogError.self) { try LogTrust(log: log, witnesses: [own]) }
        #expect(throws: LogError.self) { try LogTrust(log: witness) }
        #expect(throws: LogError.self) { try LogTrust(log: log, witnesses: [log]) }
        #expect(throws: LogError.self) { try LogTrust(log: log, witnesses: [witness], threshold: 2) }
        #expect(throws: LogError.self) { try LogTrust(log: log, witnesses: [witness], threshold: -1) }
    }
}
