import Core
import Policy
import PrometheusMetrics
import Server
import Synchronization
import TransparencyLog

/// The values that are read when somebody scrapes.
enum ServeGauges {
    static func register(certificate listener: String, _ tls: TLSSource, in registry: PrometheusRegistry) {
        registry.collect(ScrapedMetrics.certificateExpires) {
            tls.expires.map { [MetricSample([listener], Double($0.seconds))] } ?? []
        }
    }

    static func register(
        log: LogWriter, policy: PolicyInForce, reloader: PolicyReloader, clock: SteadyClock,
        modes isStale: @escaping @Sendable () -> Bool?, maximumBytes: Int?, in registry: PrometheusRegistry
    ) {
        registry.collect(ScrapedMetrics.logEntries) { [MetricSample([], Double(log.size))] }
        registry.collect(ScrapedMetrics.logBytes) { [MetricSample([], Double(log.status.bytes))] }
        let behind = CheckpointLag()
        registry.collect(ScrapedMetrics.logCheckpointAge) {
            [MetricSample([], behind.seconds(size: log.size, published: log.status.publishedSize))]
        }
        if let maximumBytes {
            registry.collect(ScrapedMetrics.logMaximumBytes) { [MetricSample([], Double(maximumBytes))] }
        }
        registry.collect(ScrapedMetrics.bundleInfo) {
            guard let bundle = policy.current?.bundle else { return [] }
            return [MetricSample([bundle.manifest.name, "\(bundle.manifest.version)", "\(bundle.digest)"], 1)]
        }
        registry.collect(ScrapedMetrics.bundleExpires) {
            policy.current.map { [MetricSample([], Double($0.bundle.manifest.expires.seconds))] } ?? []
        }
        registry.collect(ScrapedMetrics.lastGoodAge) {
            guard let since = reloader.status.policyProblemSince else { return [MetricSample([], 0)] }
            return [MetricSample([], max(0, Double(clock.read().now.seconds - since.seconds)))]
        }
        registry.collect(ScrapedMetrics.namespaceWatchStale) {
            isStale().map { [MetricSample([], $0 ? 1 : 0)] } ?? []
        }
        registry.collect(ScrapedMetrics.waivers) {
            guard let loaded = policy.current else { return [] }
            let now = clock.read().now
            var counts: [String: Double] = [
                "active": 0, "not_yet_valid": 0, "expired": 0, "revoked": 0, "void": 0,
            ]
            for entry in loaded.waivers.entries {
                counts[Self.name(loaded.waivers.standing(of: entry, at: now)), default: 0] += 1
            }
            return counts.map { MetricSample([$0.key], $0.value) }
        }
    }

    private static func name(_ standing: WaiverStanding) -> String {
        switch standing {
        case .active: "active"
        case .notYetValid: "not_yet_valid"
        case .expired: "expired"
        case .revoked: "revoked"
        case .void: "void"
        }
    }
}

/// For how long the newest checkpoint has not covered everything, as far as scrapes tell.
private final class CheckpointLag: Sendable {
    private let since = Mutex<(published: UInt64, at: ContinuousClock.Instant)?>(nil)

    func seconds(size: UInt64, published: UInt64) -> Double {
        since.withLock { since in
            guard published < size else {
                since = nil
                return 0
            }
            if let known = since, known.published == published {
                return Double((ContinuousClock.now - known.at).components.seconds)
            }
            since = (published, .now)
            return 0
        }
    }
}
