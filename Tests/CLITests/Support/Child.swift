import Foundation
import TestSupport

/// A child process whose output is collected in files, so that neither pipe can fill up and stop it.
enum Child {
    /// Beyond any test's patience; it only keeps a hanging child from hanging the tests.
    private static let deadline = DispatchTimeInterval.seconds(60)

    static func run(
        _ program: String, _ arguments: [String], in directory: String? = nil, environment: [String: String]
    ) async throws -> Tool.Run {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = environment
        if let directory { process.currentDirectoryURL = URL(filePath: directory) }
        process.standardInput = FileHandle.nullDevice
        let output = try folder.write("output", "")
        let error = try folder.write("error", "")
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: error))
        let clock = ContinuousClock()
        let start = clock.now
        // What the handlers need is taken out of the process first: it is not theirs to share.
        let (status, end) = try await withCheckedThrowingContinuation {
            (done: CheckedContinuation<(Int32, ContinuousClock.Instant), any Error>) in
            process.terminationHandler = { ended in
                let signal: Int32 = ended.terminationReason == .uncaughtSignal ? 128 : 0
                done.resume(returning: (signal + ended.terminationStatus, clock.now))
            }
            do {
                try process.run()
                let identifier = process.processIdentifier
                DispatchQueue.global().asyncAfter(deadline: .now() + deadline) { [weak process] in
                    if process?.isRunning == true { kill(identifier, SIGKILL) }
                }
            } catch {
                process.terminationHandler = nil
                done.resume(throwing: error)
            }
        }
        return Tool.Run(
            status: status, output: String(decoding: try Data(contentsOf: URL(filePath: output)), as: UTF8.self),
            error: String(decoding: try Data(contentsOf: URL(filePath: error)), as: UTF8.self), duration: end - start)
    }
}
