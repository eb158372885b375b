import Attestation
import Core
import OCI
import Policy
import Rehearsal
import TestSupport
import Testing

@testable import Admission

#if canImport(Glibc)
    import Glibc
#endif

/// What lies on disk survives a restart, and convinces nobody of anything.
@Suite("Evidence on disk") struct EvidenceDiskTests {
    private static let key = [UInt8](repeating: 7, count: 32)

    private static func cache(
        _ folder: TemporaryFolder, _ counters: Counters = Counters(), key: [UInt8]? = key,
        change: (inout EvidenceCacheLimits) -> Void = { _ in }
    ) -> EvidenceCache {
        var limits = EvidenceCacheLimits()
        change(&limits)
        let disk = EvidenceDisk(
            folder: folder.path, limits: limits, seal: key.map { EvidenceSeal(key: $0) }, metrics: counters.metrics)
        return EvidenceCache(limits: limits, disk: disk, metrics: counters.metrics)
    }

    private static func files(_ folder: TemporaryFolder) throws -> [String] {
        guard let directory = opendir(folder.path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append("\(folder.path)/\(name)") }
        }
        return names.sorted()
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 22)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes[..<count])
    }

    private static func decide(
        _ harbour: Harbour, _ cache: EvidenceCache, at seconds: Int, scalesUp: Bool = false
    ) async throws -> Decision {
        try await harbour.admitter(cache, wasAdmitted: scalesUp).decide(
            Harbour.request(scalesUp: scalesUp), at: Harbour.opening + .seconds(seconds))
    }

    @Test(
        arguments: [(1_800, .allow, []), (7_200, .allow, [.warns]), (86_401, .indeterminate, [.undetermined])]
            as [(Int, Decision.Outcome, Set<Decision.Disposition>)])
    func aRestartInAnOutageStopsNothing(
        seconds: Int, outcome: Decision.Outcome, dispositions: Set<Decision.Disposition>
    ) async throws {
        let folder = try TemporaryFolder()
        let harbour = try Harbour(gates: ["unit"])
        let cache = Self.cache(folder)
        #expect(try await Self.decide(harbour, cache, at: 0).outcome == .allow)
        await cache.flush()
        harbour.registry.isDown(true)
        let counters = Counters()
        let decision = try await Self.decide(harbour, Self.cache(folder, counters), at: seconds, scalesUp: true)
        #expect(decision.outcome == outcome && decision.dispositions == dispositions, "\(decision.words)")
        #expect(counters["disk"] == 1 && counters["corrupt"] == 0)
    }

    @Test func bytesAtHandAreNotFetchedAgain() async throws {
        let folder = try TemporaryFolder()
        let harbour = try Harbour()
        let cache = Self.cache(folder)
        let first = try await Self.decide(harbour, cache, at: 0)
        await cache.flush()
        let asked = harbour.registry.asked.count
        let second = try await Self.decide(harbour, Self.cache(folder), at: 0)
        #expect(first.json.canonical == second.json.canonical && second.outcome == .allow)
        let more = harbour.registry.asked.dropFirst(asked)
        #expect(!more.isEmpty && !more.contains { $0.hasPrefix("blob") })
    }

    /// Whoever can write the folder but has no key takes a gate's FAILED out of it: an outage must not make an allow of
    /// that.
    @Test(arguments: [nil, [UInt8](repeating: 8, count: 32)])
    func whatIsTakenOutOfAFileIsMissed(_ otherKey: [UInt8]?) async throws {
        let (folder, forged) = (try TemporaryFolder(), try TemporaryFolder())
        let harbour = try Harbour(gates: ["unit"])
        // What an attacker can make: a genuine file of the time before the gate said FAILED, sealed by another key.
        let theirs = Self.cache(forged, key: otherKey)
        #expect(try await Self.decide(harbour, theirs, at: 0).outcome == .allow)
        await theirs.flush()
        try harbour.attach(
            .testResult(TestContent(gate: "unit", result: .failed)), to: Harbour.image("a"),
            at: Harbour.opening + .seconds(1))
        let cache = Self.cache(folder)
        #expect(try await Self.decide(harbour, cache, at: 2).outcome == .deny)
        await cache.flush()
        for path in try Self.files(forged) {
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            try folder.write(name, try Self.read(path))
        }
        // The registry answers: the file says nothing.
        #expect(try await Self.decide(harbour, Self.cache(folder), at: 3).outcome == .deny)
        harbour.registry.isDown(true)
        for seconds in [3, 7_200] {
            for path in try Self.files(forged) {
                let name = path.split(separator: "/").last.map(String.init) ?? ""
                try folder.write(name, try Self.read(path))
            }
            let decision = try await Self.decide(harbour, Self.cache(folder), at: seconds, scalesUp: true)
            #expect(decision.outcome == .indeterminate, "\(decision.words)")
        }
    }

    /// Every byte of every file changed, cut off or doubled: never an allow that there was not, never a crash.
    @Test func filesThatAreNotWhatTheyShouldBeAreIgnored() async throws {
        let folder = try TemporaryFolder()
        let harbour = try Harbour()
        let cache = Self.cache(folder)
        #expect(try await Self.decide(harbour, cache, at: 0).outcome == .allow)
        await cache.flush()
        let paths = try Self.files(folder)
        #expect(paths.count == 1)
        let path = try #require(paths.first)
        let name = String(path.dropFirst(folder.path.count + 1))
        let good = try Self.read(path)
        harbour.registry.isDown(true)
        #expect(try await Self.decide(harbour, Self.cache(folder), at: 5, scalesUp: true).outcome == .allow)
        var generator = SeededGenerator(seed: 4)
        var bad: [[UInt8]] = [
            [], Array(good.dropLast()), good + [0], good + good, Array("{}\n".utf8), Array("\n".utf8),
        ]
        for _ in 0..<60 {
            var copy = good
            copy[generator.below(copy.count)] ^= UInt8(1 << generator.below(8))
            bad.append(copy)
        }
        for bytes in bad {
            try folder.write(name, bytes)
            let counters = Counters()
            let decision = try await Self.decide(harbour, Self.cache(folder, counters), at: 7_200)
            #expect(decision.outcome == .indeterminate)
            let isKnown = counters["corrupt"] == 1 || counters["disk"] == 1
            #expect(isKnown)
        }
        // It is written again when the place answers.
        harbour.registry.isDown(false)
        try folder.write(name, Array("rubbish".utf8))
        let counters = Counters()
        let again = Self.cache(folder, counters)
        #expect(try await Self.decide(harbour, again, at: 7_300).outcome == .allow)
        await again.flush()
        #expect(counters["corrupt"] == 1 && counters["unwritable"] == 0)
        #expect(try Self.read(path).count == good.count || Self.read(path).count > 100)
    }

    @Test func aFileOfAnotherImageIsNotTakenForIt() async throws {
        let folder = try TemporaryFolder()
        let harbour = try Harbour()
        let cache = Self.cache(folder)
        #expect(try await Self.decide(harbour, cache, at: 0).outcome == .allow)
        await cache.flush()
        let path = try #require(try Self.files(folder).first)
        let other = EvidenceKey(
            place: .registry(host: "registry.example", repository: "org/app"), image: Harbour.image("b"),
            plan: try EvidencePlan(harbour.bundle).digest)
        try folder.write(other.fileName, try Self.read(path))
        harbour.registry.isDown(true)
        let counters = Counters()
        let decision = try await harbour.admitter(Self.cache(folder, counters)).decide(
            Harbour.request(["b"]), at: Harbour.opening + .seconds(5))
        #expect(decision.outcome == .indeterminate && counters["corrupt"] == 1)
    }

    @Test func foreignFilesAreLeftAlone() async throws {
        let folder = try TemporaryFolder()
        let hex = String(repeating: "ab", count: 32)
        for name in ["notes.txt", "\(hex).txt", "\(hex)", "a.evidence"] { try folder.write(name, "mine") }
        try folder.write("\(hex).evidence.1-1.tmp", "a draft of a process that was killed")
        let harbour = try Harbour()
        let cache = Self.cache(folder) { limits in limits.diskFiles = 1 }
        #expect(try await Self.decide(harbour, cache, at: 0).outcome == .allow)
        await cache.flush()
        let names = try Self.files(folder).map { String($0.dropFirst(folder.path.count + 1)) }
        #expect(Set(["notes.txt", "\(hex).txt", hex, "a.evidence"]).isSubset(of: Set(names)))
        #expect(names.count == 5)
    }

    @Test func aFolderThatCannotBeWrittenStopsNothing() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("file", "not a folder")
        let counters = Counters()
        let disk = EvidenceDisk(folder: path, metrics: counters.metrics)
        let harbour = try Harbour()
        let cache = EvidenceCache(disk: disk, metrics: counters.metrics)
        #expect(try await Self.decide(harbour, cache, at: 0).outcome == .allow)
        await cache.flush()
        #expect(counters["unwritable"] == 1)
    }

    @Test func theFolderIsBounded() async throws {
        let folder = try TemporaryFolder()
        let harbour = try Harbour()
        let cache = Self.cache(folder) { $0.diskFiles = 4 }
        for number in 0..<12 {
            for content in [EvidencePiece.Content.signature, .provenance(ProvenanceContent())] {
                try harbour.attach(content, to: Harbour.image("n\(number)"))
            }
            let decision = try await harbour.admitter(cache).decide(
                Harbour.request(["n\(number)"]), at: Harbour.opening)
            #expect(decision.outcome == .allow)
        }
        await cache.flush()
        #expect(try Self.files(folder).count <= 4)
        // What does not fit any more goes when the folder is opened.
        let smaller = Self.cache(folder) { $0.diskFiles = 2 }
        await smaller.flush()
        #expect(try Self.files(folder).count <= 2)
    }

    /// RFC 4231, test cases 1, 2 and 6.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func theSealIsAnHMAC(key: [UInt8], message: String, code: String) {
        let seal = EvidenceSeal(key: key)
        #expect(seal.code(Array(message.utf8)).hex == code)
        #expect(seal.accepts(code, for: Array(message.utf8)))
        #expect(!seal.accepts(code, for: Array("\(message) ".utf8)))
        #expect(!seal.accepts(String(code.dropLast(2)), for: Array(message.utf8)))
    }
}
