import Core
import Foundation
import Installation
import TestSupport
import Testing

/// `deploy/` is what `mc install -o kustomize` writes for these options.
@Suite struct DeployTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../deploy")
        .standardized

    /// As deploy/README.md has it.
    static func installation() throws -> Installation {
        Installation(
            try InstallOptions(
                image: "registry.example.com/platform/mc@sha256:" + String(repeating: "0", count: 64),
                cluster: "example", trust: .certManager))
    }

    @Test func everyFileIsInSync() throws {
        let files = try Self.installation().kustomize()
        #expect(files.count > 10)
        for (name, text) in files {
            let there = try? String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
            #expect(there == text, "deploy/\(name) is not what mc install writes; see deploy/README.md")
        }
    }

    @Test func nothingElseLiesThere() throws {
        let there = (FileManager.default.enumerator(atPath: Self.folder.path)?.allObjects as? [String] ?? [])
            .filter { $0.contains(".") }
        #expect(Set(there) == Set(try Self.installation().kustomize().keys).union(["README.md"]))
    }

    /// kubectl builds the base into the same objects that `-o yaml` prints.
    @Test(.enabled(if: TestServer.find("kubectl") != nil, "kubectl is not installed"))
    func kustomizeBuildsTheBase() async throws {
        let run = try await TestProgram.run(try #require(TestServer.find("kubectl")), ["kustomize", Self.folder.path])
        #expect(run.status == 0, "\(run.output)")
        let kinds = run.output.split(separator: "\n").filter { $0.hasPrefix("kind: ") }
        let expected = try Self.installation().objects().compactMap { $0["kind"]?.string }.map { "kind: \($0)" }
        #expect(kinds.map(String.init).sorted() == expected.sorted())
    }
}
