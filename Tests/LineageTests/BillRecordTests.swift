import Core
import Foundation
import SBOM
import TestSupport
import Testing

@testable import Lineage

/// A bill of materials becomes a record: which image it is about, what is in it, what was set aside.
@Suite struct BillRecordTests {
    private static let image = Digest.of(Array("app".utf8))

    private func bill(
        subject: String? = "sha256:\(image.hex)", statement: Digest? = nil, components: JSONValue? = nil
    ) throws -> BillOfMaterials {
        let all: JSONValue = [
            [
                "type": "library", "bom-ref": "web", "name": "web", "version": "1.0.0",
                "purl": "pkg:npm/web@1.0.0", "scope": "required",
            ],
            ["type": "library", "bom-ref": "log", "name": "log", "version": "2.0.0", "purl": "pkg:npm/log@2.0.0"],
            ["type": "library", "bom-ref": "own", "group": "com.example", "name": "own", "version": "3"],
            ["type": "library", "bom-ref": "bad", "name": "bad", "version": "4", "purl": "no purl"],
        ]
        var document: JSONValue = [
            "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "metadata": [
                "timestamp": "2026-02-01T00:00:00Z",
                "component": [
                    "type": "container", "bom-ref": "app", "name": "ghcr.io/org/app",
                    "version": subject.map { .string($0) } ?? "latest",
                ],
            ],
            "components": components ?? all,
            "dependencies": [
                ["ref": "app", "dependsOn": ["web"]], ["ref": "web", "dependsOn": ["log", "own", "bad"]],
            ],
        ]
        if let statement {
            document = [
                "_type": "https://in-toto.io/Statement/v1",
                "subject": [["name": "app", "digest": ["sha256": .string(statement.hex)]]],
                "predicateType": "https://cyclonedx.org/bom", "predicate": document,
            ]
        }
        return try BillOfMaterials.read(document.canonical)
    }

    @Test func componentsBecomePackages() throws {
        let record = try BillRecord(try bill(), origin: "a test")
        #expect(record.images == [Self.image])
        #expect(
            record.packages.map(\.key) == ["pkg:npm/web@1.0.0", "pkg:npm/log@2.0.0", "com.example/own@3", "bad@4"])
        #expect(record.packages.map(\.name) == ["pkg:npm/web", "pkg:npm/log", "com.example/own", "bad"])
        #expect(record.packages.map(\.isDirect) == [true, false, false, false])
        #expect(record.packages.map(\.scope) == [.required, .unknown, .unknown, .unknown])
        #expect(Set(record.dependencies) == [.init(from: 0, to: 1), .init(from: 0, to: 2), .init(from: 0, to: 3)])
        #expect(record.createdAt == Instant(rfc3339: "2026-02-01T00:00:00Z"))
        #expect(record.quarantined.count == 1 && record.quarantined[0].place.contains("components[3].purl"))
    }

    @Test func aBillThatNamesNoImageMustBeToldOne() throws {
        let bill = try bill(subject: nil)
        #expect(throws: LineageError.self) { try BillRecord(bill, origin: "a test") }
        #expect(try BillRecord(bill, image: Self.image, origin: "a test").images == [Self.image])
    }

    /// Attack: the bill of a clean image is handed in for another one.
    @Test func aStatementAboutAnotherImageIsRefused() throws {
        let other = Digest.of(Array("other".utf8))
        let bill = try bill(statement: other)
        #expect(throws: LineageError.self) { try BillRecord(bill, image: Self.image, origin: "a test") }
        #expect(try BillRecord(bill, image: other, origin: "a test").images == [other])
        #expect(try BillRecord(bill, origin: "a test").images == [other])
    }

    @Test func aSubjectOfAnotherDigestIsNoted() throws {
        let other = Digest.of(Array("index".utf8))
        let record = try BillRecord(try bill(), image: other, origin: "a test")
        #expect(record.quarantined.contains { $0.reason.contains("handed in for \(other)") })
    }

    /// Every real document is taken over, and what comes back is what was counted.
    @Test(
        .enabled(if: SharedData.isPresent, "no data beside the project"),
        arguments: [
            "alpine-cyclonedx.json", "alpine-spdx.json", "big-mongo-cyclonedx.json", "dropwizard-1.3.15.cdx.json",
            "juice-shop-11.1.2.cdx.json", "juice-shop-11.1.2.cdx.xml", "keycloak-10.0.2.cdx.json",
            "laravel-7.12.0.cdx.json", "oci-spdx.json", "quarkus-deps-cyclonedx.json",
        ])
    func realDocumentsAreKept(_ name: String) async throws {
        let path = try SharedData.url("sbom/\(name)").path
        let bill = try BillOfMaterials.read(from: try FileSource(path))
        let stated = bill.statement?.subjects.first?.digests.first
        let record = try BillRecord(bill, image: stated ?? Self.image, origin: path)
        let store = try SQLiteStore.inMemory()
        try await store.record([.bill(record)], at: Story.now)
        let contents = try #require(try await store.contents(of: stated ?? Self.image))
        #expect(contents.packages.count == Set(record.packages.map { Array($0.key.utf8) }).count)
        #expect(!contents.packages.isEmpty)
        let any = try #require(contents.packages.last)
        let found = try await store.whereabouts(of: .package(any.key), limit: 1)
        #expect(found.images.map(\.digest) == ["\(stated ?? Self.image)"])
    }

    @Test func whatWasSetAsideIsListed() async throws {
        let store = try SQLiteStore.inMemory()
        #expect(try await store.troubles(limit: 10).isEmpty)
        try await store.record(
            [.bill(try BillRecord(try bill(), origin: "app.json")), .evidence(try Story.billOfMaterials())],
            at: Story.now)
        let troubles = try await store.troubles(limit: 10)
        #expect(troubles.map(\.origin) == ["app.json", "an attestation"])
        #expect(troubles[0].place.contains("components[3].purl"))
        #expect(try await store.troubles(limit: 1).count == 1)
        #expect(try Python.judge(DoctorAnswer(troubles).json, by: "lineage-troubles.v1.json") == "")
    }
}
