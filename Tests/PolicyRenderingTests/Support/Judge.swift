import Core
import Foundation
import PolicyRendering
import TestSupport
import Testing

/// Other people's schemas, CEL and Rego, by `Tests/Differential/rendered_policies.py`.
enum Judge {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What a request is refused for, by rule.
    struct Refusals: Sendable, Hashable {
        let cel: Set<String>
        let rego: Set<String>
    }

    private static let script = Bundles.path("Tests/Differential/rendered_policies.py")
    static let missing = """
        no python with PyYAML, kubernetes-validate, common-expression-language, regopy and jsonschema; run \
        scripts/dependencies
        """

    /// An interpreter that has the packages: the project's own environment, or what is installed.
    static let python: String? = TestProgram.python(
        root: Bundles.path("."), having: ["yaml", "kubernetes_validate", "cel", "regopy", "jsonschema"])

    static var isThere: Bool { python != nil }
    static let crds = SharedData.root?.appending(path: "crds").path

    /// What is wrong in rendered files by the schemas of their kinds, a line each.
    static func complaints(_ files: [(name: String, text: String)]) async throws -> [String] {
        let input: JSONValue = .array(files.map { [.string($0.name), .string($0.text)] })
        return try await ask("validate", input, before: [try #require(crds)]).split(separator: "\n").map(String.init)
    }

    /// What rendered policies refuse requests for.
    static func refusals(
        policies: Rendering, constraints: Rendering, _ requests: [(name: String, request: JSONValue)]
    ) async throws -> [String: Refusals] {
        func texts(_ rendering: Rendering) -> JSONValue { .array(rendering.files.map { .string($0.text) }) }
        let input: JSONValue = [
            "policies": texts(policies), "constraints": texts(constraints),
            "requests": .object(
                JSONObject(requests.map { JSONObject.Member(key: $0.name, value: $0.request) })),
        ]
        let answer = try JSONValue(parsing: Array(try await ask("judge", input).utf8))
        func rules(_ value: JSONValue?) -> Set<String> { Set(value?.array?.compactMap(\.string) ?? []) }
        return Dictionary(
            uniqueKeysWithValues: try #require(answer.object).members.map { member in
                (member.key, Refusals(cel: rules(member.value["cel"]), rego: rules(member.value["rego"])))
            })
    }

    /// Whether patterns match texts, by CEL's engine and by Rego's.
    static func matches(_ pairs: [(pattern: String, text: String)]) async throws -> [(cel: Bool, rego: Bool)] {
        let input: JSONValue = .array(pairs.map { [.string($0.pattern), .string($0.text)] })
        let answer = try JSONValue(parsing: Array(try await ask("patterns", input).utf8))
        return (try #require(answer.array)).map { pair in
            (pair.array?.first?.bool ?? false, pair.array?.last?.bool ?? false)
        }
    }

    /// What CEL makes of expressions without variables.
    static func values(_ expressions: [String]) async throws -> [JSONValue] {
        let answer = try await ask("values", .array(expressions.map { .string($0) }))
        return try #require(try JSONValue(parsing: Array(answer.utf8)).array)
    }

    private static func ask(_ verb: String, _ input: JSONValue, before: [String] = []) async throws -> String {
        let folder = try TemporaryFolder()
        let file = try folder.write("input.json", input.canonical)
        let run = try await TestProgram.run(
            try #require(python), [script, verb] + before + [file], apart: true, seconds: 400)
        guard run.status == 0 else { throw Failure(description: "\(verb): \(run.errors.suffix(2_000))") }
        return run.output
    }
}
