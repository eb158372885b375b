import Core
import Foundation
import TestSupport
import Testing

@testable import SBOM

/// The documents beside the project, each counted as an independent reader counts it.
@Suite(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.missing)))
struct BillDataTests {
    static let bills: [(file: String, components: Int, dependencies: Int)] = [
        ("alpine-cyclonedx.json", 15, 0), ("alpine-spdx.json", 14, 0), ("big-mongo-cyclonedx.json", 293, 0),
        ("distroless-cyclonedx-invalid-version.json", 3, 0), ("dropwizard-1.3.15.cdx.json", 167, 170),
        ("juice-shop-11.1.2.cdx.json", 840, 0), ("juice-shop-11.1.2.cdx.xml", 840, 0),
        ("keycloak-10.0.2.cdx.json", 903, 994), ("laravel-7.12.0.cdx.json", 62, 113),
        ("no-dependent-components-cyclonedx.json", 0, 0), ("oci-spdx.json", 15, 0),
        ("quarkus-deps-cyclonedx.json", 94, 206),
    ]

    static func read(_ file: String) throws -> BillOfMaterials {
        try BillOfMaterials.read(from: FileSource(try SharedData.url("sbom/\(file)").path))
    }

    @Test(arguments: bills)
    func everyBillIsReadWhole(file: String, components: Int, dependencies: Int) throws {
        let bill = try Self.read(file)
        #expect(bill.components.count == components)
        #expect(bill.dependencies.count == dependencies)
        #expect(bill.digest == Digest.of(try SharedData.bytes("sbom/\(file)")))
        // What is wrong with them: one subject has a tag where its digest should be.
        let expected: [Quarantine.Reason] = file.contains("invalid-version") ? [.subjectWithoutDigest] : []
        #expect(Bills.reasons(bill) == expected, "\(bill.quarantined)")
        for component in bill.components where component.purl == nil && file.contains("cdx") {
            Issue.record("\(component.name) has no package URL")
        }
    }

    @Test func everyFileIsAmongTheTestsOrRefusedByName() throws {
        let known = Set(Self.bills.map(\.file))
        for file in try SharedData.files("sbom") where !known.contains(file) {
            let error = Bills.refusal(try SharedData.bytes("sbom/\(file)"))
            #expect(file == "oci-kubectl-linux-amd64-in-toto.json" && error?.code == .notABill)
            #expect(error?.message.contains("https://slsa.dev/provenance/v0.2") == true)
        }
    }

    /// cyclonedx-python-lib for CycloneDX, and Python's own JSON for SPDX, which that library refuses.
    @Test func anIndependentReaderCountsTheSame() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized.path
        guard let python = TestProgram.python(root: root, having: ["cyclonedx"]) else {
            print("skipped: no Python with cyclonedx-python-lib; scripts/dependencies installs it")
            return
        }
        let script = """
            import json, sys
            import xml.etree.ElementTree as ET
            from cyclonedx.model.bom import Bom
            KINDS = ("DEPENDS_ON", "DEPENDENCY_OF", "CONTAINS", "CONTAINED_BY")
            def nested(components): return sum(1 + nested(c.components) for c in components)
            for path in sys.argv[1:]:
                if path.endswith(".xml"):
                    bom = Bom.from_xml(ET.parse(path).getroot())
                else:
                    document = json.load(open(path))
                    if "spdxVersion" in document:
                        ids = {p["SPDXID"] for p in document["packages"]}
                        edges = [r for r in document["relationships"] if r["relationshipType"] in KINDS
                                 and r["spdxElementId"] in ids and r["relatedSpdxElement"] in ids]
                        print(len(document["packages"]), len(edges))
                        continue
                    bom = Bom.from_json(document)
                print(nested(bom.components), sum(len(d.dependencies) for d in bom.dependencies))
            """
        let paths = try Self.bills.map { try SharedData.url("sbom/\($0.file)").path }
        let run = try await TestProgram.run(python, ["-W", "ignore", "-c", script] + paths, apart: true)
        #expect(run.status == 0, "\(run.errors)")
        let counts = run.output.split(separator: "\n").map(String.init)
        #expect(counts.count == Self.bills.count)
        for (bill, count) in zip(Self.bills, counts) {
            let read = try Self.read(bill.file)
            #expect("\(read.components.count) \(read.dependencies.count)" == count, "\(bill.file)")
        }
    }

    @Test func xmlAndJSONOfOneProductAgree() throws {
        let json = try Self.read("juice-shop-11.1.2.cdx.json")
        let xml = try Self.read("juice-shop-11.1.2.cdx.xml")
        #expect(xml.isXML && !json.isXML)
        #expect(json.subject?.purl == xml.subject?.purl && json.subject?.purl?.name == "juice-shop")
        #expect(json.components.elementsEqual(xml.components))
        #expect(json.tools == xml.tools && json.specVersion == xml.specVersion)
    }

    @Test func whatAnImagesBillSays() throws {
        let bill = try Self.read("alpine-cyclonedx.json")
        let subject = try #require(bill.subject)
        #expect(subject.name == "docker.io/library/alpine:latest" && subject.type == "container")
        #expect(subject.digest?.hex == "cbaa390ec61abd889dfa5146a411c11717c19ef9e5e18458dbdc06439076ffe7")
        #expect(
            bill[0].purl?.description
                == "pkg:alpine/alpine-baselayout@3.2.0-r22?arch=x86_64&distro=alpine-3.16.2&upstream=alpine-baselayout")
        let spdx = try Self.read("alpine-spdx.json")
        #expect(spdx[0].purl == bill[0].purl && spdx[0].licences == "GPL-2.0-only" && spdx.tools == ["syft-0.57.0"])
    }

    @Test(arguments: [("gzip", "-9"), ("bzip2", "-9"), ("xz", "-6"), ("zstd", "-3")])
    func compressedBillsAreTheSameBills(program: String, level: String) async throws {
        let path = "/usr/bin/\(program)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            print("skipped: no \(program)")
            return
        }
        let folder = try TemporaryFolder()
        let plain = try SharedData.bytes("sbom/dropwizard-1.3.15.cdx.json")
        let file = try folder.write("bill", plain)
        #expect(try await TestProgram.run(path, [level, "-q", "-k", file]).status == 0)
        let suffix = try #require(["gzip": "gz", "bzip2": "bz2", "xz": "xz", "zstd": "zst"][program])
        let bill = try BillOfMaterials.read(from: FileSource("\(file).\(suffix)"))
        #expect(bill.components.count == 167 && bill.digest == Digest.of(plain) && bill.byteCount == plain.count)
        let bytes = try Array(Data(contentsOf: URL(filePath: "\(file).\(suffix)")))
        #expect(Bills.refusal(bytes.dropLast(9).map { $0 })?.code == .compression)
        #expect(Bills.refusal(bytes + [1])?.code == .compression)
        #expect(Bills.refusal(bytes, limits: BillLimits(bytes: 1_000))?.code == .tooLarge)
    }
}
