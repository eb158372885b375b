import PrometheusMetrics

extension PrometheusRegistry {
    /// The lines of a metric without its comments.
    func lines(_ name: String, _ format: MetricsFormat = .text) -> [String] {
        render(format).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
    }
}

/// A registry in which every metric of the server has a value.
func filledRegistry() -> PrometheusRegistry {
    let registry = PrometheusRegistry()
    let server = ServerMetrics(in: registry)
    server.admissionRequests.with("CREATE", "Pod", "allow", "allow", "Enforce").increment()
    server.admissionDenied.with("payments", "signature-invalid").increment(by: Int64(3))
    server.admissionDecision.with("decide").record(.microseconds(120))
    server.admissionDecision.with("total").record(.milliseconds(4))
    server.evidenceFetch.with("found").record(.milliseconds(18))
    server.evidenceCache.with("memory").increment()
    server.evidenceCacheEvents.with("evicted").increment()
    server.waiversUsed.with("hermetic-required").increment()
    server.waiversExpiredDenials.increment()
    server.logAppend.record(.milliseconds(2))
    server.logAppendFailures.increment()
    server.logCoalesced.increment()
    server.policyReload.with("bundle", "refused").increment()
    server.shadowDifferences.with("allow-to-deny").increment()
    server.ownerLookups.with("found").increment()
    server.httpRejected.with("body-too-large").increment()
    for definition in ScrapedMetrics.all where !definition.name.hasPrefix("process_") {
        registry.collect(definition) { [MetricSample(definition.labels.map { "a \($0)" }, 1.5)] }
    }
    ProcessMetrics.register(in: registry, start: 1_768_000_000.25)
    return registry
}
