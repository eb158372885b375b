import Core
import Foundation
import TestAuthority
import Testing

/// Programs of other people that check what is minted.
enum Tools {
    static let openssl = path(of: "openssl")
    /// A Python that has the package sigstore.
    static let python = ProcessInfo.processInfo.environment["MC_SIGSTORE_PYTHON"]

    struct Outcome {
        let status: Int32
        let output: String
    }

    static func run(_ program: String, _ arguments: [String]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
    }

    private static func path(of program: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

/// A folder that is removed when the test is over.
final class Scratch {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("authority-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let file = url.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file.path
    }

    func write(_ text: String, _ name: String) throws -> String { try write(Array(text.utf8), name) }
}

/// The authority and the time most tests use.
enum Sample {
    static let now = Instant(seconds: 1_790_000_000)
    static let time = now - .seconds(3_600)
    static let artifact = Array("an artifact\n".utf8)

    private static let usual = Result { try Authority(now: now) }

    /// The authority with the usual options, one for all tests since making its keys takes a while.
    static func authority() throws -> Authority { try usual.get() }

    static func authority(_ change: (inout AuthorityOptions) -> Void) throws -> Authority {
        var options = AuthorityOptions()
        change(&options)
        return try Authority(now: now, options: options)
    }
}

/// One key of each kind for all tests; making RSA keys takes seconds.
enum SharedKeys {
    private static let all = Dictionary(
        uniqueKeysWithValues: PrivateKey.Kind.allCases.map { kind in
            (kind, Result { try PrivateKey(generating: kind) })
        })

    static func key(_ kind: PrivateKey.Kind) throws -> PrivateKey { try #require(all[kind]).get() }
}
