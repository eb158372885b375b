import Core
import Testing

@testable import Lineage

/// What is in an image, by which bill, and where a package is.
@Suite struct ContentsTests {
    static let app = Digest.of(Array("app".utf8))
    static let other = Digest.of(Array("other".utf8))

    static func package(_ name: String, _ version: String, direct: Bool = false) -> BillRecord.Package {
        BillRecord.Package(
            key: "pkg:npm/\(name)@\(version)", name: "pkg:npm/\(name)", isDirect: direct, scope: .required)
    }

    static func bill(
        _ name: String, _ packages: [BillRecord.Package], _ dependencies: [(Int, Int)] = [], images: [Digest] = [app],
        at: Instant? = Story.now, signed: Bool = true, quarantined: [BillRecord.Quarantined] = []
    ) throws -> BillRecord {
        try BillRecord(
            digest: .of(Array(name.utf8)), format: "CycloneDX", version: "1.6", createdAt: at, images: images,
            attestation: signed ? .of(Array("attested \(name)".utf8)) : nil, origin: "a test", packages: packages,
            dependencies: dependencies.map { BillRecord.Dependency(from: $0.0, to: $0.1) }, quarantined: quarantined)
    }

    private func store(_ bills: [BillRecord]) async throws -> SQLiteStore {
        let store = try SQLiteStore.inMemory()
        try await store.record(bills.map { .bill($0) }, at: Story.now)
        return store
    }

    @Test func packagesComeBackWithWhatTheyNeed() async throws {
        let packages = [
            Self.package("web", "1.0.0", direct: true), Self.package("log", "2.0.0"), Self.package("abc", "3.0.0"),
        ]
        let part = BillRecord.Quarantined(place: "components[3]", reason: "no package URL: \"pkg:\"")
        let store = try await store([try Self.bill("1", packages, [(0, 1), (0, 2), (1, 2)], quarantined: [part])])
        let contents = try #require(try await store.contents(of: Self.app))
        #expect(contents.packages.map(\.key) == ["pkg:npm/abc@3.0.0", "pkg:npm/log@2.0.0", "pkg:npm/web@1.0.0"])
        #expect(contents.packages.map(\.isDirect) == [false, false, true])
        #expect(contents.packages.map(\.needs) == [[], [0], [0, 1]])
        #expect(contents.quarantined == [part])
        #expect(contents.bill.attestation == Digest.of(Array("attested 1".utf8)))
        #expect(try await store.contents(of: Self.other) == nil)
    }

    /// A newer bill takes the older one's place, in whatever order they come.
    @Test(arguments: [[0, 1], [1, 0]]) func aNewerBillSupersedes(_ order: [Int]) async throws {
        let bills = [
            try Self.bill("old", [Self.package("log", "2.14.0")], at: Story.now - .seconds(60)),
            try Self.bill("new", [Self.package("log", "2.17.1")]),
        ]
        let store = try await store(order.map { bills[$0] })
        let contents = try #require(try await store.contents(of: Self.app))
        #expect(contents.packages.map(\.key) == ["pkg:npm/log@2.17.1"])
        #expect(contents.superseded.map(\.digest) == [bills[0].digest])
        // What is superseded is in no answer: nobody is sent to mend what was mended.
        #expect(try await store.whereabouts(of: .package("pkg:npm/log@2.14.0"), limit: 10).images.isEmpty)
        #expect(try await store.whereabouts(of: .package("pkg:npm/log@2.17.1"), limit: 10).images.count == 1)
    }

    /// Attack: whoever may hand in a bill, but not sign one, hides a package by a newer bill without it.
    @Test func anUnsignedBillNeverSupersedesASignedOne() async throws {
        let signed = try Self.bill("signed", [Self.package("log", "2.14.0")], at: Story.now - .seconds(60))
        let forged = try Self.bill("forged", [], signed: false)
        let store = try await store([signed, forged])
        #expect(try await store.contents(of: Self.app)?.bill.digest == signed.digest)
        #expect(try await store.whereabouts(of: .packageName("pkg:npm/log"), limit: 10).images.count == 1)
        // Where nobody signed one, it counts and is marked.
        let alone = try await self.store([try Self.bill("alone", [Self.package("log", "1.0.0")], signed: false)])
        let found = try await alone.whereabouts(of: .packageName("pkg:npm/log"), limit: 10).images
        #expect(found.map(\.isSigned) == [false])
    }

    @Test func theSameContentIsKeptOnce() async throws {
        let packages = [Self.package("log", "1.0.0")]
        let first = try Self.bill("same", packages)
        let second = try BillRecord(
            digest: first.digest, format: "CycloneDX", version: "1.6", createdAt: Story.now, images: [Self.other],
            attestation: .of(Array("by another".utf8)), origin: "a test", packages: packages)
        let store = try await store([first, second])
        #expect(try await store.contents().count { $0.hasPrefix("bill ") } == 1)
        let found = try await store.whereabouts(of: .package("pkg:npm/log@1.0.0"), limit: 10)
        #expect(Set(found.images.map(\.digest)) == ["\(Self.app)", "\(Self.other)"])
    }

