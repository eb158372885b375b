import Foundation

/// The `mc` of this build, run as a user runs it: a process of its own.
enum Tool {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// How a process ended and what it wrote.
    struct Run: Sendable {
        /// The exit code; 128 and the signal's number when a signal ended it, as a shell has it.
        let status: Int32
        let output: String
        let error: String
        let duration: Duration
        /// How long it kept a processor busy; unlike the duration it does not depend on what else runs.
        let processorTime: Duration

        /// Everything that would reach a terminal.
        var all: String { output + error }
    }

    /// What bad input may cost at most: bytes of data, and time.
    static let memory = 256 << 20
    static let patience = Duration.seconds(5)

    /// The binary, beside the tests' own executable; a build without it fails every test here.
    static let path = Result<String, any Error> {
        let files =
            [Bundle.main.executableURL].compactMap { $0 } + CommandLine.arguments.prefix(1).map { URL(filePath: $0) }
            // Where another program loads the test bundle, the bundle is one of its arguments.
            + CommandLine.arguments.filter { $0.contains(".xctest") }.map { URL(filePath: $0) }
        for file in files {
            var folder = file.deletingLastPathComponent()
            // A bundle's executable is three folders below the bundle.
            for _ in 0..<4 {
                let binary = folder.appending(path: "mc").path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: binary, isDirectory: &isFolder), !isFolder.boolValue {
                    return binary
                }
                folder.deleteLastPathComponent()
            }
        }
        throw Failure(
            description: "there is no mc beside \(files.map(\.path)); build it with swift build --build-tests")
    }

    /// Runs the binary.
    ///
    /// - Parameters:
    ///   - arguments: as a shell would pass them.
    ///   - directory: the folder it runs in.
    ///   - environment: what to add to a bare environment.
    ///   - memory: the most bytes of data it may have (`ulimit -d`); more ends it by a signal.
    /// - Throws: ``Failure`` when there is no binary, or an error of the system.
    static func run(
        _ arguments: [String], in directory: String? = nil, environment: [String: String] = [:], memory: Int? = nil
    ) async throws -> Run {
        let limit = memory.map { "ulimit -d \($0 >> 10) || exit 125; " } ?? ""
        return try await shell(limit + "mc \"$@\"", arguments, in: directory, environment: environment)
    }

    /// Runs a shell command in which `mc` is the binary.
    static func shell(
        _ command: String, _ arguments: [String] = [], in directory: String? = nil, environment: [String: String] = [:]
    ) async throws -> Run {
        let folder = URL(filePath: try path.get()).deletingLastPathComponent().path
        await gate.enter()
        defer { Task { await gate.leave() } }
        let own = ProcessInfo.processInfo.environment
        var variables = own.filter { ["TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"].contains($0.key) }
        variables["PATH"] = folder + ":" + (own["PATH"] ?? "/usr/bin:/bin")
        variables["HOME"] = "/nonexistent"
        return try await Child.shell(
            command, arguments, in: directory, environment: variables.merging(environment) { $1 })
    }

    /// So many processes at once; the machine has other work.
    private static let gate = Gate(4)
}

/// Lets only so many tasks through at a time.
actor Gate {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ places: Int) { free = places }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
