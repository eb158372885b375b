internal import Core
internal import Foundation

/// Runs a program with bounds on its output and time; it gets no input.
enum BoundedProcess {
    /// - Returns: the exit status and what the program wrote to its standard output.
    static func run(
        _ path: String, _ arguments: [String], environment: [String: String], timeout: Duration, output cap: Cap
    ) -> Result<(Int32, [UInt8]), KubernetesError> {
        let process = Process()
        let answer = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = answer
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            return .failure(
                KubernetesError(.credentials, "could not be run: \(error.localizedDescription)", at: path))
        }
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        var output: [UInt8] = []
        var failure: KubernetesError?
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let descriptor = answer.fileHandleForReading.fileDescriptor
        while failure == nil {
            let left = clock.now.duration(to: deadline)
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            let ready = poll(&wait, 1, Int32(clamping: max(0, milliseconds)))
            if ready < 0 && errno == EINTR { continue }
            guard ready > 0 else {
                failure = KubernetesError(.credentials, "did not answer within \(timeout)", at: path)
                break
            }
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            output += buffer[..<count]
            if output.count > cap.limit {
                failure = KubernetesError(.tooLarge, "\(CapExceeded(cap: cap, seen: output.count))", at: path)
            }
        }
        // What the program started may still write; it must not wait for a reader for ever.
        try? answer.fileHandleForReading.close()
        // A program may close its output and stay; it has as long as it had to answer.
        while failure == nil, process.isRunning {
            if clock.now >= deadline {
                failure = KubernetesError(.credentials, "did not end within \(timeout)", at: path)
            }
            usleep(5_000)
        }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        // Not `waitUntilExit`: it would wait for everything that the program started as well.
        for _ in 0..<200 where process.isRunning { usleep(5_000) }
        if process.isRunning, failure == nil {
            failure = KubernetesError(.credentials, "did not end", at: path)
        }
        if let failure { return .failure(failure) }
        return .success((process.terminationReason == .exit ? process.terminationStatus : -1, output))
    }
}
