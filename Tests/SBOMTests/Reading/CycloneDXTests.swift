import Core
import Testing

@testable import SBOM

/// The same document as JSON and as XML.
@Suite struct CycloneDXTests {
    static let json = #"""
        {"bomFormat":"CycloneDX","specVersion":"1.5","serialNumber":"urn:uuid:1","version":7,
         "metadata":{"timestamp":"2026-01-20T10:00:00Z",
           "tools":{"components":[{"type":"application","name":"syft","version":"1.0","group":"anchore"}]},
           "component":{"bom-ref":"root","type":"container","name":"app",
             "version":"sha256:0000000000000000000000000000000000000000000000000000000000000001"}},
         "components":[
           {"bom-ref":"a","type":"library","group":"g","name":"a","version":"1","purl":"pkg:pypi/A_b@1","scope":"optional",
            "hashes":[{"alg":"SHA-256","content":"00000000000000000000000000000000000000000000000000000000000000Ff"},
                      {"alg":"MD5","content":"00"}],
            "licenses":[{"license":{"id":"MIT"}},{"license":{"name":"own"}}],
            "pedigree":{"ancestors":[{"type":"library","name":"ancestor"}]},
            "components":[{"bom-ref":"b","type":"file","name":"b","components":[{"type":"file","name":"c"}]}]},
           {"bom-ref":"d","type":"library","name":"d","licenses":[{"expression":"MIT OR Apache-2.0"}]}],
         "services":[{"bom-ref":"s","name":"service","services":[{"bom-ref":"t","name":"inner"}]}],
         "dependencies":[{"ref":"root","dependsOn":["a","s"]},{"ref":"a","dependsOn":["b","d"]},{"ref":"d"}],
         "compositions":[{"aggregate":"complete","assemblies":["a"],"dependencies":["root"]},{"aggregate":"incomplete"}]}
        """#

    static let xml = #"""
        <?xml version="1.0" encoding="UTF-8"?>
        <c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.5" xmlns:x="urn:x" serialNumber="urn:uuid:1" version="7">
          <c:metadata><c:timestamp>2026-01-20T10:00:00Z</c:timestamp>
            <c:tools><c:components><c:component type="application"><c:group>anchore</c:group><c:name>syft</c:name>
              <c:version>1.0</c:version></c:component></c:components></c:tools>
            <c:component bom-ref="root" type="container"><c:name>app</c:name>
              <c:version>sha256:0000000000000000000000000000000000000000000000000000000000000001</c:version></c:component>
          </c:metadata>
          <c:components>
            <c:component bom-ref="a" type="library"><c:group>g</c:group><c:name> <![CDATA[a]]>
              </c:name><x:name>no</x:name><c:version>1</c:version><c:scope>optional</c:scope>
              <c:hashes><c:hash alg="SHA-256">00000000000000000000000000000000000000000000000000000000000000Ff</c:hash>
                <c:hash alg="MD5">00</c:hash></c:hashes>
              <c:licenses><c:license><c:id>MIT</c:id></c:license><c:license><c:name>own</c:name></c:license></c:licenses>
              <c:purl>pkg:pypi/A_b@1</c:purl>
              <c:pedigree><c:ancestors><c:component type="library"><c:name>ancestor</c:name></c:component></c:ancestors>
              </c:pedigree>
              <c:components><c:component bom-ref="b" type="file"><c:name>b</c:name><c:components>
                <c:component type="file"><c:name>c</c:name></c:component></c:components></c:component></c:components>
            </c:component>
            <c:component bom-ref="d" type="library"><c:name>d</c:name>
              <c:licenses><c:expression>MIT OR Apache-2.0</c:expression></c:licenses></c:component>
          </c:components>
          <c:services><c:service bom-ref="s"><c:name>service</c:name><c:services><c:service bom-ref="t"/></c:services>
            </c:service></c:services>
          <c:dependencies>
            <c:dependency ref="root"><c:dependency ref="a"/><c:dependency ref="s"/></c:dependency>
            <c:dependency ref="a"><c:dependency ref="b"/><c:dependency ref="d"/></c:dependency>
            <c:dependency ref="d"/></c:dependencies>
          <c:compositions><c:composition><c:aggregate>complete</c:aggregate>
            <c:assemblies><c:assembly ref="a"/></c:assemblies><c:dependencies><c:dependency ref="root"/></c:dependencies>
            </c:composition><c:composition><c:aggregate>incomplete</c:aggregate></c:composition></c:compositions>
        </c:bom>
        """#

    @Test(arguments: [json, xml])
    func everyPartIsRead(text: String) throws {
        let bill = try Bills.read(text)
        #expect(bill.format == .cycloneDX && bill.specVersion == "1.5" && bill.isXML == text.hasPrefix("<"))
        #expect(bill.identifier == "urn:uuid:1" && bill.revision == 7)
        #expect(bill.timestamp == Instant(rfc3339: "2026-01-20T10:00:00Z"))
        #expect(bill.tools == ["anchore syft 1.0"])
        #expect(bill.digest == Digest.of(Array(text.utf8)) && bill.byteCount == text.utf8.count)
        #expect(bill.quarantined.isEmpty && bill.statement == nil)

        #expect(bill.components.map(\.name) == ["a", "b", "c", "d"])
        let a = bill[0]
        #expect(a.reference == "a" && a.type == "library" && a.group == "g" && a.version == "1" && a.scope == .optional)
        #expect(a.purl?.description == "pkg:pypi/a-b@1" && bill.purlText(0) == "pkg:pypi/a-b@1")
        #expect(a.licences == "MIT, own" && bill[3].licences == "MIT OR Apache-2.0")
        #expect(a.hashes.map(\.description) == ["sha256:" + String(repeating: "0", count: 62) + "ff"])
        #expect(a.digest == a.hashes.first?.digest)
        #expect(bill.components.map(\.parent) == [nil, 0, 1, nil])
        #expect(bill[3].version == nil && bill[3].purl == nil && bill[3].scope == nil && bill[3].hashes.isEmpty)

        let subject = try #require(bill.subject)
        #expect(bill.subjects == [4] && subject.name == "app" && subject.index == 4)
        #expect(subject.digest?.hex.hasSuffix("01") == true)

        #expect(Bills.edges(bill) == ["app-dependsOn>a", "a-dependsOn>b", "a-dependsOn>d"])
        #expect(bill.components.map { bill.directness($0.index) } == [.direct, .transitive, .transitive, .transitive])
        #expect(bill.compositions.map(\.aggregate) == ["complete", "incomplete"])
        #expect(bill.compositions.first?.assemblies == [0] && bill.compositions.first?.dependencies == [4])
        #expect(bill.compositions.map(\.isComplete) == [true, false])
    }

    @Test(arguments: BillFormat.cycloneDX.versions)
    func everyVersionIsRead(version: String) throws {
        #expect(try Bills.read(Bills.json("", version: version)).specVersion == version)
        let bill = try Bills.read(Bills.xml("", version: version))
        #expect(bill.specVersion == version && bill.components.isEmpty && bill.subjects.isEmpty)
    }

    /// Members come in any order; each one gives the same bill.
    @Test func theOrderOfMembersDoesNotMatter() throws {
        let members = try #require(JSONValue(parsing: Self.json).object).members
        let expected = try Bills.read(Self.json)
        for turn in members.indices {
            for reversed in [false, true] {
                var turned = Array(members[turn...] + members[..<turn])
                if reversed { turned.reverse() }
                let text = String(decoding: JSONValue.object(JSONObject(turned)).pretty.utf8, as: UTF8.self)
                let bill = try Bills.read(text)
                #expect(bill.components.elementsEqual(expected.components), "\(turned.map(\.key))")
                #expect(bill.dependencies.elementsEqual(expected.dependencies))
                #expect(bill.subjects == expected.subjects && bill.quarantined.isEmpty)
                #expect(bill.compositions == expected.compositions)
            }
        }
    }

    @Test func nestedPartsOfTheSubjectAreComponents() throws {
        let json = Bills.json(
            #""metadata":{"component":{"bom-ref":"r","name":"r","components":[{"name":"p"}]}},"components":[{"name":"q"}]"#
        )
        let xml = Bills.xml(
            """
            <metadata><component bom-ref="r"><name>r</name><components><component><name>p</name></component></components>
            </component></metadata><components><component><name>q</name></component></components>
            """)
        for text in [json, xml] {
            let bill = try Bills.read(text)
            #expect(bill.components.map(\.name) == ["p", "q"])
            #expect(bill.subjects == [2] && bill[0].parent == 2 && bill[1].parent == nil)
        }
    }

    /// Some producers list what the bill describes among its components, too.
    @Test(arguments: [
        #""metadata":{"component":{"bom-ref":"r","name":"r"}},"components":[{"name":"q"},{"bom-ref":"r","name":"r"}]"#,
        #""components":[{"name":"q"},{"bom-ref":"r","name":"r"}],"metadata":{"component":{"bom-ref":"r","name":"r"}}"#,
    ])
    func theSubjectMayBeAComponent(members: String) throws {
        let bill = try Bills.read(Bills.json(members))
        #expect(bill.components.map(\.name) == ["q", "r"])
        #expect(bill.subjects == [1] && bill.quarantined.isEmpty)
    }

    @Test func cyclesAreNoError() throws {
        let bill = try Bills.read(
            Bills.json(
                #""components":[{"bom-ref":"a","name":"a"},{"bom-ref":"b","name":"b"}],"#
                    + #""dependencies":[{"dependsOn":["b"],"ref":"a"},{"ref":"b","dependsOn":["a","b"]}]"#))
        #expect(Bills.edges(bill) == ["a-dependsOn>b", "b-dependsOn>a", "b-dependsOn>b"])
        #expect(bill.quarantined.isEmpty && bill.directness(0) == .unknown)
    }

    /// An XML document in UTF-16, as Windows tools write it, and a JSON document with a byte order mark.
    @Test func marksAtTheBeginning() throws {
        let xml = Bills.xml("<components><component><name>ä</name></component></components>")
        let units = [0xFEFF] + Array(xml.utf16)
        let bill = try BillOfMaterials.read(units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
        #expect(bill.components.map(\.name) == ["ä"])
        let marked = [0xEF, 0xBB, 0xBF] + Array(Bills.json("").utf8)
        #expect(try BillOfMaterials.read(marked).digest == Digest.of(marked))
    }
}
