import Core
import Foundation
import OCI
import TestSupport
import Testing

@Suite("Image layouts")
struct LayoutTests {
    private let folder: TemporaryFolder
    private let image: Descriptor
    private let layer: Descriptor
    private let layerBytes = Array("the layer's content".utf8)
    private var writer: LayoutWriter

    init() throws {
        folder = try TemporaryFolder()
        writer = try LayoutWriter(creating: folder.path)
        layer = try writer.put(blob: layerBytes, mediaType: MediaType.layer)
        let config = try writer.put(blob: Array("{}".utf8), mediaType: MediaType.config)
        image = try writer.put(manifest: Manifest.encode(config: config, layers: [layer]), tag: "v1")
    }

    private var blobPath: String { "\(folder.path)/blobs/sha256/\(layer.digest.hex)" }

    @Test func imageIsFoundByTagByDigestAndAlone() async throws {
        let source = try LayoutSource(folder.path)
        for selector in [ImageSelector.tag("v1"), .digest(image.digest), .standard] {
            #expect(try await source.resolve(selector).digest == image.digest)
        }
        guard case .manifest(let manifest) = try await source.document(image) else {
            Issue.record("expected a manifest")
            return
        }
        #expect(try await source.blob(manifest.layers[0]) == layerBytes)
    }

    @Test func absenceIsAnAnswer() async throws {
        let source = try LayoutSource(folder.path)
        await refused(.notFound, mentions: ["tagged v2", "names v1"]) { () async throws(RegistryError) in
            try await source.resolve(.tag("v2"))
        }
        await refused(.notFound, mentions: [anyDigest.hex]) { () async throws(RegistryError) in
            try await source.blob(anyDigest, size: nil, cap: Cap("test bytes", 10))
        }
        #expect(try await source.referrers(of: anyDigest, artifactType: nil).isEmpty)
        #expect(try await source.attachments(.signatures, to: image.digest).isEmpty)
    }

    @Test mutating func tagMovesAndTwoImagesNeedAName() async throws {
        let other = try writer.put(manifest: Manifest.encode(config: .empty, layers: [layer]), tag: "v1")
        #expect(try await LayoutSource(folder.path).resolve(.tag("v1")).digest == other.digest)
        #expect(try await LayoutSource(folder.path).resolve(.standard).digest == other.digest)
        try writer.put(manifest: Manifest.encode(config: .empty, layers: []), tag: "v2")
        let source = try LayoutSource(folder.path)
        await refused(.ambiguous, mentions: ["2 manifests", "name one by its digest"]) {
            () async throws(RegistryError) in try await source.resolve(.standard)
        }
    }

    @Test mutating func referrersAreFoundBySubjectAndByTag() async throws {
        let sbom = try writer.put(
            referrer: [([1], "a/b")], subject: image, artifactType: "application/x.sbom", annotations: ["n": "1"])
        let bundle = try writer.put(referrer: [([2], "a/b")], subject: image, artifactType: "application/x.bundle")
        let stray = Descriptor(of: [3], mediaType: MediaType.manifest, artifactType: "application/x.bundle")
        try writer.put(manifest: Index.encode([stray]), tag: "sha256-\(image.digest.hex)")
        let source = try LayoutSource(folder.path)
        let all = try await source.referrers(of: image.digest, artifactType: nil)
        #expect(Set(all.map(\.digest)) == [sbom.digest, bundle.digest, stray.digest])
        let found = try await source.referrers(of: image.digest, artifactType: "application/x.sbom")
        #expect(found.map(\.digest) == [sbom.digest])
        #expect(found.first?.annotations == ["n": "1"])
        let manifest = try await source.referrer(found[0], of: image.digest)
        #expect(try await source.blob(manifest.layers[0]) == [1])
        // What is about the image does not make the layout ambiguous.
        #expect(try await source.resolve(.standard).digest == image.digest)
    }

    @Test mutating func referrersInNestedIndexesAreFound() async throws {
        let about = Manifest.encode(config: .empty, layers: [], subject: image, artifactType: "a/b")
        let referrer = try writer.put(blob: about, mediaType: MediaType.manifest)
        let missing = Descriptor(of: [9], mediaType: MediaType.manifest)
        try writer.put(manifest: Index.encode([missing, referrer]))
        let source = try LayoutSource(folder.path)
        #expect(try await source.referrers(of: image.digest, artifactType: "a/b").map(\.digest) == [referrer.digest])
    }

    @Test(arguments: CosignAttachment.allCases)
    func cosignTagsAreFound(kind: CosignAttachment) async throws {
        var writer = writer
        let attached = try writer.put(
            manifest: Manifest.encode(config: .empty, layers: [layer]), tag: kind.tag(of: image.digest))
        let source = try LayoutSource(folder.path)
        for other in CosignAttachment.allCases {
            let found = try await source.attachments(other, to: image.digest)
            #expect(found.map(\.digest) == (other == kind ? [attached.digest] : []))
        }
        #expect(try await source.resolve(.standard).digest == image.digest)
    }

