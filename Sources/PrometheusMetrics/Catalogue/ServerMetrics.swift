/// The metrics that the server fills itself; what is read at a scrape is in ``ScrapedMetrics``.
///
/// `docs/reference/metrics.md` lists them; a test holds the page and these definitions against each other.
package struct ServerMetrics: Sendable {
    /// `operation, kind, decision, enforced, mode`
    package let admissionRequests: MetricFamily<CounterSeries>
    /// `namespace, rule`
    package let admissionDenied: MetricFamily<CounterSeries>
    /// `phase`: `decide` or `total`
    package let admissionDecision: MetricFamily<HistogramSeries>
    /// `result`
    package let evidenceFetch: MetricFamily<HistogramSeries>
    /// `result`: `memory`, `disk`, `miss` or `negative`
    package let evidenceCache: MetricFamily<CounterSeries>
    /// `event`: `stale`, `evicted`, `corrupt` or `unwritable`
    package let evidenceCacheEvents: MetricFamily<CounterSeries>
    /// `rule`
    package let waiversUsed: MetricFamily<CounterSeries>
    package let waiversExpiredDenials: CounterSeries
    package let logAppend: HistogramSeries
    package let logAppendFailures: CounterSeries
    package let logCoalesced: CounterSeries
    /// `source, result`
    package let policyReload: MetricFamily<CounterSeries>
    /// `change`
    package let shadowDifferences: MetricFamily<CounterSeries>
    /// `result`
    package let ownerLookups: MetricFamily<CounterSeries>
    /// `reason`
    package let httpRejected: MetricFamily<CounterSeries>

    package init(in registry: PrometheusRegistry) {
        admissionRequests = registry.counter(Self.admissionRequests)
        admissionDenied = registry.counter(Self.admissionDenied)
        admissionDecision = registry.histogram(Self.admissionDecision)
        evidenceFetch = registry.histogram(Self.evidenceFetch)
        evidenceCache = registry.counter(Self.evidenceCache)
        evidenceCacheEvents = registry.counter(Self.evidenceCacheEvents)
        waiversUsed = registry.counter(Self.waiversUsed)
        waiversExpiredDenials = registry.counter(Self.waiversExpiredDenials).with()
        logAppend = registry.histogram(Self.logAppend).with()
        logAppendFailures = registry.counter(Self.logAppendFailures).with()
        logCoalesced = registry.counter(Self.logCoalesced).with()
        policyReload = registry.counter(Self.policyReload)
        shadowDifferences = registry.counter(Self.shadowDifferences)
        ownerLookups = registry.counter(Self.ownerLookups)
        httpRejected = registry.counter(Self.httpRejected)
        // What alerts divide by or take the increase of must be there from the first scrape on.
        for phase in ["decide", "total"] { _ = admissionDecision.with(phase) }
        for result in ["memory", "disk", "miss", "negative"] { _ = evidenceCache.with(result) }
        for event in ["stale", "evicted", "corrupt", "unwritable"] { _ = evidenceCacheEvents.with(event) }
    }

    static let admissionRequests = MetricDefinition(
        "mc_admission_requests_total", .counter, labels: ["operation", "kind", "decision", "enforced", "mode"],
        help: "Reviewed requests by decision (allow, deny, indeterminate), enforced result and mode.")
    static let admissionDenied = MetricDefinition(
        "mc_admission_denied_abac_total", .counter, labels: ["namespace", "rule"],
        help: "Denials and would-be denials by namespace and the rule that was violated.")
    static let admissionDecision = MetricDefinition(
        "mc_admission_decision_seconds", .histogram, labels: ["phase"],
        help: "Seconds to an answer: phase decide is the engine alone, total is from the request's last byte.")
    static let evidenceFetch = MetricDefinition(
        "mc_evidence_fetch_seconds", .histogram, labels: ["result"],
        help: "Seconds to fetch and verify the evidence of one image, by result.")
    static let evidenceCache = MetricDefinition(
        "mc_evidence_cache_total", .counter, labels: ["result"],
        help: "Look-ups of verified evidence by where it was found: memory, disk, negative or miss.")
    static let evidenceCacheEvents = MetricDefinition(
        "mc_evidence_cache_events_total", .counter, labels: ["event"],
        help: "Evidence used past its time (stale), entries dropped for room, bad files ignored, files not written.")
    static let waiversUsed = MetricDefinition(
        "mc_waivers_used_total", .counter, labels: ["rule"], help: "Decisions that a waiver of this rule changed.")
    static let waiversExpiredDenials = MetricDefinition(
        "mc_waivers_expired_denials_total", .counter,
        help: "Denials that a waiver would have prevented, had it not expired.")
    static let logAppend = MetricDefinition(
        "mc_log_append_seconds", .histogram, help: "Seconds until an entry of the log was durable.")
    static let logAppendFailures = MetricDefinition(
        "mc_log_append_failures_total", .counter,
        help: "Entries that the log could not make durable; their decisions became indeterminate.")
    static let logCoalesced = MetricDefinition(
        "mc_log_coalesced_total", .counter, help: "Repeated denials that were counted in an entry instead of added.")
    static let policyReload = MetricDefinition(
        "mc_policy_reload_total", .counter, labels: ["source", "result"],
        help: "Changed files that were taken over (good) or refused, by what they hold.")
    static let shadowDifferences = MetricDefinition(
        "mc_shadow_differences_total", .counter, labels: ["change"],
        help: "Decisions that the next bundle would have made differently, by the change.")
    static let ownerLookups = MetricDefinition(
        "mc_owner_lookups_total", .counter, labels: ["result"],
        help: "Owners of controllers' children asked from the API server, by result.")
    static let httpRejected = MetricDefinition(
        "mc_http_rejected_total", .counter, labels: ["reason"],
        help: "HTTP requests that were turned away before a decision, by reason.")
}

