import Core
import DecisionLog
import Foundation
import TestSupport
import Testing

/// Decisions that are too large for an entry.
@Suite("Large decisions") struct LargeDecisionFolderTests {
    private let folder: TemporaryFolder
    private let decisions: LargeDecisionFolder

    init() throws {
        folder = try TemporaryFolder()
        decisions = LargeDecisionFolder(folder.path + "/decisions")
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path + "/decisions") }
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 1 << 20]) func whatIsKeptIsGiven(_ count: Int) async throws {
        let document = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        try await decisions.keep(document, digest: .of(document))
        #expect(try await decisions.document(.of(document)) == document)
        #expect(try names == ["\(Digest.of(document).hex).json"])
    }

    @Test func whatWasNeverKeptIsNotThere() async throws {
        #expect(try await decisions.document(.of([1])) == nil)
        try await decisions.keep([1], digest: .of([1]))
        #expect(try await decisions.document(.of([2])) == nil)
    }

    @Test func aFileThatWasTamperedWithIsRefused() async throws {
        try await decisions.keep([1, 2, 3], digest: .of([1, 2, 3]))
        let path = "decisions/\(Digest.of([1, 2, 3]).hex).json"
        for bytes: [UInt8] in [[1, 2], [1, 2, 4], []] {
            try folder.write(path, bytes)
            await #expect(throws: LargeDecisionFolder.Failure.self) { try await decisions.document(.of([1, 2, 3])) }
        }
        // Keeping it again mends it.
        try await decisions.keep([1, 2, 3], digest: .of([1, 2, 3]))
        #expect(try await decisions.document(.of([1, 2, 3])) == [1, 2, 3])
    }

    @Test func tooMuchIsRefused() async throws {
        let limit = LargeDecisionFolder.maximumSize.limit
        let most = [UInt8](repeating: 7, count: limit)
        try await decisions.keep(most, digest: .of(most))
        #expect(try await decisions.document(.of(most))?.count == limit)
        await #expect(throws: LargeDecisionFolder.Failure.self) {
            try await decisions.keep(most + [1], digest: .of(most + [1]))
        }
        // Nor is a file read that somebody made larger.
        try folder.write("decisions/\(Digest.of(most).hex).json", most + [1])
        await #expect(throws: LargeDecisionFolder.Failure.self) { try await decisions.document(.of(most)) }
    }

    @Test func theSameKeptByManyAtOnceIsWhole() async throws {
        let document = [UInt8](repeating: 5, count: 200_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask { [decisions] in try await decisions.keep(document, digest: .of(document)) }
            }
            try await group.waitForAll()
        }
        #expect(try await decisions.document(.of(document)) == document)
        #expect(try names.count == 1)
    }

    @Test func aFolderThatCannotBeWrittenSaysSo() async throws {
        try folder.write("file", "")
        let blocked = LargeDecisionFolder(folder.path + "/file/decisions")
        await #expect(throws: LargeDecisionFolder.Failure.self) { try await blocked.keep([1], digest: .of([1])) }
    }
}
