import Core
import DecisionLog
import Foundation
import Logging
import PrometheusMetrics
import Server
import TransparencyLog

/// The log that decisions are kept in, and what it says about earlier ones.
struct ServeLog {
    let writer: LogWriter
    let large: LargeDecisionFolder
    let admissions: AdmissionIndex
    let keeper: DecisionKeeper
    /// The bytes that log and large decisions may take together, when a limit is configured.
    let maximumBytes: Int?
    /// What only this installation knows: the text of the log's key.
    let secret: String
    private let clock: SteadyClock
    private let acceptsClock: Bool

    /// How many entries are read before the server listens.
    private static let short: UInt64 = 10_000

    /// Opens the log, and recovers it when it was torn.
    ///
    /// - Throws: ``UsageError``, ``InputError`` or ``LogError`` when it cannot be opened as configured.
    init(
        _ configuration: ServeConfiguration, clock: SteadyClock, metrics: ServerMetrics, logger: Logger
    ) async throws {
        let folder = try configuration.required("log.folder", flag: "log")
        let maximumBytes = try configuration.integer("log.maximumBytes", in: 256 << 20...1 << 50)
        secret = try Self.key(configuration)
        writer = try await Self.open(configuration, folder: folder, key: secret, maximumBytes: maximumBytes)
        large = LargeDecisionFolder(
            "\(folder)/decisions", maximumBytes: maximumBytes.map { $0 / 10 } ?? LargeDecisionFolder.defaultMaximum)
        admissions = AdmissionIndex(trustsEverybody: try configuration.flag("webhook.trustNetwork"))
        acceptsClock = try configuration.flag("log.acceptClock")
        var observer = DecisionKeeper.Observer()
        observer.coalesced = { metrics.logCoalesced.increment() }
        keeper = DecisionKeeper(
            log: MeasuredLog(writer, append: metrics.logAppend), large: large, admissions: admissions,
            quota: try configuration.integer("log.quota", in: 1...1_000_000) ?? DecisionKeeper.defaultQuota,
            observer: observer)
        self.maximumBytes = maximumBytes
        self.clock = clock
        if acceptsClock { logger.warning("log.acceptClock: the clock is believed, whatever the log's entries say") }
        if writer.recovery.truncatedBytes > 0 {
            logger.warning(
                "the log's end was torn: \(writer.recovery.truncatedBytes) bytes that nobody relied on are gone")
        }
    }

    var archive: WriterArchive { WriterArchive(writer) }

    /// Whether it is read in no time. A long one takes minutes; meanwhile the server listens, and says that it is not
    /// ready.
    var isShort: Bool { writer.size <= Self.short }

    /// Reads all of it, takes note of what was admitted, and sets the clock no earlier than the last entry.
    func history() async throws -> LogHistory {
        let history = try await LogHistory.read(archive, large: large, into: admissions)
        if !acceptsClock, let last = history.last { clock.notBefore(last) }
        return history
    }

    private static func key(_ configuration: ServeConfiguration) throws -> String {
        let path = try configuration.required("log.key", flag: "log-key")
        let text = String(
            decoding: try InputFile.read(path, cap: Cap("bytes of a log key", 64 << 10)), as: UTF8.self)
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func open(
        _ configuration: ServeConfiguration, folder: String, key: String, maximumBytes: Int?
    ) async throws -> LogWriter {
        let signer: NoteSigner
        do {
            signer = try NoteSigner(key)
        } catch {
            throw InputError(try configuration.required("log.key", flag: "log-key"), "\(error)")
        }
        // Two replicas under one name would be a fork to every witness.
        if let origin = configuration.text("log.origin"), !origin.isSame(as: signer.verifierKey.name) {
            throw UsageError(
                "log.origin is \(origin.printable), but the key is of \(signer.verifierKey.name.printable); give each replica "
                    + "the key that was made for it (mc log key new --name ORIGIN)")
        }
        var options = LogOptions()
        // A tenth of it is for decisions that are too large for an entry.
        if let maximumBytes { options.maximumBytes = UInt64(maximumBytes / 10 * 9) }
        options.cosigners = try ServeWitnesses.cosigners(configuration)
        return try await LogWriter.open(folder: folder, signer: signer, options: options)
    }
}