/// The metrics whose values are read at a scrape; the server registers a reader for each by
/// ``PrometheusRegistry/collect(_:_:)``.
package enum ScrapedMetrics {
    package static let waivers = MetricDefinition(
        "mc_waivers", .gauge, labels: ["state"],
        help: "Waivers by state: active, not_yet_valid, expired, revoked, void.")
    package static let logEntries = MetricDefinition("mc_log_entries", .gauge, help: "Entries of the decision log.")
    package static let logBytes = MetricDefinition(
        "mc_log_bytes", .gauge, help: "Bytes that the decision log takes on its volume.")
    package static let logMaximumBytes = MetricDefinition(
        "mc_log_maximum_bytes", .gauge, help: "Bytes that the decision log may take (log.maximumBytes).")
    package static let logCheckpointAge = MetricDefinition(
        "mc_log_checkpoint_age_seconds", .gauge,
        help: "Seconds for which entries have waited for a checkpoint that covers them.")
    package static let bundleInfo = MetricDefinition(
        "mc_policy_bundle_info", .gauge, labels: ["name", "version", "digest"],
        help: "The policy bundle in force; always 1.")
    package static let bundleExpires = MetricDefinition(
        "mc_policy_bundle_expires_timestamp_seconds", .gauge, help: "When the bundle in force expires.")
    package static let lastGoodAge = MetricDefinition(
        "mc_policy_last_good_age_seconds", .gauge,
        help: "Seconds since the newest attempt to load the policy succeeded; rises while a bad one lies there.")
    package static let namespaceWatchStale = MetricDefinition(
        "mc_namespace_watch_stale", .gauge,
        help: "1 while the watch of namespaces is stale and all of them count as Enforce.")
    package static let certificateExpires = MetricDefinition(
        "mc_tls_certificate_expires_timestamp_seconds", .gauge, labels: ["listener"],
        help: "When the certificate that a listener serves expires.")
    package static let recorderLag = MetricDefinition(
        "mc_recorder_lag_entries", .gauge,
        help: "Entries of its own log that the leading recorder has not carried out yet.")
    package static let recorderLeading = MetricDefinition(
        "mc_recorder_leading", .gauge,
        help: "1 while this replica passes the logs of all replicas on, 0 while another does.")
    package static let residentMemory = MetricDefinition(
        "process_resident_memory_bytes", .gauge, help: "Resident memory size in bytes.")
    package static let startTime = MetricDefinition(
        "process_start_time_seconds", .gauge, help: "When the process started, in seconds since 1970.")
    package static let processorTime = MetricDefinition(
        "process_cpu_seconds_total", .counter, help: "Seconds of processor time the process has used.")

    package static let all = [
        waivers, logEntries, logBytes, logMaximumBytes, logCheckpointAge, bundleInfo, bundleExpires, lastGoodAge,
        namespaceWatchStale, certificateExpires, recorderLag, recorderLeading, residentMemory, startTime,
        processorTime,
    ]
}

extension ServerMetrics {
    /// Everything the server exposes under its own names.
    package static let catalogue: [MetricDefinition] =
        [
            admissionRequests, admissionDenied, admissionDecision, evidenceFetch, evidenceCache,
            evidenceCacheEvents, waiversUsed, waiversExpiredDenials, logAppend, logAppendFailures, logCoalesced,
            policyReload, shadowDifferences,
            ownerLookups, httpRejected, PrometheusRegistry.refusalsDefinition,
        ] + ScrapedMetrics.all
}
