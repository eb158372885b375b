import Core
import DecisionLog
import TestDecisionLog
import TestSupport
import Testing

@testable import Admission
@testable import Policy

/// What a server that starts learns from its log.
@Suite("The log's history") struct LogHistoryTests {
    private func admitted(_ index: AdmissionIndex) async -> [Digest] {
        await index.history(RecordQuery(images: [Sample.image], environments: ["prod"], templates: []))
            .admitted.map(\.image)
    }

    private func bundle(_ version: String, rollback: String? = nil, name: String = "payments") throws -> LogRecord {
        .bundle(
            BundleRecord(
                name: name, version: try #require(SemanticVersion(version)), digest: Digest.of(Array(version.utf8)),
                at: Sample.now, rollback: rollback))
    }

    @Test func admissionsAreKnownAgain() async throws {
        let desk = Desk()
        try await desk.keeper.keep(Sample())
        try await desk.keeper.keep(Sample.allow { $0.at = Sample.now + .seconds(7) })
        let index = AdmissionIndex()
        let history = try await LogHistory.read(desk.log, into: index)
        #expect(await admitted(index) == [Sample.image])
        #expect(history.size == 2 && history.last == Sample.now + .seconds(7))
    }

    @Test func aDenialAdmitsNothing() async throws {
        let desk = Desk()
        try await desk.keeper.keep(Sample())
        let index = AdmissionIndex()
        _ = try await LogHistory.read(desk.log, into: index)
        #expect(await admitted(index).isEmpty)
    }

    @Test func anAdmissionThatWasTooLargeForItsEntryIsKnownAgain() async throws {
        let folder = try TemporaryFolder()
        let log = MemoryLog()
        let large = LargeDecisionFolder(folder.path + "/decisions")
        let keeper = DecisionKeeper(log: log, large: large, admissions: AdmissionIndex())
        let big = Sample.allow { $0.images += Sample.manyImages }
        try await keeper.keep(big)
        #expect(try LogEntry(parsing: log.entries[0]).decision == nil)
        let index = AdmissionIndex()
        _ = try await LogHistory.read(log, large: large, into: index)
        #expect(await admitted(index) == [Sample.image])
        // Without the file nothing is known of it, which can only deny.
        let other = AdmissionIndex()
        _ = try await LogHistory.read(log, large: LargeDecisionFolder(folder.path + "/none"), into: other)
        #expect(await admitted(other).isEmpty)
    }

    @Test func morePagesThanOneAreRead() async throws {
        let desk = Desk()
        for number in 0..<600 {
            try await desk.keeper.keep(Sample.allow { $0.object.uid = "u-\(number)" })
        }
        #expect(try await LogHistory.read(desk.log, into: AdmissionIndex()).size == 600)
    }

    @Test func theHighestVersionCountsWhateverCameLater() async throws {
        let desk = Desk()
        for version in ["1.0.0", "2.0.0", "1.5.0"] { try await desk.keeper.append(bundle(version)) }
        try await desk.keeper.append(bundle("0.1.0", name: "other"))
        let versions = try await LogHistory.read(desk.log, into: AdmissionIndex()).versions
        #expect(versions.entry("payments")?.highest.version == SemanticVersion("2.0.0"))
        #expect(versions.entry("payments")?.rolledBackTo == nil)
        #expect(versions.entry("other")?.highest.version == SemanticVersion("0.1.0"))
    }

    @Test func aRollbackIsRemembered() async throws {
        let desk = Desk()
        try await desk.keeper.append(bundle("1.0.0"))
        try await desk.keeper.append(bundle("2.0.0"))
        try await desk.keeper.append(bundle("1.0.0", rollback: "by order"))
        let entry = try await LogHistory.read(desk.log, into: AdmissionIndex()).versions.entry("payments")
        #expect(entry?.highest.version == SemanticVersion("2.0.0"))
        #expect(entry?.rolledBackTo?.version == SemanticVersion("1.0.0"))
        // What comes after must be higher than what was taken back.
        try await desk.keeper.append(bundle("2.0.1"))
        let next = try await LogHistory.read(desk.log, into: AdmissionIndex()).versions.entry("payments")
        #expect(next?.highest.version == SemanticVersion("2.0.1") && next?.rolledBackTo == nil)
    }

    @Test func theLogAndTheFileBesideItAreMerged() throws {
        func memory(_ version: String, back: String? = nil) throws -> VersionMemory {
            func made(_ text: String) throws -> VersionMemory.Version {
                VersionMemory.Version(try #require(SemanticVersion(text)), Digest.of(Array(text.utf8)))
            }
            return VersionMemory(entries: [
                VersionMemory.Entry(name: "payments", highest: try made(version), rolledBackTo: try back.map(made))
            ])
        }
        let cases: [(VersionMemory, VersionMemory, VersionMemory)] = [
            (try memory("1.0.0"), try memory("2.0.0"), try memory("2.0.0")),
            (try memory("2.0.0"), try memory("1.0.0"), try memory("2.0.0")),
            (try memory("2.0.0"), try memory("2.0.0", back: "1.0.0"), try memory("2.0.0", back: "1.0.0")),
            (VersionMemory(), try memory("1.0.0"), try memory("1.0.0")),
        ]
        for (left, right, expected) in cases { #expect(left.merging(right) == expected) }
    }

    @Test func waiversAndTheirRevocationAreKnownAgain() async throws {
        let desk = Desk()
        func entry(_ id: String) -> WaiverBook.Entry {
            WaiverBook.Entry(
                waiver: Waiver(
                    id: id, rule: "hermetic-required", scope: Waiver.Scope(namespace: "payments", image: Sample.image),
                    waiverClass: "emergency", owner: "team", approvers: ["alice"], reason: "r",
                    notBefore: Sample.now, expires: Sample.now + .seconds(60)), digest: Digest.of(Array(id.utf8)))
        }
        try await desk.keeper.append(.waiver(WaiverRecord(.seen, entry("W-1"), at: Sample.now)))
        try await desk.keeper.append(.waiver(WaiverRecord(.seen, entry("W-2"), at: Sample.now)))
        try await desk.keeper.append(.waiver(WaiverRecord(.revoked, entry("W-2"), at: Sample.now)))
        let waivers = try await LogHistory.read(desk.log, into: AdmissionIndex()).waivers
        #expect(waivers == [entry("W-1").digest: false, entry("W-2").digest: true])
    }

    @Test(arguments: ["{", "null", "{}", #"{"schema":"https://example.com/other"}"#, "[1]", ""])
    func anEntryThatIsNotOursStopsTheStart(_ text: String) async throws {
        let desk = Desk()
        try await desk.keeper.keep(Sample.allow())
        _ = try await desk.log.append(Array(text.utf8))
        await #expect(throws: (any Error).self) {
            try await LogHistory.read(desk.log, into: AdmissionIndex())
        }
    }
}
