import Core
import TestSupport
import Testing

@testable import TransparencyLog

/// Keys, entries and logs for tests.
enum TestLog {
    static let origin = "log.example/decisions"

    static func signer(_ name: String = origin, _ seed: UInt8 = 7, type: SignatureType = .ed25519) throws -> NoteSigner
    {
        try NoteSigner(
            name: name, type: type, seed: [UInt8](repeating: seed, count: 32),
            clock: { Instant(seconds: 1_790_000_000) })
    }

    static func witness(_ number: UInt8) throws -> NoteSigner {
        try signer("witness\(number).example", 100 + number, type: .cosignature)
    }

    /// Options that publish only when asked to, with small journal files.
    static func options(segmentBytes: UInt64 = 64 << 10) -> LogOptions {
        var options = LogOptions()
        options.publishInterval = .seconds(3_600)
        options.segmentBytes = segmentBytes
        options.reserveBytes = 0
        return options
    }

    static func entry(_ index: Int) -> [UInt8] {
        [UInt8]("{\"decision\":\"allow\",\"number\":\(index)}".utf8)
            + [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: index % 97)
    }

    static func open(_ folder: String, options: LogOptions = options()) async throws -> LogWriter {
        try await LogWriter.open(folder: folder, signer: signer(), options: options)
    }

    /// Appends entries until the log has so many.
    static func fill(_ writer: LogWriter, to size: Int) async throws {
        for index in Int(writer.size)..<size {
            let position = try await writer.append(entry(index))
            #expect(position == UInt64(index))
        }
    }

    /// A closed log of some entries.
    static func make(_ folder: String, size: Int) async throws -> SignedCheckpoint {
        let writer = try await open(folder)
        try await fill(writer, to: size)
        try await writer.close()
        return writer.checkpoint
    }
}

/// The error of a call that must throw one of a log.
func logError<Result>(_ call: () async throws -> Result) async -> LogError? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error as? LogError
    }
}
