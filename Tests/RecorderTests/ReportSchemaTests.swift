import Core
import KubernetesClient
import Recorder
import TestCluster
import TestSupport
import Testing
import YAML

/// Reports are what the definition of the API says.
@Suite struct ReportSchemaTests {
    private static let path = "crds/wgpolicyk8s.io_policyreports.yaml"

    /// What a value has that its schema does not allow (OpenAPI v3, as far as the definition uses it).
    private static func problems(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
        var problems: [String] = []
        switch (schema["type"]?.string, value) {
        case ("object", .object(let object)):
            for name in schema["required"]?.array ?? [] where object[name.string ?? ""] == nil {
                problems.append("\(place): \(name) is missing")
            }
            for member in object.members {
                let inner = schema["properties"]?[member.key] ?? schema["additionalProperties"]
                // The metadata of every object has a schema of its own.
                if place.isEmpty, member.key == "metadata" { continue }
                guard let inner else {
                    problems.append("\(place).\(member.key) is unknown")
                    continue
                }
                problems += Self.problems(member.value, inner, "\(place).\(member.key)")
            }
        case ("array", .array(let values)):
            for value in values { problems += Self.problems(value, schema["items"] ?? .null, "\(place)[]") }
        case ("string", .string): break
        case ("integer", .integer): break
        case ("boolean", .bool): break
        default: problems.append("\(place): expected \(schema["type"]?.string ?? "?"), saw \(value.kind)")
        }
        if let allowed = schema["enum"]?.array, !allowed.contains(value) { problems.append("\(place): \(value)") }
        return problems
    }

    @Test(.enabled(if: SharedData.exists(path), "there is no \(path); set MC_TEST_DATA"))
    func theDefinitionHolds() async throws {
        let definition = try YAMLReader.document(SharedData.bytes(Self.path), file: Self.path).json
        let version = try #require(
            definition["spec"]?["versions"]?.array?.first { $0["name"] == "v1alpha2" })
        let schema = try #require(version["schema"]?["openAPIV3Schema"])
        let cluster = try await TestCluster(kinds: ServedKind.workingGroupReports)
        let decision = Desk.decision(
            "deny",
            findings: [
                Desk.finding("sbom-missing", "denies"), Desk.finding("gate-missing", "undetermined"),
                Desk.finding("sbom-expired", "warns"), Desk.finding("hermetic-required", "waived", waiver: "W-1"),
            ])
        try await ReportOutput(Desk.client(cluster)).write(Desk.logged(decision))
        let report = try #require(cluster.objects("policyreports").first)
        #expect(Self.problems(report, schema, "") == [])
        var wrong = report.object ?? JSONObject()
        wrong["results"] = [["result": "bad", "colour": "red"]]
        #expect(Self.problems(.object(wrong), schema, "").count == 3)
    }
}
