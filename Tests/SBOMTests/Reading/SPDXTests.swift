import Core
import Testing

@testable import SBOM

@Suite struct SPDXTests {
    static let spdx2 = Bills.spdx(
        #"""
        "documentNamespace":"https://example.com/1","creationInfo":{"created":"2026-01-20T10:00:00Z",
          "creators":["Organization: X","Tool: syft-1.0"]},
        "packages":[
          {"SPDXID":"SPDXRef-root","name":"image","versionInfo":"1","primaryPackagePurpose":"CONTAINER",
           "checksums":[{"algorithm":"SHA256","checksumValue":"0000000000000000000000000000000000000000000000000000000000000001"}]},
          {"SPDXID":"SPDXRef-a","name":"a","versionInfo":"2","licenseDeclared":"NOASSERTION","licenseConcluded":"MIT",
           "externalRefs":[{"referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a"},
             {"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/A@2"}]},
          {"SPDXID":"SPDXRef-b","name":"b","licenseDeclared":"Apache-2.0","licenseConcluded":"NONE"}],
        "files":[{"SPDXID":"SPDXRef-f","fileName":"f"}]
        """#)

    static func relationships(_ list: [(String, String, String)]) -> String {
        let texts = list.map { from, type, to in
            #"{"spdxElementId":"SPDXRef-\#(from)","relationshipType":"\#(type)","relatedSpdxElement":"\#(to.hasPrefix("NO") ? to : "SPDXRef-\(to)")"}"#
        }
        return String(spdx2.dropLast()) + #","relationships":[\#(texts.joined(separator: ","))]}"#
    }

    @Test func everyPartIsRead() throws {
        let bill = try Bills.read(Self.relationships([("DOCUMENT", "DESCRIBES", "root"), ("root", "DEPENDS_ON", "a")]))
        #expect(bill.format == .spdx && bill.specVersion == "SPDX-2.3" && !bill.isXML && bill.name == "n")
        #expect(bill.identifier == "https://example.com/1" && bill.tools == ["syft-1.0"])
        #expect(bill.timestamp == Instant(rfc3339: "2026-01-20T10:00:00Z"))
        #expect(bill.components.map(\.name) == ["image", "a", "b"] && bill.quarantined.isEmpty)
        #expect(bill.components.map(\.licences) == [nil, "MIT", "Apache-2.0"])
        #expect(bill.components.map(\.purl?.description) == [nil, "pkg:npm/a@2", nil])
        #expect(bill.subject?.name == "image" && bill.subject?.type == "container")
        #expect(bill.subject?.digest?.hex.hasSuffix("01") == true)
        #expect(bill.components.map { bill.directness($0.index) } == [.transitive, .direct, .transitive])
    }

    /// Each relationship in the direction in which this module tells it.
    @Test(
        arguments: [
            ("root", "DEPENDS_ON", "a", "image-dependsOn>a"), ("a", "DEPENDENCY_OF", "root", "image-dependsOn>a"),
            ("root", "CONTAINS", "a", "image-contains>a"), ("a", "CONTAINED_BY", "root", "image-contains>a"),
            ("a", "RUNTIME_DEPENDENCY_OF", "root", "image-runtime>a"),
            ("a", "BUILD_DEPENDENCY_OF", "root", "image-build>a"),
            ("a", "DEV_DEPENDENCY_OF", "root", "image-dev>a"), ("a", "TEST_DEPENDENCY_OF", "root", "image-test>a"),
            ("a", "OPTIONAL_DEPENDENCY_OF", "root", "image-optional>a"),
            ("a", "PROVIDED_DEPENDENCY_OF", "root", "image-provided>a"),
            ("a", "BUILD_TOOL_OF", "root", "image-build>a"),
            ("root", "STATIC_LINK", "a", "image-dependsOn>a"), ("root", "DYNAMIC_LINK", "a", "image-dependsOn>a"),
            ("root", "HAS_PREREQUISITE", "a", "image-dependsOn>a"),
            ("a", "PREREQUISITE_FOR", "root", "image-dependsOn>a"),
        ] as [(String, String, String, String)])
    func directions(from: String, type: String, to: String, expected: String) throws {
        #expect(Bills.edges(try Bills.read(Self.relationships([(from, type, to)]))) == [expected])
    }

    @Test(
        arguments: [
            ("a", "VARIANT_OF", "b"), ("a", "GENERATED_FROM", "b"), ("root", "CONTAINS", "f"),
            ("root", "DEPENDS_ON", "NOASSERTION"), ("root", "CONTAINS", "NONE"), ("a", "OTHER", "nowhere"),
        ] as [(String, String, String)])
    func whatIsNoDependencyOfAComponentIsNone(from: String, type: String, to: String) throws {
        let bill = try Bills.read(Self.relationships([(from, type, to)]))
        #expect(bill.dependencies.isEmpty && bill.quarantined.isEmpty && bill.subjects.isEmpty)
    }

    @Test func whatIsDescribed() throws {
        for (from, type, to) in [("DOCUMENT", "DESCRIBES", "root"), ("root", "DESCRIBED_BY", "DOCUMENT")] {
            #expect(try Bills.read(Self.relationships([(from, type, to)])).subjects == [0])
        }
        let listed = String(Self.spdx2.dropLast()) + #","documentDescribes":["SPDXRef-b","SPDXRef-a"]}"#
        let bill = try Bills.read(listed)
        #expect(bill.subjects == [2, 1] && bill.subject == nil)
        let file = try Bills.read(Self.relationships([("DOCUMENT", "DESCRIBES", "f")]))
        #expect(file.subjects.isEmpty && file.quarantined.isEmpty)
        // That an image contains a package does not make it depend on it.
        let contained = try Bills.read(
            Self.relationships([("DOCUMENT", "DESCRIBES", "root"), ("root", "CONTAINS", "a")]))
        #expect(contained.directness(1) == .unknown)
    }

    static let spdx3 = #"""
        {"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
          {"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2026-01-20T10:00:00Z","createdBy":["urn:p"]},
          {"type":"Person","spdxId":"urn:p","creationInfo":"_:c","name":"P"},
          {"type":"Tool","spdxId":"urn:t","creationInfo":"_:c","name":"syft"},
          {"type":"SpdxDocument","spdxId":"urn:doc","creationInfo":"_:c","name":"doc","rootElement":["urn:sbom"],
           "element":["urn:app","urn:lib","urn:dev"]},
          {"type":"software_Sbom","spdxId":"urn:sbom","creationInfo":"_:c","rootElement":["urn:app"],"element":["urn:app"]},
          {"type":"software_Package","spdxId":"urn:app","name":"app","software_packageVersion":"1",
           "software_primaryPurpose":"container","verifiedUsing":[{"type":"Hash","algorithm":"sha256",
           "hashValue":"0000000000000000000000000000000000000000000000000000000000000001"}]},
          {"spdxId":"urn:lib","name":"lib","software_packageUrl":"pkg:npm/Lib@2","type":"software_Package"},
          {"spdxId":"urn:dev","name":"dev","type":"software_Package","externalIdentifier":[
            {"type":"ExternalIdentifier","externalIdentifierType":"packageUrl","identifier":"pkg:npm/dev@3"}]},
          {"type":"software_File","spdxId":"urn:file","name":"f"},
          {"type":"Relationship","spdxId":"urn:r1","from":"urn:app","to":["urn:lib"],"relationshipType":"dependsOn",
           "completeness":"complete"},
          {"type":"LifecycleScopedRelationship","spdxId":"urn:r2","from":"urn:app","to":["urn:dev"],
           "relationshipType":"dependsOn","scope":"development"},
          {"type":"Relationship","spdxId":"urn:r3","from":"urn:app","to":["urn:file","urn:lib"],"relationshipType":"contains"},
          {"type":"Relationship","spdxId":"urn:r4","from":"urn:lib","to":["urn:x"],"relationshipType":"hasDeclaredLicense"}]}
        """#

    @Test func theCoreOfSPDX3() throws {
        let bill = try Bills.read(Self.spdx3)
        #expect(
            bill.format == .spdx && bill.specVersion == "3.0.1" && bill.identifier == "urn:doc" && bill.name == "doc")
        #expect(bill.timestamp == Instant(rfc3339: "2026-01-20T10:00:00Z") && bill.tools == ["syft"])
        #expect(bill.components.map(\.name) == ["app", "lib", "dev"] && bill.quarantined.isEmpty)
        #expect(bill.components.map(\.purl?.description) == [nil, "pkg:npm/lib@2", "pkg:npm/dev@3"])
        #expect(bill.subject?.name == "app" && bill.subject?.digest?.hex.hasSuffix("01") == true)
        #expect(Bills.edges(bill) == ["app-dependsOn>lib", "app-dev>dev", "app-contains>lib"])
        #expect(bill.compositions.count == 1 && bill.compositions.first?.isComplete == true)
        #expect(bill.compositions.first?.dependencies == [0])
    }

    @Test(arguments: ["SPDX-2.2", "SPDX-2.3"])
    func versionsAreRead(version: String) throws {
        #expect(try Bills.read(Bills.spdx(#""packages":[]"#, version: version)).specVersion == version)
    }

    /// GitHub wraps an export of its dependency graph; cosign once wrapped predicates in `Data`.
    @Test func wrappers() throws {
        #expect(try Bills.read(#"{"sbom":\#(Self.spdx2)}"#).components.count == 3)
        for predicate in [Self.spdx2, #"{"Data":\#(Self.spdx2),"Timestamp":"x"}"#] {
            let digest = String(repeating: "ab", count: 32)
            let bill = try Bills.read(
                #"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"i","digest":{"sha256":"\#(digest)","x":"1"}}],"#
                    + #""predicateType":"https://spdx.dev/Document","predicate":\#(predicate)}"#)
            #expect(bill.components.count == 3)
            #expect(bill.statement?.predicateType == "https://spdx.dev/Document")
            #expect(bill.statement?.subjects.first?.digests.map(\.hex) == [digest])
        }
    }
}
