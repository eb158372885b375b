import Core
import Testing

@testable import SBOM

/// Documents that cannot be read, and attacks on whoever reads them.
@Suite struct RefusalTests {
    @Test(
        arguments: [
            ("", .syntax, "line 1, column 1"), (" \n ", .syntax, "line 2, column 2"),
            ("{", .syntax, "line 1, column 2"),
            ("nonsense", .syntax, "line 1, column 1"), ("[]", .notABill, "the document"),
            ("{}", .notABill, "the document"),
            ("[", .syntax, "line 1, column 2"), (#"{"name":"x"}"#, .notABill, "the document"),
            (#"{"bomFormat":"Other","specVersion":"1.5"}"#, .notABill, "bomFormat"),
            (#"{"bomFormat":"CycloneDX"}"#, .unsupportedVersion, "specVersion"),
            (#"{"bomFormat":"CycloneDX","specVersion":1.5}"#, .unsupportedVersion, "specVersion"),
            (#"{"bomFormat":"CycloneDX","specVersion":"1.1"}"#, .unsupportedVersion, "specVersion"),
            (#"{"bomFormat":"CycloneDX","specVersion":"1.50"}"#, .unsupportedVersion, "specVersion"),
            (#"{"spdxVersion":"SPDX-2.1"}"#, .unsupportedVersion, "spdxVersion"),
            (#"{"@graph":[{"type":"CreationInfo","specVersion":"4.0"}]}"#, .unsupportedVersion, "spdxVersion"),
            (#"{"@graph":[]}"#, .unsupportedVersion, "spdxVersion"),
            (Bills.json("") + "x", .syntax, "line 1, column 58"),
            (Bills.json("").dropLast().description, .syntax, "line 1, column 57"),
            (Bills.json(#""bomFormat":"CycloneDX""#), .syntax, "line 1, column 58"),
            (Bills.json(#""packages":[{"name":"hidden"}]"#), .notABill, "the document"),
            (#"{"predicateType":"https://slsa.dev/provenance/v1","predicate":{"a":1}}"#, .notABill, "predicate"),
            ("<bom/>", .notABill, "the document"),
            (#"<x xmlns="http://cyclonedx.org/schema/bom/1.5"/>"#, .notABill, "the document"),
            (Bills.xml("", version: "1.1"), .unsupportedVersion, "specVersion"),
            (Bills.xml("", version: "9.9"), .unsupportedVersion, "specVersion"),
            (Bills.xml("<a>"), .syntax, "line 1, column 77"), (Bills.xml("") + "<x/>", .syntax, "line 1, column 78"),
            ("<", .syntax, "line 1, column 1"),
        ] as [(String, BillError.Code, String)])
    func refusals(text: String, code: BillError.Code, place: String) {
        let error = Bills.refusal(text)
        #expect(error?.code == code, "\(error?.description ?? "read")")
        #expect(error?.place == place)
    }

    /// The classic attacks, and what they are made of.
    @Test(arguments: [
        #"<!DOCTYPE bom [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>"#, #"<!DOCTYPE bom SYSTEM "file:///etc/passwd">"#,
        #"<!DOCTYPE bom [<!ENTITY x SYSTEM "file:///etc/passwd">]>"#, "<!DOCTYPE bom>",
        #"<!DOCTYPE bom [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]>"#,
    ])
    func documentTypesAndEntitiesAreRefused(declaration: String) {
        let text = declaration + #"<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><serial>&b;&x;</serial></bom>"#
        #expect(Bills.refusal(text)?.code == .forbidden)
        #expect(Bills.refusal(String(text.dropFirst(declaration.count)))?.code == .syntax)
    }

    /// What is endless ends at a cap, without being kept.
    struct Endless: ByteSource {
        let head: [UInt8]
        let rest: [UInt8]
        var isFirst = true

        mutating func read(atMost count: Int) -> [UInt8] {
            defer { isFirst = false }
            return isFirst ? head : (0..<max(count / rest.count, 1)).flatMap { _ in rest }
        }
    }

    @Test(
        arguments: [
            (Bills.json("\"x\":["), "1,", "decompressed bytes"),
            (Bills.json(#""components":[{"name":""#), "a", "decompressed bytes"),
            (Bills.json(#""components":["#), #"{"name":"a"},"#, "components"),
            (Bills.json(#""dependencies":[{"ref":"a","dependsOn":["#), #""a","#, "dependencies"),
            (Bills.xml("<components>"), "<component><name>a</name></component>", "components"),
            (Bills.xml("<dependencies><dependency ref=\"a\">"), "<dependency ref=\"a\"/>", "dependencies"),
            (Bills.xml("<components><component a=\""), "aaaaaaaa", "bytes of one XML tag"),
            (Bills.xml("<!--"), "aaaaaaaa", "bytes of one XML tag"),
            (Bills.xml("<a>"), "aaaaaaaa", "decompressed bytes"),
            (Bills.xml(""), "<a>", "levels of nesting"), (Bills.json("\"x\":"), "[", "levels of JSON nesting"),
        ] as [(String, String, String)])
    func endlessDocumentsEndAtACap(head: String, rest: String, cap: String) {
        // Without the end that the makers of documents add.
        let start = head.hasPrefix("<") ? head.dropLast("</bom>".count) : head.dropLast()
        let source = Endless(head: Array(start.utf8), rest: Array(rest.utf8))
        let limits = BillLimits(bytes: 4 << 20, components: 5_000, dependencies: 5_000)
        do {
            _ = try BillOfMaterials.read(from: source, limits: limits)
            Issue.record("an endless document was read")
        } catch {
            #expect(error.code == .tooLarge && error.message.contains(cap), "\(error)")
        }
    }

    @Test func allTextsTogetherAreCapped() throws {
        let components = (0..<100).map { #"{"name":"name-\#($0)"}"# }.joined(separator: ",")
        let text = Bills.json(#""components":[\#(components)]"#)
        #expect(Bills.refusal(text, limits: BillLimits(texts: 500))?.message.contains("bytes of all texts") == true)
        #expect(try Bills.read(text, limits: BillLimits(texts: 2_000)).components.count == 100)
    }

    @Test func aFailingSourceIsNamed() {
        struct Failing: ByteSource {
            mutating func read(atMost count: Int) throws -> [UInt8] { throw CapExceeded(cap: Cap("x", 1), seen: 2) }
        }
        do {
            _ = try BillOfMaterials.read(from: Failing())
            Issue.record("nothing was read")
        } catch {
            #expect(error.code == .source)
        }
    }

    /// Attack: many compositions of many references each, none of which is over a cap of its own.
    @Test func referencesOfCompositionsAreCountedTogether() throws {
        let list = String(repeating: #""a","#, count: 9) + #""a""#
        let compositions = Array(repeating: "{\"aggregate\":\"complete\",\"assemblies\":[\(list)]}", count: 4)
            .joined(separator: ",")
        let text =
            #"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","bom-ref":"a","name":"a"}],"#
            + "\"compositions\":[\(compositions)]}"
        #expect(Bills.refusal(text, limits: BillLimits(dependencies: 39))?.code == .tooLarge)
        #expect(try Bills.read(text, limits: BillLimits(dependencies: 40)).compositions.count == 4)
    }
}
