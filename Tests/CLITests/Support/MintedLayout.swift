import Attestation
import Core
import OCI
import TestAuthority
import TestSupport

/// A small image in an OCI layout, and evidence beside it.
final class MintedLayout {
    static let bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"
    static let provenance = "https://slsa.dev/provenance/v1"

    let folder: TemporaryFolder
    let path: String
    let image: Descriptor
    private var writer: LayoutWriter

    init(program: String = "#!/bin/sh\necho hello\n") throws {
        folder = try TemporaryFolder(isKept: true)
        try folder.write("layout/placeholder", "")
        path = folder.path + "/layout"
        writer = try LayoutWriter(creating: path)
        let layer = try writer.put(blob: Array(program.utf8), mediaType: MediaType.layer)
        let config = try writer.put(blob: Array("{}".utf8), mediaType: MediaType.config)
        image = try writer.put(manifest: Manifest.encode(config: config, layers: [layer]), tag: "1.0")
    }

    /// A statement about the image.
    static func request(_ image: Digest, predicateType: String = provenance) -> SigningRequest {
        let subject = Statement.Subject(name: "registry.example/app", digests: [SubjectDigest(image)])
        return SigningRequest(
            .statement(
                Statement(
                    subjects: [subject], predicateType: predicateType, predicate: SigningRequest.minimalProvenance)),
            at: Sample.time)
    }

    /// Attaches provenance as a referrer.
    ///
    /// - Returns: the evidence, with the arguments by which it is asked for.
    func attest(
        about other: Digest? = nil, predicateType: String = provenance,
        _ change: (inout SigningRequest) -> Void = { _ in }
    ) throws -> Sample {
        var request = Self.request(other ?? image.digest, predicateType: predicateType)
        change(&request)
        let sample = try Sample(request)
        try writer.put(
            referrer: [(bytes: sample.minted.bytes, mediaType: Self.bundleType)], subject: image,
            artifactType: Self.bundleType, annotations: ["dev.sigstore.bundle.predicateType": predicateType])
        return sample
    }
}

extension Sample {
    /// What verifies an image signed by the sample's signer under the sample's trust root.
    func arguments(_ image: String, _ more: [String] = []) -> [String] {
        ["verify", "image"] + signer + rootAndTime + more + [image]
    }
}
