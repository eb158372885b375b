import Foundation
import Testing

@testable import Policy

/// The bundle in `examples/policy`, which teams start from.
@Suite struct ExampleBundleTests {
    @Test func itIsReadWithoutAProblem() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../examples/policy")
        var files: [String: [UInt8]] = [:]
        // Beside the bundle lie the tests of its policies, in a folder.
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".yaml") {
            files[name] = Array(try Data(contentsOf: folder.appending(path: name)))
        }
        let reading = PolicyReader.read(files)
        #expect(reading.errors == [])
        #expect(PolicyChecker.problems(in: reading, rules: []) == [])
        #expect(
            reading.documents.map(\.file) == [
                "bundle.yaml", "cluster.yaml", "cluster.yaml", "environments.yaml", "payments.yaml", "teams.yaml",
                "trust-roots.yaml",
            ])
    }
}
