import Attestation
import Core
import Foundation
import Policy
import TestSupport
import Testing

/// `mc log vsa`: a signed summary of what was allowed, and of nothing else.
@Suite("Log summary") struct LogSummaryTests {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../PolicyTests/Golden").standardized.path

    /// The entry of a decision as `mc serve` logs it.
    private static func entry(_ name: String) throws -> String {
        let decision = try JSONValue(
            parsing: Array(try Data(contentsOf: URL(filePath: "\(golden)/\(name).decision.json"))))
        let images = Set((decision["images"]?.array ?? []).compactMap { $0["digest"]?.string }).sorted()
        let entry: JSONValue = [
            "schema": .string(LogEntry.schema), "decision": decision,
            "decisionDigest": .string("\(Digest.of(decision.canonical))"), "at": decision["at"] ?? .null,
            "cluster": decision["cluster"] ?? .null, "namespace": decision["namespace"] ?? .null,
            "images": .array(images.map { .string($0) }), "outcome": decision["decision"] ?? .null,
            "enforcedResult": decision["enforcedResult"] ?? .null,
        ]
        return String(decoding: entry.canonical, as: UTF8.self)
    }

    /// A log of an allow, a denial and something that is no decision.
    private static func desk() async throws -> (desk: LogTests.Desk, key: PrivateKey) {
        let desk = try await LogTests.Desk()
        try desk.folder.write("decisions", "\(try entry("allow"))\n\(try entry("deny"))\n{}\n")
        let run = try await desk.shell(
            "openssl ecparam -name prime256v1 -genkey -noout -out vsa.pem && "
                + "mc log append --log decisions.log --key log.key < decisions")
        #expect(run.status == 0, "\(run.all)")
        return (desk, try PrivateKey(pem: String(contentsOfFile: "\(desk.folder.path)/vsa.pem", encoding: .utf8)))
    }

    @Test func anAllowIsSummarised() async throws {
        let (desk, key) = try await Self.desk()
        let run = try await desk.shell("mc log vsa --log decisions.log --index 0 --key vsa.pem --days 3 -o out")
        #expect(run.status == 0, "\(run.all)")
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(desk.folder.path)/out")
        #expect(names.count == 1)
        let name = try #require(names.first)
        #expect(name.hasPrefix("sha256-") && name.hasSuffix(".vsa.dsse.json"))
        let bytes = Array(try Data(contentsOf: URL(filePath: "\(desk.folder.path)/out/\(name)")))
        let payload = try SignedDocument(parsing: bytes).payload(
            type: Envelope.inTotoPayloadType, keys: [key.publicKey], role: "verifier")
        let statement = try JSONValue(parsing: payload)
        let subject = try #require(statement["subject"]?.array?.first?["digest"]?["sha256"]?.string)
        #expect(name == "sha256-\(subject).vsa.dsse.json")
        let predicate = try #require(statement["predicate"])
        #expect(predicate["verificationResult"] == "PASSED" && predicate["mc_environment"] == "prod")
        #expect(predicate["mc_log"]?["origin"] == "log.example" && predicate["mc_log"]?["index"] == .integer(0))
        #expect(predicate["mc_expires"] == "2026-09-24T14:13:20Z")
        let printed = try await desk.shell("mc log vsa --log decisions.log --index 0 --key vsa.pem")
        #expect(printed.status == 0 && printed.output.contains("payload"), "\(printed.all)")
        let stranger = try PrivateKey(generating: .p256)
        #expect(throws: (any Error).self) {
            try SignedDocument(parsing: bytes).payload(
                type: Envelope.inTotoPayloadType, keys: [stranger.publicKey], role: "verifier")
        }
    }

    @Test func aDenialIsNot() async throws {
        let (desk, _) = try await Self.desk()
        let denied = try await desk.shell("mc log vsa --log decisions.log --index 1 --key vsa.pem -o out")
        #expect(denied.status == 1 && denied.output.isEmpty && denied.error.contains("admits nothing"), "\(denied.all)")
        #expect(!FileManager.default.fileExists(atPath: "\(desk.folder.path)/out"))
    }

    @Test(arguments: [
        "--index 2 --key vsa.pem", "--index 3 --key vsa.pem", "--index 0", "--index 0 --key vsa.pem --days 91",
        "--index 0 --key log.key",
    ])
    func whatCannotBeSummarisedIsSaid(_ arguments: String) async throws {
        let (desk, _) = try await Self.desk()
        let run = try await desk.shell("mc log vsa --log decisions.log \(arguments)")
        #expect(run.status == 2 && run.output.isEmpty && run.error.hasPrefix("mc: "), "\(run.all)")
    }
}
