internal import Foundation

/// A program that a test runs to its end.
package enum TestProgram {
    package struct Run: Sendable {
        /// The exit code; 128 and the signal's number when a signal ended it.
        package let status: Int32
        /// What it printed; both of its outputs unless they were kept apart.
        package let output: String
        /// What it said on standard error, when that was kept apart.
        package var errors = ""
    }

    /// Runs a program without holding a thread of the tests meanwhile: there are only as many as cores.
    ///
    /// - Parameters:
    ///   - input: the file that it reads as standard input.
    ///   - apart: whether standard error is kept apart from the output, for programs that warn.
    ///   - seconds: beyond any test's patience; it only keeps a hanging program from hanging the tests.
    package static func run(
        _ program: String, _ arguments: [String], input: String? = nil, apart: Bool = false,
        seconds: Int = 60
    ) async throws -> Run {
        let folder = try TemporaryFolder()
        let output = try folder.write("output", "")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput =
            try input.map { try FileHandle(forReadingFrom: URL(fileURLWithPath: $0)) } ?? FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        let errors = apart ? try folder.write("errors", "") : output
        process.standardError =
            apart ? try FileHandle(forWritingTo: URL(fileURLWithPath: errors)) : process.standardOutput
        let status = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { ended in
                let signal: Int32 = ended.terminationReason == .uncaughtSignal ? 128 : 0
                done.resume(returning: signal + ended.terminationStatus)
            }
            do {
                try process.run()
                let identifier = process.processIdentifier
                DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds)) { [weak process] in
                    if process?.isRunning == true { kill(identifier, SIGKILL) }
                }
            } catch {
                process.terminationHandler = nil
                done.resume(throwing: error)
            }
        }
        return Run(
            status: status, output: try String(contentsOfFile: output, encoding: .utf8),
            errors: apart ? try String(contentsOfFile: errors, encoding: .utf8) : "")
    }

    /// The Python of the project's own environment or of `MC_SIGSTORE_PYTHON`, when it has the packages.
    ///
    /// - Parameters:
    ///   - root: the package's folder.
    ///   - packages: names of import packages, looked for as folders of `site-packages`.
    package static func python(root: String, having packages: [String]) -> String? {
        let named = ProcessInfo.processInfo.environment["MC_SIGSTORE_PYTHON"]
        return [named, "\(root)/.venv/bin/python"].compactMap { $0 }.first { program in
            guard FileManager.default.isExecutableFile(atPath: program) else { return false }
            let library = URL(fileURLWithPath: program).deletingLastPathComponent().path + "/../lib"
            let versions = (try? FileManager.default.contentsOfDirectory(atPath: library)) ?? []
            return versions.contains { version in
                packages.allSatisfy {
                    FileManager.default.fileExists(atPath: "\(library)/\(version)/site-packages/\($0)")
                }
            }
        }
    }
}
