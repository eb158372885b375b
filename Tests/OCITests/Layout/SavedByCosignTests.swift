import Core
import Foundation
import OCI
import Testing

/// Where the shared conformance data is; `nil` when this machine has none.
enum SharedData {
    static let missing = "the shared data is not there (set MC_TEST_DATA, or put it at ../shared/data)"
    static let root: String? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path =
            ProcessInfo.processInfo.environment["MC_TEST_DATA"]
            ?? package.deletingLastPathComponent().appendingPathComponent("shared/data").path
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()
}

@Suite("Real layouts of cosign save", .enabled(if: SharedData.root != nil, "\(SharedData.missing)"))
struct SavedByCosignTests {
    @Test(arguments: [("v1.4.0", MediaType.dockerManifest, 1), ("v2.0.0", MediaType.index, 1)])
    func imageAndAttestationAreFound(version: String, type: String, layers: Int) async throws {
        let folder =
            try #require(SharedData.root) + "/slsa/gha_generic_container/\(version)/container_workflow_dispatch"
        let expected = try String(contentsOfFile: folder + ".digest", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let source = try LayoutSource(folder)
        let image = try await source.resolve(.standard)
        #expect(image.digest.description == expected)
        #expect(image.mediaType == type)
        let found = try await source.attachments(.attestations, to: image.digest)
        #expect(found.count == 1)
        guard case .manifest(let manifest) = try await source.document(found[0]) else {
            Issue.record("expected a manifest")
            return
        }
        #expect(manifest.layers.count == layers)
        let envelope = try await source.blob(manifest.layers[0])
        #expect(try JSONValue(parsing: envelope, limits: .standard)["payloadType"] == "application/vnd.in-toto+json")
        #expect(try await source.attachments(.signatures, to: image.digest).isEmpty)
        // The layout's annotations do not say which image they mean; they are not taken for another one.
        #expect(try await source.attachments(.attestations, to: anyDigest).isEmpty)
    }

    @Test func manifestsOfCosignSignaturesAreRead() throws {
        let folder = try #require(SharedData.root) + "/sigstore/cosign-legacy/registry/testimage/manifests"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sig.json") }
        #expect(!names.isEmpty)
        for name in names {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
            guard case .manifest(let manifest) = try ImageDocument(parsing: VerifiedBytes(hashing: bytes)) else {
                Issue.record("expected a manifest: \(name)")
                continue
            }
            #expect(!manifest.layers.isEmpty)
            #expect(manifest.layers.allSatisfy { $0.annotations["dev.cosignproject.cosign/signature"] != nil })
        }
    }
}
