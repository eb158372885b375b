import Attestation
import Core
import Testing

@Suite struct PredicateTests {
    @Test(arguments: PredicateKind.known.map(\.type))
    func aKnownTypeThatDoesNotParseIsRefused_CVE_2022_35929(type: String) {
        for predicate in [.null, [:], [], "text", ["builder": "x"]] as [JSONValue] {
            let error = jsonError { _ = try Predicate(statement(type, predicate)) }
            guard case .field(let field)? = error?.location else {
                Issue.record("expected \(type) to be refused")
                continue
            }
            #expect(field.hasPrefix("predicate"))
        }
    }

    @Test(arguments: [
        "https://slsa.dev/attestation/v1", "https://slsa.dev/provenance/v0.1", "https://slsa.dev/provenance/v1.0",
        "https://slsa.dev/provenance/v1/", "https://slsa.dev/provenance/V1", "https://slsa.dev/provenance/v1 ",
        "https://slsa.dev/provenance/v1?format=json", "http://slsa.dev/provenance/v1", "https://slsa.dev/provenance/",
        "https://slsa.dev/verification_summary/v0.2", "https://cyclonedx.org/bom/v1", "https://cyclonedx.org/BOM",
        "https://mc.internal/delivery-claims/v28.10", "https://mc.internal/delivery-claims/v28", "",
        "https://spdx.dev/Document\u{0301}",
    ])
    func anUnknownTypeSaysNothing(type: String) throws {
        #expect(PredicateKind(predicateType: type) == nil)
        // Even with a predicate that would parse under a known type.
        let claims: JSONValue = ["bundle_version": "v28.1"]
        #expect(try Predicate(statement(type, claims)) == .other(type: type))
    }

    @Test func eachTypeIsReadAsItsOwn() throws {
        let claims = try Predicate(statement(DeliveryClaims.predicateType, ["bundle_version": "v28.1"]))
        #expect(
            claims == .deliveryClaims(DeliveryClaims(bundleVersion: BundleVersion(major: 28, minor: 1)), warnings: []))
        let test = try Predicate(statement(TestResult.predicateType, ["result": "PASSED", "configuration": []]))
        guard case .testResult(let result) = test else {
            Issue.record("expected a test result")
            return
        }
        #expect(result.result == .passed)
        #expect(PredicateKind(predicateType: "https://slsa.dev/provenance/v1") == .provenance(.v1))
        #expect(PredicateKind(predicateType: "https://slsa.dev/provenance/v0.2") == .provenance(.v0_2))
        #expect(PredicateKind(predicateType: "https://cyclonedx.org/bom/v1.6") == .billOfMaterials(.cycloneDX))
    }

    @Test func provenanceOfOneVersionIsNoneOfAnother() {
        let v02: JSONValue = ["builder": ["id": "b"], "buildType": "t"]
        let v1: JSONValue = [
            "buildDefinition": ["buildType": "t", "externalParameters": [:]], "runDetails": ["builder": ["id": "b"]],
        ]
        #expect(throws: Never.self) { try Predicate(statement("https://slsa.dev/provenance/v0.2", v02)) }
        #expect(throws: Never.self) { try Predicate(statement("https://slsa.dev/provenance/v1", v1)) }
        #expect(throws: JSONError.self) { try Predicate(statement("https://slsa.dev/provenance/v1", v02)) }
        #expect(throws: JSONError.self) { try Predicate(statement("https://slsa.dev/provenance/v0.2", v1)) }
    }

    @Test func strictnessReachesDeliveryClaims() throws {
        let claims = statement(DeliveryClaims.predicateType, ["bundle_version": "v28.1", "extra": 1])
        #expect(throws: JSONError.self) { try Predicate(claims) }
        guard case .deliveryClaims(_, let warnings) = try Predicate(claims, strictness: .warnUnknown) else {
            Issue.record("expected delivery claims")
            return
        }
        #expect(warnings == ["predicate.extra: unknown field, ignored"])
    }
}
