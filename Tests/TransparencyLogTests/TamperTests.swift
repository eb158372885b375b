import Core
import Foundation
import TestSupport
import Testing

@testable import TransparencyLog

/// Every kind of change to a log's folder is found, and an unchanged one is not complained about.
struct TamperTests {
    static let size = 1_000

    /// What is done to a log that was copied before it was closed for good.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kinds: Set<LogFinding.Kind>
        let apply: @Sendable (_ folder: String) throws -> Void

        init(_ name: String, _ kinds: Set<LogFinding.Kind>, _ apply: @escaping @Sendable (String) throws -> Void) {
            testDescription = name
            self.kinds = kinds
            self.apply = apply
        }
    }

    static func edit(_ path: String, _ change: (inout [UInt8]) throws -> Void) throws {
        var bytes = Array(try Data(contentsOf: URL(filePath: path)))
        try change(&bytes)
        try Data(bytes).write(to: URL(filePath: path))
    }

    static func entries(_ folder: String, _ name: String, _ change: (inout [[UInt8]]) -> Void) throws {
        try edit("\(folder)/tile/entries/\(name)") { bytes in
            let count = name.contains(".p/") ? 232 : 256
            var entries = try EntryBundle.decode(bytes, count: count)
            change(&entries)
            bytes = EntryBundle.encode(entries)
        }
    }

    static func sign(_ folder: String, by signer: NoteSigner? = nil, size: UInt64, root: TreeHash) throws {
        let checkpoint = Checkpoint(origin: TestLog.origin, size: size, root: root)
        let signed = try SignedCheckpoint(checkpoint, signers: [try signer ?? TestLog.signer()])
        try Data(signed.bytes).write(to: URL(filePath: "\(folder)/checkpoint"))
    }

    static let changes: [Change] = [
        Change("a bit of an entry", [.entry]) { folder in
            try edit("\(folder)/tile/entries/001") { $0[100] ^= 1 }
        },
        Change("an entry replaced", [.entry]) { folder in
            try entries(folder, "002") { $0[7] = Array("{\"decision\":\"deny\"}".utf8) }
        },
        Change("two entries swapped", [.entry]) { folder in
            try entries(folder, "000") { $0.swapAt(3, 200) }
        },
        Change("an entry removed, another doubled", [.entry]) { folder in
            try entries(folder, "000") {
                $0.remove(at: 9)
                $0.append($0[0])
            }
        },
        Change("an entry of the last bundle", [.entry]) { folder in
            try entries(folder, "003.p/232") { $0[231] = [1] }
        },
        Change("a bundle cut", [.malformed]) { folder in
            try edit("\(folder)/tile/entries/001") { $0.removeLast() }
        },
        Change("a bundle longer", [.malformed, .entry]) { folder in
            try edit("\(folder)/tile/entries/001") { $0 += [0, 1, 9] }
        },
        Change("the last bundle longer", [.malformed]) { folder in
            try edit("\(folder)/tile/entries/003.p/232") { $0 += [0, 1, 9] }
        },
        Change("a bundle removed", [.missing]) { folder in
            try FileManager.default.removeItem(atPath: "\(folder)/tile/entries/001")
        },
        Change("two bundles swapped", [.entry]) { folder in
            let (a, b) = ("\(folder)/tile/entries/000", "\(folder)/tile/entries/001")
            try FileManager.default.moveItem(atPath: a, toPath: "\(folder)/c")
            try FileManager.default.moveItem(atPath: b, toPath: a)
            try FileManager.default.moveItem(atPath: "\(folder)/c", toPath: b)
        },
        Change("a leaf hash", [.entry]) { folder in
            try edit("\(folder)/tile/0/002") { $0[40] ^= 0x80 }
        },
        Change("an entry and its leaf hash", [.tile, .root]) { folder in
            try entries(folder, "001") { $0[5] = [42] }
            try edit("\(folder)/tile/0/001") { $0.replaceSubrange(160..<192, with: MerkleTree.leafHash([42]).bytes) }
        },
        Change("a hash above the leaves", [.tile]) { folder in
            try edit("\(folder)/tile/1/000.p/3") { $0[0] ^= 1 }
        },
        Change("a tile removed", [.missing]) { folder in
            try FileManager.default.removeItem(atPath: "\(folder)/tile/0/001")
        },
        Change("a tile cut", [.malformed]) { folder in
            try edit("\(folder)/tile/0/001") { $0.removeLast(32) }
        },
        Change("the checkpoint removed", [.missing]) { folder in
            try FileManager.default.removeItem(atPath: "\(folder)/checkpoint")
        },
        Change("the checkpoint's size", [.signature]) { folder in
            try edit("\(folder)/checkpoint") { bytes in
                bytes = Array(String(decoding: bytes, as: UTF8.self).replacing("\n1000\n", with: "\n0999\n").utf8)
            }
        },
        Change("the checkpoint's size, well-formed", [.signature]) { folder in
            try edit("\(folder)/checkpoint") { bytes in
                bytes = Array(String(decoding: bytes, as: UTF8.self).replacing("\n1000\n", with: "\n999\n").utf8)
            }
        },
        Change("a signature's bit", [.signature]) { folder in
            try edit("\(folder)/checkpoint") { bytes in bytes[bytes.count - 20] ^= 2 }
        },
        Change("another signer's checkpoint", [.signature]) { folder in
            let present = try SignedCheckpoint(Array(try Data(contentsOf: URL(filePath: "\(folder)/checkpoint"))))
            try sign(
                folder, by: TestLog.signer("other.example", 9), size: 1_000, root: present.checkpoint.root)
        },
        Change("a root that the log signed itself", [.root, .fork]) { folder in
            try sign(folder, size: 1_000, root: MerkleTree.leafHash([1]))
        },
        Change("truncated by the log itself", [.fork]) { folder in
            let tree = (0..<300).map(TestLog.entry)
            try sign(folder, size: 300, root: TreeHash(unchecked: NaiveTree.root(tree[...])))
        },
    ]

    static func audit(_ folder: String, earlier: [SignedCheckpoint]) async throws -> LogVerifier.Report {
        let trust = try LogTrust(log: TestLog.signer().verifierKey, witnesses: [TestLog.witness(1).verifierKey])
        return try await LogVerifier(source: FolderTileSource(folder: folder), trust: trust, earlier: earlier).verify()
    }

    /// The same checkpoint as a witness has signed it.
    static func witnessed(_ signed: SignedCheckpoint) throws -> SignedCheckpoint {
        signed.adding([try TestLog.witness(1).sign(signed.note.text)])
    }

    @Test func anUnchangedLogVerifies() async throws {
        let folder = try TemporaryFolder()
        let middle = try await TestLog.make(folder.path, size: 700)
        let last = try await TestLog.make(folder.path, size: Self.size)
        let report = try await Self.audit(
            folder.path, earlier: [Self.witnessed(middle), Self.witnessed(last)])
        #expect(report.findings == [])
        #expect(report.isVerified)
        #expect(report.entries == UInt64(Self.size))
    }

    @Test(arguments: changes)
    func aChangeIsFound(_ change: Change) async throws {
        let folder = try TemporaryFolder()
        let last = try await TestLog.make(folder.path, size: Self.size)
        try change.apply(folder.path)
        let report = try await Self.audit(folder.path, earlier: [Self.witnessed(last)])
        #expect(!report.isVerified)
        let kinds = Set(report.findings.map(\.kind))
        let isExpected = !kinds.isDisjoint(with: change.kinds) || kinds == [.malformed]
        #expect(isExpected, "\(report.findings)")
    }

    /// The operator has the key and rewrites everything consistently; only a checkpoint kept elsewhere tells.
    @Test(arguments: [false, true])
    func aConsistentRewriteIsFoundByAWitness(_ hasWitness: Bool) async throws {
        let (folder, forged) = (try TemporaryFolder(), try TemporaryFolder())
        let original = try await TestLog.make(folder.path, size: 300)
        let writer = try await TestLog.open(forged.path)
        for index in 0..<300 { try await writer.append(index == 17 ? [66] : TestLog.entry(index)) }
        try await writer.close()
        let earlier = hasWitness ? [try Self.witnessed(original)] : []
        let trust = try LogTrust(log: TestLog.signer().verifierKey)
        let report = try await LogVerifier(
            source: FolderTileSource(folder: forged.path), trust: trust, earlier: earlier
        ).verify()
        #expect(report.isVerified != hasWitness)
        #expect(report.findings.map(\.kind) == (hasWitness ? [.fork] : []))
    }

    @Test func aWitnessThatIsDemandedIsMissed() async throws {
        let folder = try TemporaryFolder()
        let last = try await TestLog.make(folder.path, size: 3)
        #expect(try await Self.audit(folder.path, earlier: []).findings.map(\.kind) == [.witness])
        #expect(try await Self.audit(folder.path, earlier: [last]).findings.map(\.kind) == [.witness])
        #expect(try await Self.audit(folder.path, earlier: [Self.witnessed(last)]).isVerified)
    }

    /// A changed log is not opened for writing either, where the change touches what the writer needs.
    @Test(arguments: ["checkpoint", "journal", "root", "truncated"])
    func aWriterRefusesAContradiction(_ what: String) async throws {
        let folder = try TemporaryFolder()
        _ = try await TestLog.make(folder.path, size: 300)
        let journal = "\(folder.path)/journal/\(JournalSegment.name(0))"
        let before = try Data(contentsOf: URL(filePath: journal))
        switch what {
        case "checkpoint": try FileManager.default.removeItem(atPath: "\(folder.path)/checkpoint")
        case "journal": try Self.edit(journal) { $0[200] ^= 1 }
        case "root": try Self.sign(folder.path, size: 300, root: MerkleTree.leafHash([1]))
        default: try Self.edit(journal) { $0.replaceSubrange(20_000..., with: [UInt8](repeating: 0, count: 45_536)) }
        }
        let changed = try Data(contentsOf: URL(filePath: journal))
        let error = await logError { try await TestLog.open(folder.path) }
        #expect(error?.code == .inconsistent)
        // Nothing is repaired.
        #expect(try Data(contentsOf: URL(filePath: journal)) == changed)
        try before.write(to: URL(filePath: journal))
    }
}
