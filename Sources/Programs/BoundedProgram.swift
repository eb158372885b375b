package import Core
internal import Dispatch
internal import Foundation

/// A program that is run with bounds on its output and time.
package struct BoundedProgram: Sendable {
    /// How a program ended.
    package struct Answer: Hashable, Sendable {
        /// The exit status; -1 when a signal ended it.
        package let status: Int32
        /// What it wrote to its standard output.
        package let output: [UInt8]
    }

    /// What can be written into a pipe before anybody reads it.
    static let maximumInput = Cap("bytes of a program's input", 32 << 10)

    private let path: String
    private let arguments: [String]
    private let environment: [String: String]
    private let input: [UInt8]
    private let timeout: Duration
    private let cap: Cap

    /// - Parameters:
    ///   - path: the program; nothing is looked up and no shell reads it.
    ///   - environment: all of its environment.
    ///   - input: its standard input, at most 32 KiB.
    ///   - timeout: how long it may take.
    ///   - cap: how many bytes it may write.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String], input: [UInt8] = [], timeout: Duration,
        output cap: Cap
    ) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.input = input
        self.timeout = timeout
        self.cap = cap
    }

    /// Runs it to its end.
    ///
    /// - Throws: ``ProgramError`` when it cannot be run, takes too long or writes too much.
    package func run() async throws(ProgramError) -> Answer {
        let result = await withCheckedContinuation { continuation in
            // It is waited for on a thread of its own, since reading its answer blocks.
            DispatchQueue.global().async { continuation.resume(returning: blocking()) }
        }
        return try result.get()
    }

    private func failure(_ code: ProgramError.Code, _ message: String) -> ProgramError {
        ProgramError(code: code, message: message, path: path)
    }

    private func blocking() -> Result<Answer, ProgramError> {
        guard input.count <= Self.maximumInput.limit else {
            return .failure(failure(.notStarted, "\(CapExceeded(cap: Self.maximumInput, seen: input.count))"))
        }
        let process = Process()
        let answer = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = answer
        process.standardError = FileHandle.nullDevice
        do {
            if input.isEmpty {
                process.standardInput = FileHandle.nullDevice
            } else {
                // Written before the start, when this process still holds the reading end: a program that ends without
                // reading cannot raise SIGPIPE here.
                let pipe = Pipe()
                try pipe.fileHandleForWriting.write(contentsOf: Data(input))
                try pipe.fileHandleForWriting.close()
                process.standardInput = pipe
            }
            try process.run()
        } catch {
            return .failure(failure(.notStarted, "could not be run: \(error.localizedDescription)"))
        }
        let deadline = ContinuousClock.now + timeout
        let read = read(answer.fileHandleForReading.fileDescriptor, of: process, until: deadline)
        // What the program started may still write; it must not wait for a reader for ever.
        try? answer.fileHandleForReading.close()
        return end(process, read, by: deadline)
    }

    /// Reads until the program closes its output, or has ended and all that it wrote is read.
    private func read(
        _ descriptor: Int32, of process: Process, until deadline: ContinuousClock.Instant
    ) -> Result<[UInt8], ProgramError> {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            // Asked before looking for output: what it wrote before its end is there by then.
            let hasEnded = Self.status(of: process) != nil
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wait, 1, hasEnded ? 0 : 20)
            if ready < 0 && errno == EINTR { continue }
            if ready > 0 {
                let count = Foundation.read(descriptor, &buffer, buffer.count)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { return .success(output) }
                output += buffer[..<count]
                if output.count > cap.limit {
                    return .failure(failure(.tooLarge, "\(CapExceeded(cap: cap, seen: output.count))"))
                }
            } else if hasEnded {
                // Children that it left behind may hold the output open; they have nothing to say here.
                return .success(output)
            }
            if ContinuousClock.now >= deadline {
                return .failure(failure(.timeout, "did not answer within \(timeout)"))
            }
        }
    }

    private func end(
        _ process: Process, _ read: Result<[UInt8], ProgramError>, by deadline: ContinuousClock.Instant
    ) -> Result<Answer, ProgramError> {
        var read = read
        // A program may close its output and stay; it has as long as it had to answer.
        while case .success = read, Self.status(of: process) == nil {
            if ContinuousClock.now >= deadline {
                read = .failure(failure(.timeout, "did not end within \(timeout)"))
            }
            usleep(5_000)
        }
        if Self.status(of: process) == nil { kill(process.processIdentifier, SIGKILL) }
        // Not `waitUntilExit`: it would wait for everything that the program started as well.
        for _ in 0..<200 where Self.status(of: process) == nil { usleep(5_000) }
        return read.flatMap { output in
            Self.status(of: process).map { .success(Answer(status: $0, output: output)) }
                ?? .failure(failure(.timeout, "did not end"))
        }
    }

    /// How the program itself ended, whatever became of those that it started; `nil` while it runs.
    ///
    /// `isRunning` stays true as long as any of them lives. Here the end is looked at and left for Foundation to collect.
    private static func status(of process: Process) -> Int32? {
        if !process.isRunning { return process.terminationReason == .exit ? process.terminationStatus : -1 }
        var info = siginfo_t()
        let seen = waitid(P_PID, id_t(process.processIdentifier), &info, WEXITED | WNOHANG | WNOWAIT)
        guard seen == 0, info.si_signo == SIGCHLD else { return nil }
        return info.si_code == CLD_EXITED ? info._sifields._sigchld.si_status : -1
    }
}
