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

    /// An alert on a metric that nobody writes never fires; metrics.md lists exactly those of the server.
    @Test func alertsReadMetricsOfTheReference() throws {
        let rules = try #require(try Self.installation().kustomize()["alerts/mc.rules.yaml"])
        let page = try String(
            contentsOf: Self.folder.appending(path: "../docs/reference/metrics.md").standardized, encoding: .utf8)
        let expressions = rules.split(separator: "\n").filter { $0.contains("expr:") }
        #expect(expressions.count == 21)
        let names = Set(
            expressions.flatMap { $0.matches(of: /\b(mc|process)_[a-z_]+/) }
                .map { $0.output.0.replacing(/_bucket$/, with: "") })
        #expect(names.count > 15)
        for name in names { #expect(page.contains("| `\(name)` |"), "\(name) is not a metric of the reference") }
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
