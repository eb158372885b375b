import Core
import Foundation
import Testing

/// `mc policy test`, as an author of policies uses it.
@Suite("Policy tests") struct PolicyTestTests {
    private static let project = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardized.path

    @Test func theExampleBundleHolds() async throws {
        let run = try await Tool.run(["policy", "test", "examples/policy"], in: Self.project)
        #expect(run.status == 0 && run.output.contains("passed  nobody signed it"), "\(run.all)")
        let junit = try await Tool.run(["policy", "test", "examples/policy", "-o", "junit"], in: Self.project)
        #expect(junit.status == 0 && junit.output.hasPrefix("<?xml") && junit.output.contains("failures=\"0\""))
    }

    private static func file(_ expect: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "mc-cases-\(UUID().uuidString).yaml").path
        let text = """
            apiVersion: mc.internal/v1
            kind: AdmissionTest
            metadata: {name: one}
            spec:
              cluster: prod-eu
              at: 2026-03-10T10:00:00Z
              cases:
                - name: nginx
                  object:
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: nginx, namespace: payments}
                    spec: {containers: [{name: nginx, image: nginx}]}
                  expect: \(expect)
            """
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test(
        arguments: [
            ("{decision: deny, rules: [no-policy-matches]}", 0, "1 cases, 1 passed"),
            ("{decision: allow}", 1, "decision: expected allow, saw deny"),
            ("{decision: alow}", 2, "did you mean allow?"),
        ] as [(String, Int32, String)])
    func exitCodesSayWhatCameOut(_ expect: String, _ status: Int32, _ words: String) async throws {
        let path = try Self.file(expect)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let run = try await Tool.run(["policy", "test", path, "--policy", "examples/policy"], in: Self.project)
        #expect(run.status == status && run.all.contains(words), "\(run.all)")
        let quiet = try await Tool.run(
            ["policy", "test", path, "--policy", "examples/policy", "--quiet"], in: Self.project)
        #expect(quiet.status == status && quiet.output.isEmpty)
    }

    @Test(arguments: [
        (["policy", "test", "no-such-folder"], "there is no such file or folder"),
        (["policy", "test", "docs"], "there is no file of cases"),
    ])
    func whatCannotBeReadIsUnevaluated(_ arguments: [String], _ words: String) async throws {
        let run = try await Tool.run(arguments, in: Self.project)
        #expect(run.status == 2 && run.error.contains(words), "\(run.all)")
    }

    @Test func aFileWithoutPolicyIsUnevaluated() async throws {
        let path = try Self.file("{decision: allow}")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let run = try await Tool.run(["policy", "test", path], in: Self.project)
        #expect(run.status == 2 && run.error.contains("--policy"), "\(run.all)")
    }
}
