import Core
import Foundation
import TestAuthority
import TestSupport
import Testing

/// Input made to break the reader: a typed error that names the place and the cap, soon and in little memory.
@Suite("Bad input") struct BadInputTests {
    private static let sample = Result { try Sample() }
    private static let statement = Result { try Sample.statement() }

    /// A file that is read as a bundle and must not be one.
    private static func refused(
        _ name: String, _ bytes: [UInt8], mentions: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let sample = try sample.get()
        let path = try sample.folder.write(name, bytes)
        let run = try await Tool.run(sample.arguments(bundle: path), memory: Tool.memory)
        #expect(run.status == 2, "\(name): \(run.all.prefix(2_000))", sourceLocation: sourceLocation)
        #expect(run.error.hasPrefix("mc: \(path): "), "\(run.error.prefix(2_000))", sourceLocation: sourceLocation)
        #expect(run.error.utf8.count < 4_096, "\(name)", sourceLocation: sourceLocation)
        #expect(run.processorTime < Tool.patience, "\(name)", sourceLocation: sourceLocation)
        for text in mentions {
            #expect(run.error.contains(text), "\(run.error.prefix(2_000))", sourceLocation: sourceLocation)
        }
    }

    private static func sparseFile(_ name: String, bytes: Int) throws -> String {
        let path = try sample.get().folder.write(name, "{")
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.truncate(atOffset: UInt64(bytes))
        try handle.close()
        return path
    }

    @Test func memoryLimitIsOne() async throws {
        let sample = try Self.sample.get()
        #expect(try await Tool.run(sample.arguments(), memory: Tool.memory).status == 0)
        let run = try await Tool.run(sample.arguments(), memory: 1 << 20)
        #expect(run.status != 0 && run.status != 1)
    }

    @Test(arguments: ["--bundle", "--trusted-root", "--key"])
    func hugeFileIsNotRead(option: String) async throws {
        let sample = try Self.sample.get()
        let path = try Self.sparseFile("huge\(option)", bytes: 100 << 20)
        let arguments =
            option == "--key"
            ? ["verify", "bundle", "--bundle", sample.bundle, "--key", path, sample.artifact]
            : sample.arguments([option, path])
        let run = try await Tool.run(arguments, memory: Tool.memory)
        let cap =
            ["--bundle": "bundle bytes", "--trusted-root": "trusted root bytes", "--key": "key bytes"][option] ?? ""
        #expect(run.status == 2, "\(run.all)")
        #expect(run.error.contains("too large: 104857600 \(cap)"), "\(run.error)")
        #expect(run.processorTime < Tool.patience)
    }

    @Test func hugeArtifactIsHashedPieceByPiece() async throws {
        let sample = try Self.sample.get()
        let path = try Self.sparseFile("huge-artifact", bytes: 100 << 20)
        let run = try await Tool.run(sample.arguments(artifact: path), memory: 96 << 20)
        #expect(run.status == 1 && run.output.contains("artifact-mismatch"), "\(run.all)")
        #expect(run.processorTime < Tool.patience)
    }

    @Test func endlessFileIsNotRead() async throws {
        let run = try await Tool.run(try Self.sample.get().arguments(bundle: "/dev/zero"), memory: Tool.memory)
        #expect(run.status == 2 && run.error.contains("bundle bytes"), "\(run.all)")
        #expect(run.processorTime < Tool.patience)
    }

    @Test(arguments: [
        ("arrays", "[", ""), ("objects", "{\"a\":", ""), ("closed", "[", "]"), ("mixed", "[{\"a\":", "}]"),
    ])
    func deepNestingIsNamed(name: String, open: String, close: String) async throws {
        let text = String(repeating: open, count: 100_000) + String(repeating: close, count: 100_000)
        try await Self.refused(name, Array(text.utf8), mentions: ["levels of JSON nesting"])
    }

    @Test func manyValuesAreNamed() async throws {
        let text = "{\"mediaType\":[" + String(repeating: "0,", count: 1_000_000) + "0]}"
        try await Self.refused("wide", Array(text.utf8), mentions: ["JSON values"])
    }

    @Test func deepPayloadIsRefused() async throws {
        // The envelope's signature is good; what it signs is hostile.
        let payload = Array((String(repeating: "[", count: 100_000)).utf8)
        let sample = try Sample(
            SigningRequest(.payload(payload, type: "application/vnd.in-toto+json"), at: Sample.time))
        let run = try await Tool.run(sample.arguments(), memory: Tool.memory)
        #expect(run.status == 1 && run.output.contains("statement-invalid"), "\(run.all)")
        #expect(run.processorTime < Tool.patience)
    }

    @Test func randomBytesAreNoBundle() async throws {
        var random = SeededGenerator(seed: 11)
        for number in 0..<6 {
            let count = Int.random(in: 1...(4 << 10), using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            try await Self.refused("random-\(number)", bytes)
        }
        try await Self.refused("empty", [])
        try await Self.refused("zero", [0])
        try await Self.refused("mark", [0xEF, 0xBB, 0xBF] + Self.sample.get().minted.bytes)
    }

    @Test func everyTruncationIsRefused() async throws {
        var random = SeededGenerator(seed: 12)
        let whole = try Self.statement.get().minted.bytes
        let lengths =
            [0, 1, whole.count - 1] + (0..<12).map { _ in Int.random(in: 2..<whole.count - 1, using: &random) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for length in lengths {
                group.addTask { try await Self.refused("truncated-\(length)", Array(whole.prefix(length))) }
            }
            try await group.waitForAll()
        }
    }

    @Test(arguments: [
        ["messageSignature", "signature"], ["messageSignature", "messageDigest", "digest"],
        ["verificationMaterial", "certificate", "rawBytes"],
        ["verificationMaterial", "tlogEntries", "0", "canonicalizedBody"],
        ["verificationMaterial", "tlogEntries", "0", "inclusionProof", "rootHash"],
    ])
    func wrongBase64IsNamed(path: [String]) async throws {
        let json = try Self.sample.get().minted.json
        let good = try #require(
            path.reduce(json) { value, name in
                value?[name] ?? Int(name).flatMap { value?.array?[$0] }
            }?.string)
        let broken = ["!" + good.dropFirst(), good.dropLast() + "", good + "\n", good + "=", "", good + "!"]
        for (number, text) in broken.enumerated() {
            let bytes = json.replacing(path, with: .string(String(text))).canonical
            try await Self.refused(
                "base64-\(path.joined())-\(number)", bytes, mentions: [path.last ?? ""])
        }
    }

    @Test(arguments: [
        ["mediaType"], ["verificationMaterial"], ["messageSignature"], ["verificationMaterial", "certificate"],
        ["verificationMaterial", "tlogEntries", "0", "kindVersion"],
        ["verificationMaterial", "tlogEntries", "0", "logId"],
    ])
    func missingOrOtherFieldIsNamed(path: [String]) async throws {
        let json = try Self.sample.get().minted.json
        for (name, value) in [("gone", nil), ("null", .null), ("number", 7), ("list", [1])] as [(String, JSONValue?)] {
            try await Self.refused("\(name)-\(path.joined())", json.replacing(path, with: value).canonical)
        }
    }
}