    @Test func changedContentIsRefused() async throws {
        try folder.write("blobs/sha256/\(layer.digest.hex)", layerBytes.reversed())
        let source = try LayoutSource(folder.path)
        await refused(.digestMismatch, mentions: [layer.digest.description]) { () async throws(RegistryError) in
            try await source.blob(layer)
        }
        try folder.write("blobs/sha256/\(layer.digest.hex)", layerBytes + [0])
        await refused(.sizeMismatch, mentions: ["\(layer.size)"]) { () async throws(RegistryError) in
            try await source.blob(layer)
        }
        try folder.write("blobs/sha256/\(image.digest.hex)", [0x7B, 0x7D])
        await refused(.digestMismatch, mentions: [image.digest.description]) { () async throws(RegistryError) in
            try await source.document(image.digest, size: nil)
        }
    }

    @Test func largeFilesAreRefusedUnread() async throws {
        let source = try LayoutSource(folder.path)
        // A sparse file of 100 GB: reading any of it into memory would be noticed.
        #expect(truncate(blobPath, 100 << 30) == 0)
        await refused(.tooLarge, mentions: ["test bytes", "\(100 << 30)"]) { () async throws(RegistryError) in
            try await source.blob(layer.digest, size: nil, cap: Cap("test bytes", 1000))
        }
        #expect(truncate("\(folder.path)/index.json", 100 << 30) == 0)
        await refused(.tooLarge, mentions: ["manifest bytes", "index.json"]) { () async throws(RegistryError) in
            try LayoutSource(folder.path)
        }
    }

    @Test func linksOutOfTheLayoutAreRefusedAndLinksWithinAreRead() async throws {
        let outside = try TemporaryFolder()
        let copy = try outside.write("copy", layerBytes)
        try FileManager.default.removeItem(atPath: blobPath)
        try FileManager.default.createSymbolicLink(atPath: blobPath, withDestinationPath: copy)
        let source = try LayoutSource(folder.path)
        await refused(.unreadable, mentions: ["outside of the layout"]) { () async throws(RegistryError) in
            try await source.blob(layer)
        }
        try folder.write("inside", layerBytes)
        try FileManager.default.removeItem(atPath: blobPath)
        try FileManager.default.createSymbolicLink(atPath: blobPath, withDestinationPath: "../../inside")
        #expect(try await source.blob(layer) == layerBytes)
    }

    @Test func pipesAreRefusedAndDoNotBlock() async throws {
        try FileManager.default.removeItem(atPath: blobPath)
        #expect(mkfifo(blobPath, 0o600) == 0)
        let source = try LayoutSource(folder.path)
        await refused(.unreadable, mentions: ["not a regular file"]) { () async throws(RegistryError) in
            try await source.blob(layer)
        }
    }

    @Test(arguments: [
        ("oci-layout", "{\"imageLayoutVersion\":\"2.0.0\"}", RegistryError.Code.malformed, "1.0.0"),
        ("oci-layout", "{}", .malformed, "imageLayoutVersion"), ("index.json", "{", .malformed, "index.json"),
        ("index.json", "{\"schemaVersion\":2,\"layers\":[],\"config\":{}}", .malformed, "index.json"),
        ("index.json", String(repeating: "[", count: 10_000), .tooLarge, "nesting"),
    ])
    func malformedLayoutsAreRefused(file: String, text: String, code: RegistryError.Code, word: String) async throws {
        try folder.write(file, text)
        await refused(code, mentions: [word, folder.path]) { () async throws(RegistryError) in
            try LayoutSource(folder.path)
        }
    }

    @Test func folderWithoutLayoutIsSaidToBeNone() async throws {
        let empty = try TemporaryFolder()
        await refused(.notFound, mentions: ["oci-layout"]) { () async throws(RegistryError) in
            try LayoutSource(empty.path)
        }
        await refused(.notFound, mentions: ["no such folder"]) { () async throws(RegistryError) in
            try LayoutSource(empty.path + "/none")
        }
    }

    @Test func existingLayoutIsNotOverwritten() async throws {
        await refused(.unreadable, mentions: ["already holds a layout"]) { () async throws(RegistryError) in
            try LayoutWriter(creating: folder.path)
        }
    }

    @Test func sha512BlobsAreRead() async throws {
        let digest = Digest.of(layerBytes, .sha512)
        try folder.write("blobs/sha512/\(digest.hex)", layerBytes)
        let source = try LayoutSource(folder.path)
        #expect(try await source.blob(digest, size: layerBytes.count, cap: Cap("test bytes", 1000)) == layerBytes)
    }
}
