internal import Glibc

/// What the operating system knows of this process.
package enum ProcessMetrics {
    /// Has memory, processor time and start read at each scrape.
    ///
    /// - Parameter start: when the process started, in seconds since 1970.
    package static func register(in registry: PrometheusRegistry, start: Double) {
        registry.collect(ScrapedMetrics.residentMemory) { residentBytes().map { [MetricSample([], $0)] } ?? [] }
        registry.collect(ScrapedMetrics.startTime) { [MetricSample([], start)] }
        registry.collect(ScrapedMetrics.processorTime) { [MetricSample([], processorSeconds())] }
    }

    /// The resident pages of `/proc/self/statm` (proc(5)); `nil` where there is none.
    static func residentBytes() -> Double? {
        guard let file = fopen("/proc/self/statm", "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = fread(&bytes, 1, bytes.count, file)
        return residentPages(String(decoding: bytes.prefix(count), as: UTF8.self))
            .map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
    }

    /// The second number of a line such as `46913 9771 4980 …`.
    static func residentPages(_ statm: String) -> Double? {
        let fields = statm.split(separator: " ")
        return fields.count >= 2 ? UInt64(fields[1]).map(Double.init) : nil
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
