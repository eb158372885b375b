import Core
import Foundation
import Synchronization
import TestSupport

/// A running `mc serve`.
final class ServeProcess: Sendable {
    let ports: [String: Int]
    private let process: Mutex<Process>
    private let output: String

    /// Starts the binary in a folder with `mc.yaml` and waits until every listener listens.
    ///
    /// - Throws: ``Tool.Failure`` with what it said when it ends or takes too long.
    init(in folder: String, listeners: Set<String> = ["webhook", "api", "health"]) async throws {
        output = "\(folder)/serve.\(UUID().uuidString)"
        let process = Process()
        process.executableURL = URL(filePath: try Tool.path.get())
        process.arguments = ["serve", "--config", "mc.yaml", "--announce"]
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
        process.standardInput = FileHandle.nullDevice
        for name in ["out", "err"] {
            guard FileManager.default.createFile(atPath: "\(output).\(name)", contents: nil) else {
                throw Tool.Failure(description: "\(output).\(name) cannot be made")
            }
        }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: "\(output).out"))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: "\(output).err"))
        try process.run()
        var ports: [String: Int] = [:]
        let start = ContinuousClock.now
        while Set(ports.keys) != listeners {
            guard process.isRunning, ContinuousClock.now - start < .seconds(30) else {
                if process.isRunning { kill(process.processIdentifier, SIGKILL) }
                process.waitUntilExit()
                throw Tool.Failure(
                    description: "mc serve ended with \(process.terminationStatus): \(Self.text("\(output).err"))")
            }
            try await Task.sleep(for: .milliseconds(20))
            for line in Self.text("\(output).out").split(separator: "\n") {
                guard let json = try? JSONValue(parsing: Array(line.utf8)), let name = json["listener"]?.string,
                    case .integer(let port)? = json["port"]
                else { continue }
                ports[name] = Int(port)
            }
        }
        self.ports = ports
        self.process = Mutex(process)
    }

    deinit {
        process.withLock { process in
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
    }

    /// What it wrote for people.
    var error: String { Self.text("\(output).err") }

    /// Sends a signal and waits for the end.
    ///
    /// - Returns: the exit code; 128 and the signal's number when a signal ended it.
    func end(_ signal: Int32) async throws -> Int32 {
        process.withLock { _ = kill($0.processIdentifier, signal) }
        let start = ContinuousClock.now
        while process.withLock({ $0.isRunning }) {
            guard ContinuousClock.now - start < .seconds(20) else {
                throw Tool.Failure(description: "mc serve does not end: \(error)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return process.withLock { $0.terminationStatus + ($0.terminationReason == .uncaughtSignal ? 128 : 0) }
    }

    private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}
