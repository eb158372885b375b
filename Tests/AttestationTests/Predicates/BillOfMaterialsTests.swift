import Attestation
import Core
import Testing

@Suite struct BillOfMaterialsTests {
    private static let subject = String(repeating: "ab", count: 32)
    private static let other = String(repeating: "cd", count: 32)

    private static func cycloneDX(version: String = "1.5", hashes: JSONValue = [], components: JSONValue = [])
        -> JSONValue
    {
        [
            "bomFormat": "CycloneDX", "specVersion": .string(version), "serialNumber": "urn:uuid:1",
            "metadata": ["component": ["name": "app", "hashes": hashes]], "components": components,
        ]
    }

    private static func spdx(version: String = "SPDX-2.3", checksum: String, describes: Bool = true) -> JSONValue {
        [
            "spdxVersion": .string(version), "documentNamespace": "https://spdx.example/1",
            "packages": [
                ["SPDXID": "SPDXRef-app", "checksums": [["algorithm": "SHA256", "checksumValue": .string(checksum)]]],
                ["SPDXID": "SPDXRef-lib", "checksums": [["algorithm": "SHA256", "checksumValue": .string(other)]]],
            ],
            "relationships": [
                [
                    "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": describes ? "DESCRIBES" : "OTHER",
                    "relatedSpdxElement": "SPDXRef-app",
                ]
            ],
        ]
    }

    @Test func nestedComponentsCount() throws {
        let document = Self.cycloneDX(components: [
            ["name": "a", "components": [["name": "b"], ["name": "c", "components": [["name": "d"]]]]], ["name": "e"],
        ])
        let bill = try BillOfMaterials(statement("https://cyclonedx.org/bom", document))
        #expect(bill.format == .cycloneDX)
        #expect(bill.specVersion == "1.5")
        #expect(bill.serial == "urn:uuid:1")
        #expect(bill.componentCount == 5)
        #expect(bill.subjects == [SubjectDigest(algorithm: "sha256", value: Self.subject)])
        #expect(bill.contradictions.isEmpty)
    }

    @Test(
        arguments: [
            ([["alg": "SHA-256", "content": .string(subject)]], true),
            ([["alg": "SHA-256", "content": .string(subject.uppercased())]], true),
            ([["alg": "SHA-512", "content": "ab"]], true), ([], true),
            ([["alg": "SHA-256", "content": .string(other)]], false),
            (
                [["alg": "SHA-256", "content": .string(subject)], ["alg": "SHA-256", "content": .string(other)]], false
            ),
        ] as [(JSONValue, Bool)])
    func cycloneDXMustNotDescribeAnotherArtifact(hashes: JSONValue, fits: Bool) throws {
        let bill = try BillOfMaterials(statement("https://cyclonedx.org/bom", Self.cycloneDX(hashes: hashes)))
        let digest = try #require(Digest("sha256:" + Self.other))
        let subject = try #require(Digest("sha256:" + Self.subject))
        #expect(bill.contradictions == (fits ? [] : [.otherArtifact(described: digest, subjects: [subject])]))
    }

    @Test(arguments: [(subject, true, true), (other, true, false), (other, false, true)])
    func spdxMustNotDescribeAnotherArtifact(checksum: String, describes: Bool, fits: Bool) throws {
        let bill = try BillOfMaterials(
            statement("https://spdx.dev/Document", Self.spdx(checksum: checksum, describes: describes)))
        #expect(bill.format == .spdx)
        #expect(bill.specVersion == "2.3")
        #expect(bill.serial == "https://spdx.example/1")
        #expect(bill.componentCount == 2)
        #expect(bill.contradictions.isEmpty == fits)
    }

    @Test(
        arguments: [
            ("https://cyclonedx.org/bom", cycloneDX(version: "1.4"), true),
            ("https://cyclonedx.org/bom/v1.5", cycloneDX(), true),
            ("https://cyclonedx.org/bom/v1.4", cycloneDX(), false),
            ("https://spdx.dev/Document/v2.3", spdx(checksum: subject), true),
            ("https://spdx.dev/Document/v2.2", spdx(checksum: subject), false),
        ] as [(String, JSONValue, Bool)])
    func theTypesVersionMustBeTheDocuments(type: String, document: JSONValue, fits: Bool) throws {
        #expect(try BillOfMaterials(statement(type, document)).contradictions.isEmpty == fits)
    }

    @Test(
        arguments: [
            ("https://cyclonedx.org/bom", [:]),
            ("https://cyclonedx.org/bom", ["bomFormat": "SPDX", "specVersion": "1.5"]),
            ("https://cyclonedx.org/bom", ["bomFormat": "CycloneDX"]),
            ("https://cyclonedx.org/bom", spdx(checksum: subject)),
            ("https://cyclonedx.org/bom", cycloneDX(hashes: [["alg": "SHA-256", "content": "ab"]])),
            ("https://cyclonedx.org/bom", cycloneDX(components: [1])),
            ("https://spdx.dev/Document", cycloneDX()), ("https://spdx.dev/Document", "SPDXVersion: SPDX-2.3"),
            ("https://spdx.dev/Document", ["spdxVersion": "SPDX-3.0"]),
            ("https://spdx.dev/Document", ["spdxVersion": "SPDX-2."]),
            ("https://spdx.dev/Document", spdx(checksum: "zz")), ("https://spdx.dev/provenance", cycloneDX()),
            ("https://cyclonedx.org/bom/v2.0", cycloneDX()),
        ] as [(String, JSONValue)])
    func otherDocumentsAreRefused(type: String, document: JSONValue) {
        #expect(throws: JSONError.self) { try BillOfMaterials(statement(type, document)) }
    }

    /// Each of these is held against each subject: hundreds of thousands would take minutes and, told, gigabytes.
    @Test(arguments: [(4_096, true), (4_097, false)])
    func whatADocumentDescribesIsCapped(count: Int, fits: Bool) throws {
        let checksum: JSONValue = ["algorithm": "SHA256", "checksumValue": .string(Self.other)]
        let package: JSONValue = ["SPDXID": "SPDXRef-app", "checksums": .array(Array(repeating: checksum, count: 64))]
        let rest: JSONValue = [
            "SPDXID": "SPDXRef-app", "checksums": .array(Array(repeating: checksum, count: count % 64)),
        ]
        let document: JSONValue = [
            "spdxVersion": "SPDX-2.3", "documentDescribes": ["SPDXRef-app"],
            "packages": .array(Array(repeating: package, count: count / 64) + [rest]),
        ]
        let bill = Result { try BillOfMaterials(statement("https://spdx.dev/Document", document)) }
        switch bill {
        case .success(let bill): #expect(fits && bill.contradictions.count == count)
        case .failure(let error): #expect(!fits && (error as? JSONError)?.code == .tooLarge, "\(error)")
        }
    }
}
