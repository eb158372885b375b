import Core
import Testing

@testable import SBOM

/// One bad part is set aside with its place, and everything else is read.
@Suite struct QuarantineTests {
    static let good = #"{"bom-ref":"good","name":"good"}"#

    @Test(
        arguments: [
            (#"{"name":"x","purl":"npm/x"}"#, .badPurl, "components[1].purl, line 1", ["good", "x"]),
            (#"{"bom-ref":"good","name":"x"}"#, .duplicateReference, "components[1].bom-ref, line 1", ["good"]),
            (#"{"bom-ref":"x"}"#, .missingName, "components[1].name, line 1", ["good"]),
            (#"{"name":""}"#, .missingName, "components[1].name, line 1", ["good"]),
            (#""text""#, .malformed, "components[1], line 1", ["good"]),
            (#"null"#, .malformed, "components[1], line 1", ["good"]),
            (#"{"name":"x","version":1.0}"#, .malformed, "components[1].version, line 1", ["good", "x"]),
            (#"{"name":"x","hashes":{}}"#, .malformed, "components[1].hashes, line 1", ["good", "x"]),
            (
                #"{"name":"x","hashes":[{"alg":"SHA-256","content":"abc"}]}"#, .malformed,
                "components[1].hashes, line 1",
                ["good", "x"]
            ),
            (#"{"name":"x","licenses":3}"#, .malformed, "components[1].licenses, line 1", ["good", "x"]),
            (#"{"name":"x","components":[5]}"#, .malformed, "components[1].components[0], line 1", ["good", "x"]),
            (
                #"{"name":"x","group":"\#(String(repeating: "g", count: 20_000))"}"#, .tooLong,
                "components[1].group, line 1", ["good", "x"]
            ),
        ] as [(String, Quarantine.Reason, String, [String])])
    func badComponents(component: String, reason: Quarantine.Reason, place: String, names: [String]) throws {
        let bill = try Bills.read(Bills.json(#""components":[\#(Self.good),\#(component)]"#))
        #expect(bill.quarantined.map(\.reason) == [reason] && bill.quarantinedCount == 1)
        #expect(bill.quarantined.map(\.place) == [place])
        #expect(bill.components.map(\.name) == names)
    }

    @Test(
        arguments: [
            (#"<component><name>x</name><purl>npm/x</purl></component>"#, .badPurl, "components[1].purl, line 1", 2),
            (
                #"<component bom-ref="good"><name>x</name></component>"#, .duplicateReference,
                "components[1].bom-ref, line 1", 1
            ),
            ("<component/>", .missingName, "components[1].name, line 1", 1),
            (
                #"<component><name>x</name><hashes><hash alg="SHA-1">zz</hash></hashes></component>"#, .malformed,
                "components[1].hashes, line 1", 2
            ),
            (
                "<component><name>x</name><group>\(String(repeating: "g", count: 20_000))</group></component>",
                .tooLong,
                "components[1].group, line 1", 2
            ),
        ] as [(String, Quarantine.Reason, String, Int)])
    func badComponentsInXML(component: String, reason: Quarantine.Reason, place: String, count: Int) throws {
        let bill = try Bills.read(
            Bills.xml(#"<components><component bom-ref="good"><name>good</name></component>\#(component)</components>"#)
        )
        #expect(bill.quarantined.map(\.reason) == [reason])
        #expect(bill.quarantined.map(\.place) == [place])
        #expect(bill.components.count == count)
    }

    @Test(
        arguments: [
            (#""dependencies":[{"ref":"good","dependsOn":["gone"]}]"#, .danglingReference),
            (#""dependencies":[{"ref":"gone","dependsOn":["good"]}]"#, .danglingReference),
            (#""dependencies":[{"dependsOn":["good"]}]"#, .malformed), (#""dependencies":{}"#, .malformed),
            (#""dependencies":[3]"#, .malformed), (#""dependencies":[{"ref":"good","dependsOn":[3]}]"#, .malformed),
            (#""compositions":[{"aggregate":"complete","assemblies":["gone"]}]"#, .danglingReference),
            (#""metadata":3"#, .malformed), (#""metadata":{"timestamp":"yesterday"}"#, .malformed),
            (#""metadata":{"component":{"name":"i","type":"container","version":"latest"}}"#, .subjectWithoutDigest),
            (#""metadata":{"component":{"name":"i","type":"container"}}"#, .subjectWithoutDigest),
            (#""metadata":{"component":{}}"#, .missingName), (#""services":5"#, .malformed),
        ] as [(String, Quarantine.Reason)])
    func otherBadParts(members: String, reason: Quarantine.Reason) throws {
        let bill = try Bills.read(Bills.json(#""components":[\#(Self.good)],\#(members)"#))
        #expect(Bills.reasons(bill) == [reason])
        #expect(bill.components.map(\.name) == ["good"] && bill.dependencies.isEmpty)
    }

    @Test(arguments: [
        #""metadata":{"component":{"name":"i","type":"container","version":"sha256:\#(String(repeating: "0", count: 64))"}}"#,
        #""metadata":{"component":{"name":"i","type":"container","purl":"pkg:oci/i@sha256:\#(String(repeating: "0", count: 64))"}}"#,
        #""metadata":{"component":{"name":"i","type":"application","version":"latest"}}"#, #""dependencies":null"#,
        #""dependencies":[{"ref":"good","dependsOn":["good"]}]"#, #""components2":5"#,
    ])
    func goodTwins(members: String) throws {
        #expect(try Bills.read(Bills.json(#""components":[\#(Self.good)],\#(members)"#)).quarantined.isEmpty)
    }

    @Test(
        arguments: [
            (#""packages":[{"name":"x"},{"SPDXID":"a"},{"SPDXID":"a","name":"y"}]"#, [.missingName]),
            (#""packages":[{"SPDXID":"a","name":"x"},{"SPDXID":"a","name":"y"}]"#, [.duplicateReference]),
            (
                #""relationships":[{"spdxElementId":"a","relationshipType":"CONTAINS","relatedSpdxElement":"b"}]"#,
                [.danglingReference]
            ),
            (#""relationships":[{"spdxElementId":"a"}]"#, [.malformed]),
            (#""documentDescribes":["a"]"#, [.danglingReference]),
            (
                #""packages":[{"name":"x","externalRefs":[{"referenceType":"purl","referenceLocator":"x"}]}]"#,
                [.badPurl]
            ),
            (#""creationInfo":[]"#, [.malformed]),
        ] as [(String, [Quarantine.Reason])])
    func badPartsOfSPDX(members: String, reasons: [Quarantine.Reason]) throws {
        #expect(Bills.reasons(try Bills.read(Bills.spdx(members))) == reasons)
    }

    @Test func onlySoManyAreListedAndAllAreCounted() throws {
        let components = (0..<30).map { _ in "{}" }.joined(separator: ",")
        let references = (0..<30).map { "\"r\($0)\"" }.joined(separator: ",")
        let limits = BillLimits(quarantined: 20)
        let bill = try Bills.read(
            Bills.json(#""components":[\#(components)],"dependencies":[{"ref":"x","dependsOn":[\#(references)]}]"#),
            limits: limits)
        #expect(bill.quarantined.count == 20 && bill.quarantinedCount == 60 && bill.components.isEmpty)
    }

    /// A component that was set aside takes its own components' place in the tree, not them.
    @Test func whatIsNestedInABadComponentStays() throws {
        let bill = try Bills.read(
            Bills.json(
                #""components":[{"name":"a","components":[{"components":[{"name":"b","components":[{"name":"c"}]}]}]}]"#
            ))
        #expect(bill.components.map(\.name) == ["a", "b", "c"])
        #expect(bill.components.map(\.parent) == [nil, 0, 1])
        #expect(Bills.reasons(bill) == [.missingName])
    }
}
