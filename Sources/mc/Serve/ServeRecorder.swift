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

    /// - Throws: ``UsageError`` when it is wanted and there is no cluster to tell.
    init(
        _ configuration: ServeConfiguration, client: KubernetesClient?, writer: LogWriter, large: any LargeDecisions,
        peers: [PeerLog], lineage: (any LineageStore)?, registry: PrometheusRegistry, logger: Logger
    ) throws {
        let wantsCluster = try configuration.flag("recorder.enabled")
        guard let client, wantsCluster else {
            if wantsCluster { throw UsageError("recorder.enabled: there is no cluster to tell; configure kubernetes") }
            // Lineage alone needs no cluster, and no leader: it is this replica's own.
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
        let identity = ProcessInfo.processInfo.hostName
        let start = ContinuousClock.now
        let leadership = Leadership(
            client, namespace: namespace, identity: identity, now: { ContinuousClock.now - start },
            wallClock: { .now })
        let cursors = ConfigMapCursors(client, namespace: namespace)
        let tails: [any LogTail] = [ArchiveTail(WriterArchive(writer), large: large)] + peers
        recorders = tails.map { tail in
            let position = Position()
            let metrics = RecorderMetrics(
                failed: {
                    logger.warning("recorder: \($0.printable) of \(tail.origin.printable) failed; trying again")
                },
                position: { position.set($0) })
            if tail is ArchiveTail {
                registry.collect(ScrapedMetrics.recorderLag) {
                    position.value.map { [MetricSample([], Double(writer.size) - Double(min($0, writer.size)))] } ?? []
                }
            }
            var outputs: [any RecorderOutput] = [
                EventOutput(client, instance: identity, metrics: metrics, now: { .now }),
                ReportOutput(client, metrics: metrics),
            ]
            if let lineage { outputs.append(LineageOutput(lineage)) }
            return Recorder(log: tail, cursors: cursors, outputs: outputs, leadership: leadership, metrics: metrics)
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for recorder in recorders { group.addTask { await recorder.run() } }
                if recorders.isEmpty {
                    group.addTask { while (try? await Task.sleep(for: .seconds(3_600))) != nil {} }
                }
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
