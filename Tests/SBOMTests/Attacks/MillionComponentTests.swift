import Core
import Foundation
import Testing

@testable import SBOM

/// A bill of a million components, in a process of its own whose memory is looked at afterwards.
@Suite struct MillionComponentTests {
    /// Writes the bill while it is read, so that the document itself takes no memory.
    struct Million: ByteSource {
        let count: Int
        var next = -1
        var pending: [UInt8] = []

        mutating func read(atMost count: Int) -> [UInt8] {
            while pending.count < count, next <= 2 * self.count + 1 {
                pending += piece(next).utf8
                next += 1
            }
            let piece = Array(pending.prefix(count))
            pending.removeFirst(piece.count)
            return piece
        }

        private func piece(_ index: Int) -> String {
            if index < 0 { return #"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":["# }
            if index == count { return #"],"dependencies":["# }
            if index > 2 * count { return index > 2 * count + 1 ? "" : "]}" }
            let number = index < count ? index : index - count - 1
            let reference = "pkg:npm/%40scope/package-\(number)@1.\(number % 100).0"
            let comma = number == 0 ? "" : ","
            guard index < count else {
                let to = "pkg:npm/%40scope/package-\((number + 1) % count)@1.\((number + 1) % count % 100).0"
                return #"\#(comma){"ref":"\#(reference)","dependsOn":["\#(to)"]}"#
            }
            return
                #"\#(comma){"type":"library","bom-ref":"\#(reference)","name":"package-\#(number)","group":"@scope","#
                + #""version":"1.\#(number % 100).0","purl":"\#(reference)","hashes":[{"alg":"SHA-256","content":""#
                + String(repeating: "0", count: 64 - String(number).count) + String(number)
                + #""}],"licenses":[{"license":{"id":"MIT"}}]}"#
        }
    }

    static func peakMegabytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (line.split(separator: " ").dropLast().last.flatMap { Int($0) } ?? .max) / 1_024
    }

    @Test func aMillionComponentsStayBelowTheMemoryCap() async throws {
        let result = try await #require(
            processExitsWith: .success, observing: [\.standardOutputContent]
        ) {
            // A fifth of it by default, since without optimisation each component takes its time; the caps are in proportion.
            let count = ProcessInfo.processInfo.environment["MC_BILL_COMPONENTS"].flatMap { Int($0) } ?? 200_000
            let bill = try BillOfMaterials.read(from: Million(count: count))
            let peak = try MillionComponentTests.peakMegabytes()
            print("\(count) components: \(bill.byteCount >> 20) MB read, \(peak) MB of memory at most")
            let last = bill[count - 1]
            guard bill.components.count == count, bill.dependencies.count == count, bill.quarantinedCount == 0,
                last.name == "package-\(count - 1)", last.purl?.version == "1.99.0", last.hashes.count == 1,
                peak < (count > 200_000 ? 512 : 160)
            else { exit(1) }
        }
        print(String(decoding: result.standardOutputContent, as: UTF8.self), terminator: "")
    }
}
