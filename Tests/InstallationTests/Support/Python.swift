import Foundation
import TestSupport
import Testing

/// Python's packages that judge manifests.
enum Judge {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// A Python with kubernetes-validate and common-expression-language (PyPI).
    static let python = TestProgram.python(
        root: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized.path,
        having: ["kubernetes_validate", "cel", "yaml"])

    static let missing = "no python that has kubernetes-validate and common-expression-language (scripts/dependencies)"

    /// Runs a script of Python with files as its arguments.
    static func python(_ script: String, _ files: [String]) async throws -> String {
        let folder = try TemporaryFolder()
        let run = try await TestProgram.run(
            try #require(python), [try folder.write("script.py", script)] + files)
        guard run.status == 0 else { throw Failure(description: run.output) }
        return run.output
    }
}
