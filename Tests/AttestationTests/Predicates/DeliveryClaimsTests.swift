import Attestation
import Core
import Foundation
import Testing

@Suite struct DeliveryClaimsTests {
    private static let hex = String(repeating: "ab", count: 32)

    @Test func everyFieldIsReadAndWritten() throws {
        let text = """
            {"bundle_version":"v28.1","hermetic":true,"waiver_ids":["W-1","W-2"],\
            "waiver_digests":["sha256:\(Self.hex)","sha256:\(Self.hex)"],\
            "inputs":[{"uri":"pkg:docker/alpine@3","digest":{"gitCommit":"\(Self.hex)","sha256":"\(Self.hex)"}}]}
            """
        let (claims, warnings) = try DeliveryClaims.parse(JSONValue(parsing: text), strictness: .rejectUnknown)
        #expect(warnings.isEmpty)
        #expect(claims.bundleVersion == BundleVersion(major: 28, minor: 1))
        #expect(claims.hermetic == true)
        #expect(claims.waivers.map(\.id) == ["W-1", "W-2"])
        #expect(claims.waivers.first?.digest.hex == Self.hex)
        #expect(claims.inputs.first?.uri == "pkg:docker/alpine@3")
        #expect(claims.inputs.first?.digests.map(\.algorithm) == ["sha256", "gitCommit"])
        #expect(try DeliveryClaims.parse(claims.json, strictness: .rejectUnknown).claims == claims)
    }

    @Test(arguments: [
        ("prod", DeliveryClaims.Strictness.rejectUnknown), ("production", .rejectUnknown), ("", .rejectUnknown),
        ("Prod", .rejectUnknown), ("prod-eu", .rejectUnknown), ("staging ", .rejectUnknown), ("Dev", .rejectUnknown),
        ("de\u{0301}v", .rejectUnknown), ("dev", .warnUnknown), ("test", .warnUnknown), ("staging", .warnUnknown),
    ])
    func theEnvironmentDecidesAndFailsClosed(environment: String, expected: DeliveryClaims.Strictness) {
        #expect(DeliveryClaims.Strictness.for(environment: environment) == expected)
    }

    @Test func ownLenientEnvironmentsNeverIncludeProduction() {
        let lenient: Set<String> = ["blue", "prod", "production", ""]
        #expect(DeliveryClaims.Strictness.for(environment: "blue", lenient: lenient) == .warnUnknown)
        #expect(DeliveryClaims.Strictness.for(environment: "dev", lenient: lenient) == .rejectUnknown)
        for name in ["prod", "production", ""] {
            #expect(DeliveryClaims.Strictness.for(environment: name, lenient: lenient) == .rejectUnknown)
        }
    }

    @Test(arguments: [
        ("{\"bundle_version\":\"v28.1\",\"x\":1}", ["predicate.x: unknown field, ignored"]),
        (
            "{\"bundle_version\":\"v28.1\",\"inputs\":[{\"uri\":\"u\",\"y\":0,\"digest\":{\"sha256\":\"\(hex)\",\"md5\":\"\"}}]}",
            [
                "predicate.inputs[0].y: unknown field, ignored",
                "predicate.inputs[0].digest.md5: unknown field, ignored",
            ]
        ),
    ])
    func unknownFieldsWarnOrReject(text: String, warnings: [String]) throws {
        let value = try JSONValue(parsing: text)
        #expect(try DeliveryClaims.parse(value, strictness: .warnUnknown).warnings == warnings)
        #expect(throws: JSONError.self) { try DeliveryClaims.parse(value, strictness: .rejectUnknown) }
    }

    @Test func aLookAlikeFieldIsUnknown() throws {
        // Nothing ASCII but K, ; and ` has a look-alike by canonical equivalence; gitCommit must not get one by case.
        let value = try JSONValue(parsing: #"{"bundle_version":"v28.1","Hermetic":true}"#)
        let parsed = try DeliveryClaims.parse(value, strictness: .warnUnknown)
        #expect(parsed.claims.hermetic == nil)
        #expect(parsed.warnings.count == 1)
    }

    @Test func warningsAreCapped() throws {
        let text = "{\"bundle_version\":\"v28.1\"" + (0..<500).map { ",\"x\($0)\":0" }.joined() + "}"
        #expect(try DeliveryClaims.parse(JSONValue(parsing: text), strictness: .warnUnknown).warnings.count == 64)
    }

    @Test(arguments: [("v28.0", "v28.1"), ("v28.1", "v28.1.1"), ("v9.9.9", "v10.0"), ("v28.9", "v28.10")])
    func versionsAreOrderedByNumber(low: String, high: String) throws {
        let low = try #require(BundleVersion(low))
        let high = try #require(BundleVersion(high))
        #expect(low < high)
        #expect(!(high < low))
    }

    @Test func aMissingPatchIsZero() {
        #expect(BundleVersion("v28.1") == BundleVersion("v28.1.0"))
    }

    @Test(arguments: DeliveryClaimsDocument.all)
    func theParserAcceptsWhatItShould(document: DeliveryClaimsDocument) throws {
        let value = try JSONValue(parsing: document.text)
        let error = jsonError { _ = try DeliveryClaims.parse(value, strictness: .rejectUnknown) }
        #expect((error == nil) == document.isGood, "\(String(describing: error))")
    }

    @Test(.enabled(if: SchemaValidator.isPresent, "python3 has no jsonschema"))
    func theSchemaAgreesWithTheParser() throws {
        let verdicts = try SchemaValidator.verdicts(DeliveryClaimsDocument.all.map(\.text))
        #expect(verdicts.count == DeliveryClaimsDocument.all.count)
        for (document, verdict) in zip(DeliveryClaimsDocument.all, verdicts) {
            #expect(verdict == document.isGood, "\(document.name): the schema says \(verdict)")
        }
    }

    @Test func theSchemaIsClosedAtEveryLevel() throws {
        func check(_ value: JSONValue, _ path: String) {
            if let object = value.object, object["type"]?.string == "object" {
                #expect(object["additionalProperties"] == false, "\(path)")
                #expect(object["description"]?.string != nil, "\(path)")
            }
            for member in value.object?.members ?? [] { check(member.value, path + "/" + member.key) }
            for element in value.array ?? [] { check(element, path + "[]") }
        }
        let schema = try JSONValue(parsing: Array(Data(contentsOf: SchemaValidator.schema)))
        #expect(schema["$id"]?.string == DeliveryClaims.predicateType)
        #expect(schema["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
        check(schema, "")
    }
}

/// The JSON Schema, asked through Python's `jsonschema`.
enum SchemaValidator {
    static let schema = TestData.packageRoot.appendingPathComponent("policy/slsa/extensions/v28.1.json")

    static let isPresent: Bool = (try? run("import jsonschema", input: ""))?.status == 0

    /// Whether each document is valid.
    static func verdicts(_ documents: [String]) throws -> [Bool] {
        let program = """
            import json, jsonschema, sys
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            print(json.dumps([validator.is_valid(document) for document in json.load(sys.stdin)]))
            """
        let (status, output) = try run(program, input: "[" + documents.joined(separator: ",") + "]")
        #expect(status == 0)
        return try JSONValue(parsing: Array(output)).array?.compactMap(\.bool) ?? []
    }

    private static func run(_ program: String, input: String) throws -> (status: Int32, output: Data) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, schema.path]
        let standardInput = Pipe()
        let standardOutput = Pipe()
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = FileHandle.nullDevice
        try process.run()
        try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try? standardInput.fileHandleForWriting.close()
        let output = standardOutput.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
