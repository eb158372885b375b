import Foundation
import TestSupport

/// A child process whose output is collected in files, so that neither pipe can fill up and stop it.
enum Child {
    /// Runs a shell command and measures what its programs cost.
    static func shell(
        _ command: String, _ arguments: [String], in directory: String?, environment: [String: String]
    ) async throws -> Tool.Run {
        let folder = try TemporaryFolder()
        // A program that spins is ended by the system, whatever became of the shell that waits for it.
        let script = "ulimit -t 60\n" + command + "\ncode=$?\ntimes >\"$MC_TEST_TIMES\"\nexit $code"
        let times = folder.path + "/times"
        let run = try await run(
            "/bin/sh", ["-c", script, "mc"] + arguments, in: directory,
            environment: environment.merging(["MC_TEST_TIMES": times]) { $1 })
        let text = try String(contentsOfFile: times, encoding: .utf8)
        return Tool.Run(
            status: run.status, output: run.output, error: run.error, duration: run.duration,
            processorTime: try processorTime(text))
    }

    /// The sum of the second line's times, such as `0m1.250s 0m0.130s`: user and system time of the shell's children.
    static func processorTime(_ times: String) throws -> Duration {
        let lines = times.split(separator: "\n")
        let values = (lines.count == 2 ? lines[1] : "").split(separator: " ").map { value -> Double? in
            let parts = value.dropLast().split(separator: "m").compactMap { Double($0) }
            return parts.count == 2 && value.hasSuffix("s") ? parts[0] * 60 + parts[1] : nil
        }
        guard values.count == 2, let user = values[0], let system = values[1] else {
            throw Tool.Failure(description: "the shell's times cannot be read: \(times)")
        }
        return .seconds(user + system)
    }

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
            error: String(decoding: try Data(contentsOf: URL(filePath: error)), as: UTF8.self), duration: end - start,
            processorTime: .zero)
    }
}
