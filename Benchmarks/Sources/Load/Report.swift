internal import Foundation
internal import NIOCore

/// What became of a load.
struct Report: Sendable {
    private let rate: Double
    private let connections: Int
    private let process: Int?
    private var histogram = Histogram()
    private var errors: [String: Int] = [:]
    private var statuses: [Int: Int] = [:]
    private var allowed = 0
    private var denied = 0
    private var seconds = 0.0
    private var last: UInt64 = 0

    init(options: Options) {
        rate = options.rate
        connections = options.connections
        process = options.process
    }

    var hasAnswers: Bool { histogram.count > 0 }

    mutating func add(error: String) {
        // Kinds are few; a server that makes up new ones must not fill memory.
        errors[errors.count < 100 || errors[error] != nil ? error : "other", default: 0] += 1
    }

    mutating func add(_ answer: AnswerReader.Answer, latency: UInt64, at now: UInt64) {
        histogram.record(latency)
        statuses[answer.status, default: 0] += 1
        last = max(last, now)
        guard answer.status == 200 else { return }
        let body = answer.body.readableBytesView
        if body.firstRange(of: Array("\"allowed\":true".utf8)) != nil {
            allowed += 1
        } else if body.firstRange(of: Array("\"allowed\":false".utf8)) != nil {
            denied += 1
        }
    }

    mutating func finish(countedFrom start: UInt64, end: UInt64, at now: UInt64) {
        seconds = Double(max(last, start) - start) / 1e9
        // A load that was answered in time lasted as long as it was planned to.
        if last > start, last < end, rate > 0 { seconds = max(seconds, Double(min(end, now) - start) / 1e9) }
    }

    var json: String {
        func micros(_ nanoseconds: UInt64) -> Double { (Double(nanoseconds) / 100).rounded() / 10 }
        var report: [String: Any] = [
            "rate": rate, "connections": connections, "answers": Int(histogram.count),
            "seconds": (seconds * 1000).rounded() / 1000,
            "achieved": seconds > 0 ? (Double(histogram.count) / seconds).rounded() : 0,
            "allowed": allowed, "denied": denied, "errors": errors,
            "statuses": Dictionary(uniqueKeysWithValues: statuses.map { (String($0.key), $0.value) }),
            "micros": [
                "p50": micros(histogram.quantile(0.5)), "p90": micros(histogram.quantile(0.9)),
                "p99": micros(histogram.quantile(0.99)), "p999": micros(histogram.quantile(0.999)),
                "max": micros(histogram.maximum), "mean": (histogram.mean / 100).rounded() / 10,
            ],
        ]
        if let process { report["memoryKiB"] = Self.memory(process) }
        let data = (try? JSONSerialization.data(withJSONObject: report, options: [.sortedKeys])) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    var text: String {
        func millis(_ part: Double) -> String {
            String(format: "%.2f ms", Double(histogram.quantile(part)) / 1e6)
        }
        return """
            \(histogram.count) answers in \(String(format: "%.2f", seconds)) s, \
            \(String(format: "%.0f", seconds > 0 ? Double(histogram.count) / seconds : 0))/s over \(connections) connections
            latency p50 \(millis(0.5))  p90 \(millis(0.9))  p99 \(millis(0.99))  p99.9 \(millis(0.999))  \
            max \(String(format: "%.2f ms", Double(histogram.maximum) / 1e6))
            allowed \(allowed)  denied \(denied)  statuses \(statuses)  errors \(errors)
            """
    }

    private static func memory(_ process: Int) -> [String: Int] {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        var found: [String: Int] = [:]
        for line in status.split(separator: "\n") {
            for name in ["VmHWM", "VmRSS"] where line.hasPrefix("\(name):") {
                found[name] = line.split(separator: " ").compactMap { Int($0) }.first
            }
        }
        return found
    }
}
