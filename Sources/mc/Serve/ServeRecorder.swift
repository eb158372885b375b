import Core
import DecisionLog
import Foundation
import KubernetesClient
import Lineage
import Logging
import PrometheusMetrics
import Recorder
import ServiceLifecycle
import Synchronization
import TransparencyLog

/// Passes decisions on to Events, PolicyReports and lineage; of several replicas one leads and passes on all their logs.
struct ServeRecorder: Service {
    private let recorders: [Recorder]
    private let leadership: Leadership?
    private let logger: Logger

    /// - Throws: ``UsageError`` when it is wanted and there is no cluster to tell.
    init(
        _ configuration: ServeConfiguration, client: KubernetesClient?, writer: LogWriter, large: any LargeDecisions,
        peers: [PeerLog], lineage: (any LineageStore)?, registry: PrometheusRegistry, logger: Logger
    ) throws {
        self.logger = logger
        let wantsCluster = try configuration.flag("recorder.enabled")
        guard let client, wantsCluster else {
            if wantsCluster { throw UsageError("recorder.enabled: there is no cluster to tell; configure kubernetes") }
            // Lineage alone needs no cluster, and no leader: it is this replica's own.
            leadership = nil
            guard let lineage else {
                recorders = []
                return
            }
            recorders = [
                Recorder(
                    log: ArchiveTail(WriterArchive(writer), large: large), cursors: FileCursors(store: configuration),
                    outputs: [LineageOutput(lineage)])
            ]
            return
        }
        let namespace = configuration.text("recorder.namespace") ?? client.namespace ?? "mc-system"
        let host = ProcessInfo.processInfo.hostName
        // As client-go has it: no two processes are one holder, whatever names their hosts have.
        let identity = "\(host)_\(UUID().uuidString.lowercased())"
        let start = ContinuousClock.now
        let leadership = Leadership(
            client, namespace: namespace, identity: identity, now: { ContinuousClock.now - start },
            wallClock: { .now })
        self.leadership = leadership
        let turns = OutputTurns()
        let cursors = ConfigMapCursors(client, namespace: namespace)
        let tails: [any LogTail] = [ArchiveTail(WriterArchive(writer), large: large)] + peers
        registry.collect(ScrapedMetrics.recorderLeading) { [MetricSample([], leadership.isLeading ? 1 : 0)] }
        recorders = tails.map { tail in
            let position = Position()
            let metrics = RecorderMetrics(
                failed: {
                    logger.warning("recorder: \($0.printable) of \(tail.origin.printable) failed; trying again")
                },
                position: { position.set($0) })
            if tail is ArchiveTail {
                registry.collect(ScrapedMetrics.recorderLag) {
                    // Who led once does not know how far another one is by now.
                    guard leadership.isLeading, let next = position.value else { return [] }
                    return [MetricSample([], Double(writer.size) - Double(min(next, writer.size)))]
                }
            }
            var outputs: [any RecorderOutput] = [
                EventOutput(client, instance: host, metrics: metrics, now: { .now }),
                ReportOutput(client, metrics: metrics, turns: turns),
            ]
            if let lineage { outputs.append(LineageOutput(lineage)) }
            return Recorder(log: tail, cursors: cursors, outputs: outputs, leadership: leadership, metrics: metrics)
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            guard let leadership else { return await passOn() }
            let metrics = RecorderMetrics(failed: { [logger] in logger.warning("recorder: \($0) failed; trying again") }
            )
            await leadership.keep(metrics: metrics) { await passOn() }
        }
    }

    private func passOn() async {
        await withTaskGroup(of: Void.self) { group in
            for recorder in recorders { group.addTask { await recorder.passOn() } }
            if recorders.isEmpty {
                group.addTask { while (try? await Task.sleep(for: .seconds(3_600))) != nil {} }
            }
        }
    }
}

/// How far a log was passed on.
private final class Position: Sendable {
    private let index = Mutex<UInt64?>(nil)

    var value: UInt64? { index.withLock { $0 } }

    func set(_ value: UInt64) { index.withLock { $0 = value } }
}

/// The position in a file beside the log.
private struct FileCursors: CursorStore {
    private let path: String

    init(store configuration: ServeConfiguration) { path = (configuration.text("log.folder") ?? ".") + "/recorded" }

    func load(_ origin: String) async throws(RecorderError) -> UInt64 {
        guard InputFile.exists(path) else { return 0 }
        guard let bytes = try? InputFile.read(path, cap: Cap("bytes of a position", 64)),
            let index = UInt64(String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        else { throw RecorderError(.cursor, "expected an index", at: path) }
        return index
    }

    func save(_ next: UInt64, _ origin: String) async throws(RecorderError) {
        do {
            try OutputFile.write(Array("\(next)\n".utf8), to: path)
        } catch {
            throw RecorderError(.cursor, "\(error)", at: path)
        }
    }
}
