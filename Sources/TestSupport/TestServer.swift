internal import Foundation
internal import Synchronization

/// A server program that a test starts on a free loopback port and stops by its process id.
package final class TestServer: Sendable {
    /// Why a server could not be had.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let port: Int
    private let process: Mutex<Process>

    /// Starts a program and waits until its port accepts connections.
    ///
    /// - Parameters:
    ///   - program: the executable's path.
    ///   - port: the port it will listen on, from ``freePort()``.
    ///   - arguments: its arguments.
    ///   - environment: what to add to the environment.
    ///   - folder: where it runs; where the test does unless it is given.
    ///   - log: the file that gets its output.
    ///   - patience: how long it may take to be ready.
    /// - Throws: ``Failure`` with the end of the log when it ends or does not become ready.
    package init(
        _ program: String, port: Int, arguments: [String], environment: [String: String] = [:],
        folder: String? = nil, log: String, patience: Duration = .seconds(20)
    ) async throws {
        self.port = port
        guard FileManager.default.createFile(atPath: log, contents: nil), let output = FileHandle(forWritingAtPath: log)
        else { throw Failure(description: "\(log) cannot be written") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while !Self.accepts(port) {
            guard process.isRunning, clock.now < deadline else {
                if process.isRunning { kill(process.processIdentifier, SIGKILL) }
                let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                throw Failure(description: "\(program) did not become ready on port \(port): \(text.suffix(1000))")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        self.process = Mutex(process)
    }

    deinit { stop() }

    /// Ends the program; what it has not written is lost.
    package func stop() {
        process.withLock { process in
            guard process.isRunning else { return }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// The path of an installed program; `nil` when it is not on PATH.
    package static func find(_ program: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").lazy.map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// A loopback port that nobody listens on at the moment.
    package static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, streamType, 0)
        defer { close(descriptor) }
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(descriptor, raw, length) == 0 && getsockname(descriptor, raw, &length) == 0
            }
        }
        guard bound else { throw Failure(description: "no free port: \(String(cString: strerror(errno)))") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func accepts(_ port: Int) -> Bool {
        let descriptor = dial(port)
        defer { close(descriptor) }
        return descriptor >= 0
    }

    /// A socket that is connected to a loopback port, or -1; the caller closes it.
    static func dial(_ port: Int) -> Int32 {
        let descriptor = socket(AF_INET, streamType, 0)
        var address = loopback(UInt16(port))
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                connect(descriptor, raw, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isConnected { return descriptor }
        close(descriptor)
        return -1
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    #if os(Linux)
        private static let streamType = Int32(SOCK_STREAM.rawValue)
    #else
        private static let streamType = SOCK_STREAM
    #endif
}
