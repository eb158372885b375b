import Admission
import Core
import PrometheusMetrics

/// Where the server looks for evidence, and how it remembers what it found.
struct ServeEvidence {
    let places: any EvidencePlaces
    let cache: EvidenceCache
    /// Shared by all bundles that were ever loaded, so that the bound holds for the process.
    let fetching = EvidenceFetching()

    /// - Parameter secret: what only this installation knows; it seals the cache's files.
    /// - Throws: ``UsageError`` or ``InputError`` when the configuration cannot be.
    init(_ configuration: ServeConfiguration, secret: [UInt8], metrics: ServerMetrics) throws {
        var options = EvidenceOptions()
        options.evidence = configuration.text("evidence.standIn")
        options.insecureRegistry = configuration.insecureRegistries
        places = try options.places()
        var limits = EvidenceCacheLimits()
        if let bytes = try configuration.integer("cache.maximumBytes", in: 1 << 20...1 << 40) {
            limits.diskBytes = bytes
        }
        if let age = try configuration.duration("cache.maximumAge") {
            limits.maximumAge = age
            limits.freshFor = min(limits.freshFor, age)
            limits.refreshAfter = min(limits.refreshAfter, age)
        }
        let counted = Self.metrics(metrics)
        let disk = configuration.text("cache.folder").map {
            EvidenceDisk(
                folder: $0, limits: limits,
                seal: EvidenceSeal(key: Digest.of(Array("mc evidence cache seal v1:".utf8) + secret).bytes),
                metrics: counted)
        }
        cache = EvidenceCache(limits: limits, disk: disk, metrics: counted)
    }

    static func metrics(_ metrics: ServerMetrics) -> EvidenceMetrics {
        let memory = metrics.evidenceCache.with("memory")
        let disk = metrics.evidenceCache.with("disk")
        let miss = metrics.evidenceCache.with("miss")
        let negative = metrics.evidenceCache.with("negative")
        let fetch = metrics.evidenceFetch
        let stale = metrics.evidenceCacheEvents.with("stale")
        let evicted = metrics.evidenceCacheEvents.with("evicted")
        let corrupt = metrics.evidenceCacheEvents.with("corrupt")
        let unwritable = metrics.evidenceCacheEvents.with("unwritable")
        var counted = EvidenceMetrics()
        counted.memoryHit = { memory.increment() }
        counted.diskHit = { disk.increment() }
        counted.miss = { miss.increment() }
        counted.negativeHit = { _ in negative.increment() }
        counted.fetched = { time, outcome in fetch.with(outcome.rawValue).record(time) }
        counted.staleUse = { stale.increment() }
        counted.evicted = { evicted.increment(by: Int64($0)) }
        counted.corrupt = { corrupt.increment() }
        counted.unwritable = { unwritable.increment() }
        return counted
    }
}
