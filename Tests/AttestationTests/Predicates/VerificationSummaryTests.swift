import Attestation
import Core
import Testing

@Suite struct VerificationSummaryTests {
    private static let good: JSONValue = [
        "verifier": ["id": "https://verifier.example", "version": ["slsa-verifier": "2.6.0"]],
        "timeVerified": "2026-01-20T10:00:00Z", "resourceUri": "pkg:oci/app",
        "policy": ["uri": "https://policy.example"],
        "inputAttestations": [
            ["uri": "https://a.example", "digest": ["sha256": .string(String(repeating: "ab", count: 32))]]
        ],
        "verificationResult": "PASSED", "verifiedLevels": ["SLSA_BUILD_LEVEL_3"],
        "dependencyLevels": ["SLSA_BUILD_LEVEL_2": 4],
        "slsaVersion": "1.0",
    ]

    private static func changed(_ key: String, _ value: JSONValue?) -> JSONValue {
        var object = good.object ?? JSONObject()
        object[key] = value
        return .object(object)
    }

    @Test func everyFieldIsRead() throws {
        let summary = try VerificationSummary(Self.good)
        #expect(summary.verifierID == "https://verifier.example")
        #expect(summary.verifierVersions == ["slsa-verifier": "2.6.0"])
        #expect(summary.timeVerified?.description == "2026-01-20T10:00:00Z")
        #expect(summary.resourceURI == "pkg:oci/app")
        #expect(summary.policy == ResourceDescriptor(uri: "https://policy.example"))
        #expect(summary.inputAttestations.first?.digests.count == 1)
        #expect(summary.result == .passed)
        #expect(summary.verifiedLevels == ["SLSA_BUILD_LEVEL_3"])
        #expect(summary.dependencyLevels == ["SLSA_BUILD_LEVEL_2": 4])
        #expect(summary.slsaVersion == "1.0")
    }

    @Test(arguments: ["timeVerified", "inputAttestations", "dependencyLevels", "slsaVersion"])
    func optionalFieldsMayBeMissing(field: String) {
        #expect(throws: Never.self) { try VerificationSummary(Self.changed(field, nil)) }
    }

    @Test(arguments: ["verifier", "resourceUri", "policy", "verificationResult", "verifiedLevels"])
    func requiredFieldsMayNot(field: String) {
        #expect(
            jsonError { _ = try VerificationSummary(Self.changed(field, nil)) }?.location
                == .field("predicate." + field))
    }

    @Test(
        arguments: [
            ("verifier", ["id": ""]), ("verifier", ["id": "v", "version": "2"]), ("timeVerified", "now"),
            ("resourceUri", ""),
            ("policy", [:]), ("verificationResult", "passed"), ("verificationResult", "PASSED "),
            ("verificationResult", true),
            ("verifiedLevels", "SLSA_BUILD_LEVEL_3"), ("verifiedLevels", [1]), ("dependencyLevels", ["a": -1]),
            ("inputAttestations", [[:]]), ("verifiedLevels", .array(Array(repeating: "L", count: 257))),
            ("inputAttestations", .array(Array(repeating: ["uri": "u"], count: 1025))),
        ] as [(String, JSONValue)])
    func malformedFieldsAreRefused(field: String, value: JSONValue) {
        #expect(throws: JSONError.self) { try VerificationSummary(Self.changed(field, value)) }
    }

    @Test func theNewestOfEachVerifierWinsByLogOrder() throws {
        func summary(_ id: String, _ result: String, _ time: String) throws -> VerificationSummary {
            var value = Self.good.object ?? JSONObject()
            value["verifier"] = ["id": .string(id)]
            value["verificationResult"] = .string(result)
            value["timeVerified"] = .string(time)
            return try VerificationSummary(.object(value))
        }
        // The older one claims a later time of its own; the log knows better.
        let old = try summary("a", "PASSED", "2030-01-01T00:00:00Z")
        let other = try summary("b", "PASSED", "2026-01-01T00:00:00Z")
        let new = try summary("a", "FAILED", "2026-01-02T00:00:00Z")
        #expect(VerificationSummary.newestPerVerifier([old, other, new]) == [other, new])
        #expect(VerificationSummary.newestPerVerifier([new, other, old]) == [other, old])
        #expect(VerificationSummary.newestPerVerifier([]).isEmpty)
        let kelvin = try summary("\u{212A}", "PASSED", "2026-01-01T00:00:00Z")
        let letter = try summary("K", "FAILED", "2026-01-01T00:00:00Z")
        #expect(VerificationSummary.newestPerVerifier([letter, kelvin]).count == 2, "a look-alike replaces nobody")
    }
}