    /// One attestation may be about an index and its platforms, and each of them is asked about.
    @Test func oneAttestationMayBeAboutSeveralImages() async throws {
        let packages = [Self.package("log", "1.0.0")]
        let store = try await store([
            try Self.bill("one", packages), try Self.bill("one", packages, images: [Self.other]),
        ])
        for image in [Self.app, Self.other] { #expect(try await store.contents(of: image)?.packages.count == 1) }
        #expect(try await store.whereabouts(of: .packageName("pkg:npm/log"), limit: 9).images.count == 2)
    }

    /// Who asks for a version means it on every architecture, unless they say which.
    @Test func aVersionIsFoundWhateverItsQualifiers() async throws {
        let name = "pkg:deb/debian/openssl"
        let package = BillRecord.Package(key: "\(name)@3.0.1?arch=amd64&distro=debian-12", name: name, isDirect: true)
        let store = try await store([try Self.bill("1", [package])])
        for text in ["\(name)@3.0.1", "\(name)@3.0.1?arch=amd64", package.key] {
            #expect(try await store.whereabouts(of: .package(text), limit: 9).images.count == 1, "\(text)")
        }
        for text in ["\(name)@3.0.2", "\(name)@3.0.1?arch=arm64", "\(name)@3.0.1#lib", "\(name)@3.0"] {
            #expect(try await store.whereabouts(of: .package(text), limit: 9).images.isEmpty, "\(text)")
        }
    }

    @Test func recordingABillTwiceChangesNothing() async throws {
        let bill = try Self.bill("1", [Self.package("a", "1"), Self.package("b", "2")], [(0, 1)])
        let store = try await store([bill])
        let before = try await store.contents()
        #expect(try await store.record([.bill(bill)], at: Story.now + .seconds(9)) == Recording(new: 0, known: 1))
        #expect(try await store.contents() == before)
    }

    /// A → B in one bill and B → C in another: nobody said that the first image holds C.
    @Test func dependenciesAreNotJoinedAcrossBills() async throws {
        let (a, b, c) = (Self.package("a", "1", direct: true), Self.package("b", "1"), Self.package("c", "1"))
        let store = try await store([
            try Self.bill("1", [a, b], [(0, 1)]), try Self.bill("2", [b, c], [(0, 1)], images: [Self.other]),
        ])
        #expect(try await store.contents(of: Self.app)?.packages.map(\.key) == [a.key, b.key])
        let found = try await store.whereabouts(of: .package(c.key), limit: 10)
        #expect(found.images.map(\.digest) == ["\(Self.other)"])
    }

    @Test func anAnswerIsCutWhereItIsAskedToBe() async throws {
        let images = (0..<5).map { Digest.of(Array("image \($0)".utf8)) }
        let store = try await store([try Self.bill("1", [Self.package("log", "1")], images: images)])
        let some = try await store.whereabouts(of: .packageName("pkg:npm/log"), limit: 3)
        #expect(some.images.count == 3 && some.isCut)
        let all = try await store.whereabouts(of: .packageName("pkg:npm/log"), limit: 5)
        #expect(all.images.count == 5 && !all.isCut)
    }

    @Test func whatChangedBetweenTwoImagesIsTold() async throws {
        let store = try await store([
            try Self.bill(
                "1", [Self.package("same", "1"), Self.package("gone", "1"), Self.package("log", "2.14.0")]),
            try Self.bill(
                "2", [Self.package("same", "1"), Self.package("new", "1"), Self.package("log", "2.17.1")],
                images: [Self.other]),
        ])
        let difference = ContentsDifference(
            try #require(try await store.contents(of: Self.app)),
            try #require(try await store.contents(of: Self.other)))
        #expect(difference.added == ["pkg:npm/new@1"] && difference.removed == ["pkg:npm/gone@1"])
        #expect(
            difference.changed == [
                .init(name: "pkg:npm/log", from: ["pkg:npm/log@2.14.0"], to: ["pkg:npm/log@2.17.1"])
            ])
    }

    @Test func billsThatContradictThemselvesAreRefused() {
        #expect(throws: LineageError.self) { try Self.bill("1", [Self.package("a", "1")], [(0, 1)]) }
        #expect(throws: LineageError.self) { try Self.bill("1", [Self.package("a", "1")], images: []) }
    }

    @Test func contentsAreReadAsTheyWereWritten() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let count = Int.random(in: 0...40, using: &random)
            let ids = (0..<count).map { _ in Int64.random(in: 1...5_000_000_000, using: &random) }
            let packages = (0..<count).map { Self.package("p\($0)", "1", direct: .random(using: &random)) }
            let dependencies = (0..<(count == 0 ? 0 : 60)).map { _ in
                (Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
            }
            let contents = BillContents(try Self.bill("x", packages, dependencies), ids: ids)
            #expect(try BillContents(contents.bytes) == contents)
        }
    }

    /// A damaged store is said to be damaged; it crashes nobody.
    @Test func damagedContentsAreAnError() throws {
        let packages = (0..<20).map { Self.package("p\($0)", "1") }
        let bill = try Self.bill("x", packages, (1..<20).map { ($0, $0 - 1) })
        let bytes = BillContents(bill, ids: (0..<20).map { Int64($0 * 1_000 + 1) }).bytes
        for length in 0..<bytes.count {
            #expect(throws: LineageError.self) { try BillContents(Array(bytes.prefix(length))) }
        }
        #expect(throws: LineageError.self) { try BillContents(bytes + [0]) }
        for place in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[place] ^= 1 << UInt8(bit)
                // What still reads is some contents that say what they say.
                if let read = try? BillContents(damaged) { #expect(read.bytes == damaged) }
            }
        }
        // A number of more than 64 bits, and one in a longer form than it needs.
        #expect(throws: LineageError.self) { try BillContents([UInt8](repeating: 0xFF, count: 11)) }
        #expect(throws: LineageError.self) { try BillContents([0x81, 0x00, 0x00]) }
    }
}
