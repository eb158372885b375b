internal import Foundation
@_spi(Benchmark) internal import Rehearsal

/// Measures decisions. Usage: `decide IMAGES POLICIES ITERATIONS`; prints one JSON object, times in microseconds.
@main
enum Main {
    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }) else {
            FileHandle.standardError.write(Data("usage: decide IMAGES POLICIES ITERATIONS\n".utf8))
            exit(2)
        }
        let now = Int64(Date().timeIntervalSince1970)
        let bench = try await Workbench(seconds: now, imageCount: numbers[0], policyCount: numbers[1])
        let before = residentKiB()
        let cached = try measure(numbers[2]) { guard bench.decideCached() else { throw NotAdmitted() } }
        let answered = try measure(numbers[2]) { guard try bench.answerCached() > 0 else { throw NotAdmitted() } }
        var warm: [Double] = []
        for iteration in -(numbers[2] / 10)..<numbers[2] {
            let clock = ContinuousClock()
            let start = clock.now
            guard try await bench.decideWarm() else { throw NotAdmitted() }
            if iteration >= 0 { warm.append((clock.now - start) / .microseconds(1)) }
        }
        var cold: [Double] = []
        for iteration in -2..<max(numbers[2] / 50, 20) {
            let clock = ContinuousClock()
            let start = clock.now
            guard try await bench.decideCold() else { throw NotAdmitted() }
            if iteration >= 0 { cold.append((clock.now - start) / .microseconds(1)) }
        }
        let report: [String: Any] = [
            "images": numbers[0], "policies": numbers[1], "cachedP50": percentile(cached, 0.5),
            "cachedP99": percentile(cached, 0.99), "answerP50": percentile(answered, 0.5),
            "answerP99": percentile(answered, 0.99), "warmP50": percentile(warm, 0.5),
            "warmP99": percentile(warm, 0.99), "coldP50": percentile(cold, 0.5),
            "coldP99": percentile(cold, 0.99), "residentKiB": residentKiB(), "residentBeforeKiB": before,
        ]
        let data = try JSONSerialization.data(withJSONObject: report, options: [.sortedKeys])
        print(String(decoding: data, as: UTF8.self))
    }

    private static func measure(_ iterations: Int, _ work: () throws -> Void) rethrows -> [Double] {
        let clock = ContinuousClock()
        var times: [Double] = []
        for iteration in -(iterations / 10)..<iterations {
            let elapsed = try clock.measure(work)
            // The first tenth warms up.
            if iteration >= 0 { times.append(elapsed / .microseconds(1)) }
        }
        return times
    }

    private static func percentile(_ times: [Double], _ part: Double) -> Double {
        let sorted = times.sorted()
        guard !sorted.isEmpty else { return 0 }
        return (sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))] * 10).rounded() / 10
    }

    private static func residentKiB() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { $0.split(separator: " ").compactMap { Int($0) }.first } ?? 0
    }
}

struct NotAdmitted: Error {}
