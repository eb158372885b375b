internal import Core
internal import Foundation
internal import Sigstore

/// Measures the verifier in process, and the bare cost of the same signatures, taking turns so that drift cancels.
///
/// Usage: `verification DATA_FOLDER CASE ITERATIONS`. Prints one JSON object; times are in microseconds.
@main
enum Main {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 3, let iterations = arguments.last.flatMap({ Int($0) }), iterations > 0,
            let data = arguments.first, let name = arguments.dropFirst().first
        else {
            FileHandle.standardError.write(Data("usage: verification DATA_FOLDER CASE ITERATIONS\n".utf8))
            exit(2)
        }
        let measured = try BenchmarkCase(name, data: URL(filePath: data))
        let now = Instant(seconds: Int64(Date().timeIntervalSince1970))

        var verifying: [Duration] = []
        var bare: [Duration] = []
        let clock = ContinuousClock()
        for iteration in -(iterations / 10)..<iterations {
            let verified = try clock.measure { try measured.verify(now: now) }
            var isValid = true
            let checked = clock.measure {
                for signature in measured.signatures { isValid = signature.isValid && isValid }
            }
            guard isValid else { throw BenchmarkError("a signature that was just made does not verify") }
            // The first tenth warms up.
            guard iteration >= 0 else { continue }
            verifying.append(verified)
            bare.append(checked)
        }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let ours = Samples(verifying)
        let floor = Samples(bare)
        let report: JSONValue = [
            "case": .string(name), "iterations": .integer(Int64(iterations)), "cores": .integer(Int64(cores)),
            "p50": number(ours.median), "p99": number(ours.percentile(0.99)), "bareP50": number(floor.median),
            "bareP99": number(floor.percentile(0.99)), "signatures": .integer(Int64(measured.signatures.count)),
            "perSecondSequential": number(1e6 / (verifying.reduce(.zero, +) / .microseconds(iterations))),
            "perSecondAllCores": number(try await throughput(measured, cores: cores, iterations: iterations, now: now)),
        ]
        print(report.pretty, terminator: "")
    }

    /// Verifications per second with one task on each core.
    private static func throughput(
        _ measured: BenchmarkCase, cores: Int, iterations: Int, now: Instant
    ) async throws -> Double {
        let elapsed = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<cores {
                    group.addTask { for _ in 0..<iterations { try measured.verify(now: now) } }
                }
                try await group.waitForAll()
            }
        }
        return Double(cores * iterations) / (elapsed / .seconds(1))
    }

    private static func number(_ value: Double) -> JSONValue { .number(String((value * 10).rounded() / 10)) }
}

/// Why nothing can be measured.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
