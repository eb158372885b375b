import Core
import Foundation
import OCI
import TestAuthority

/// A small image in a layout of its own, and what is attached to it.
struct DemoImage {
    /// A piece of evidence as it is attached.
    enum Evidence {
        /// A bundle as a referrer (OCI 1.1).
        case bundle(JSONValue, predicateType: String)
        /// A cosign signature under its tag.
        case cosign(CosignLayer)
    }

    let path: String
    let image: Descriptor

    private static let bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"

    /// Writes the image.
    ///
    /// - Throws: ``RegistryError`` when the folder cannot be written.
    init(path: String, program: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var writer = try LayoutWriter(creating: path)
        let layer = try writer.put(blob: Array(program.utf8), mediaType: "application/vnd.oci.image.layer.v1.tar")
        let config: JSONValue = [
            "architecture": "amd64", "os": "linux", "config": ["Cmd": ["/app"]],
            "rootfs": ["type": "layers", "diff_ids": [.string(layer.digest.description)]],
        ]
        let configuration = try writer.put(blob: config.canonical, mediaType: MediaType.config)
        image = try writer.put(manifest: Manifest.encode(config: configuration, layers: [layer]), tag: "1.0")
        self.path = path
        self.writer = writer
    }

    private var writer: LayoutWriter

    mutating func attach(_ evidence: [Evidence]) throws {
        for item in evidence {
            switch item {
            case .bundle(let bundle, let predicateType):
                _ = try writer.put(
                    referrer: [(bytes: bundle.canonical, mediaType: Self.bundleType)], subject: image,
                    artifactType: Self.bundleType, annotations: ["dev.sigstore.bundle.predicateType": predicateType])
            case .cosign(let layer):
                let blob = try writer.put(
                    blob: layer.bytes, mediaType: layer.mediaType, annotations: layer.annotations)
                let config = try writer.put(blob: Descriptor.emptyContent, mediaType: MediaType.config)
                _ = try writer.put(
                    manifest: Manifest.encode(config: config, layers: [blob]),
                    tag: CosignAttachment.signatures.tag(of: image.digest))
            }
        }
    }
}
