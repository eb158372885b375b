import Core
import Foundation
import TestSupport
import Testing

/// `mc demo` and what it leaves behind.
@Suite("Demo") struct DemoTests {
    @Test func demoRefusesFiveAndLeavesNothingBehind() async throws {
        let folder = try TemporaryFolder()
        let run = try await Tool.run(["demo"], environment: ["TMPDIR": folder.path])
        #expect(run.status == 0, "\(run.all)")
        let lines = run.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(lines.filter { $0 == "refused" }.count == 5)
        #expect(lines.filter { $0.hasPrefix("verified  ") }.count == 4)
        let rules = lines.filter { $0.hasPrefix("rule ") }.map { String($0.split(separator: " ")[1]) }
        #expect(
            rules.prefix(5) == [
                "subject-mismatch", "log-entry-mismatch", "identity-mismatch", "certificate-expired",
                "timestamp-invalid",
            ])
        // One admitted; unsigned, wrong identity, wrong environment and an expired waiver denied, with one more allowed
        // while its waiver was active.
        #expect(lines.filter { $0.hasPrefix("allow  ") }.count == 2)
        #expect(lines.filter { $0.hasPrefix("deny  ") }.count == 4)
        #expect(
            rules.dropFirst(5).filter { !$0.hasSuffix("-missing") } == [
                "identity-mismatch", "environment-mismatch", "hermetic-required", "waiver-expired",
            ])
        #expect(rules.dropFirst(5).contains("evidence-missing"))
        #expect(run.output.contains("https://github.com/example/app/pull/7"))
        #expect(run.error.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func existingFolderIsNotTouched() async throws {
        let folder = try TemporaryFolder()
        try folder.write("kept/file", "mine")
        let run = try await Tool.run(["demo", "--directory", folder.path + "/kept"])
        #expect(run.status == 2 && run.error.contains("already exists"), "\(run.all)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/kept") == ["file"])
        let unwritable = try await Tool.run(["demo", "--directory", "/proc/nowhere"])
        #expect(unwritable.status == 2, "\(unwritable.all)")
    }

    @Test func keptArtifactsVerifyByThePrintedCommandUntilAByteChanges() async throws {
        let folder = try TemporaryFolder()
        // A name that a shell would take apart.
        let run = try await Tool.run(["demo", "--directory", "it's kept"], in: folder.path)
        #expect(run.status == 0, "\(run.all)")
        let command = try #require(run.output.range(of: "mc verify image").map { String(run.output[$0.lowerBound...]) })
        let verified = try await Tool.shell(command, in: folder.path)
        #expect(verified.status == 0 && verified.output.hasPrefix("verified  it's kept/image:1.0"), "\(verified.all)")

        let blobs = folder.path + "/it's kept/image/blobs/sha256"
        var undetected: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: blobs) {
            let file = URL(filePath: blobs + "/" + name)
            let good = try Data(contentsOf: file)
            var bad = good
            bad[bad.count / 2] ^= 1
            try bad.write(to: file)
            let run = try await Tool.shell(command, in: folder.path)
            #expect([0, 1, 2].contains(run.status), "\(run.all)")
            if run.status == 0 { undetected.append(String(decoding: good, as: UTF8.self)) }
            try good.write(to: file)
        }
        // Only what the provenance does not rest on may change: the image's own layer and config, which its manifest
        // names by digest and whoever runs it checks, and the content of the other evidence.
        let isElsewhere = { (text: String) in
            text.hasPrefix("#!/bin/sh") || text.contains("\"architecture\"") || text == "{}"
                || text.contains("cosign container image signature") || text.contains("\"dsseEnvelope\"")
        }
        #expect(undetected.filter { !isElsewhere($0) }.isEmpty)
        #expect(undetected.filter { $0.contains("\"dsseEnvelope\"") }.count == 2)
    }
}
