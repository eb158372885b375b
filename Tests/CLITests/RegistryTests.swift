import Core
import Foundation
import OCI
import TestAuthority
import TestSupport
import Testing

/// `mc verify image` against the real docker-registry.
@Suite("Registry", .enabled(if: DockerRegistry.isInstalled, "\(DockerRegistry.missing)"), .serialized)
struct RegistryTests {
    /// An image with evidence pushed to a registry.
    private struct Pushed {
        let evidence: Sample
        let image: Descriptor
        let writer: RegistryWriter

        init(_ host: String, _ path: String) async throws {
            writer = RegistryWriter(try Repository(host: host, path: path), client: RegistryClient())
            let layer = try await writer.put(blob: Array("layer of \(path)".utf8), mediaType: MediaType.layer)
            let config = try await writer.put(blob: Array("{}".utf8), mediaType: MediaType.config)
            image = try await writer.put(manifest: Manifest.encode(config: config, layers: [layer]), tag: "1.0")
            evidence = try Sample(MintedLayout.request(image.digest))
        }

        func pushReferrer() async throws {
            try await writer.put(
                referrer: [(bytes: evidence.minted.bytes, mediaType: MintedLayout.bundleType)], subject: image,
                artifactType: MintedLayout.bundleType,
                annotations: ["dev.sigstore.bundle.predicateType": MintedLayout.provenance])
        }

        /// - Returns: the layer's evidence, which must be judged by the same trust root.
        func pushCosign(_ attachment: CosignAttachment) async throws -> Sample {
            var request: SigningRequest
            switch attachment {
            case .signatures:
                request = .simpleSigning(image: image.digest, reference: "registry.example/app", at: Sample.time)
            default:
                request = MintedLayout.request(image.digest)
                request.records = [.init(.rekorV1, kind: .dsse001)]
            }
            let sample = try Sample(request)
            let layer = sample.minted.cosignLayer()
            let blob = try await writer.put(
                blob: layer.bytes, mediaType: layer.mediaType, annotations: layer.annotations)
            let config = try await writer.put(blob: Array("{}".utf8), mediaType: MediaType.config)
            try await writer.put(
                manifest: Manifest.encode(config: config, layers: [blob]), tag: attachment.tag(of: image.digest))
            return sample
        }
    }

    @Test func pushedEvidenceVerifiesAndSilenceIsNotTakenForRefusal() async throws {
        let registry = try await DockerRegistry()
        let port = try #require(registry.host.split(separator: ":").last)

        // Referrers under the tag schema: this registry has no referrers API.
        let bundle = try await Pushed(registry.host, "team/bundle")
        let name = "localhost:\(port)/team/bundle:1.0"
        let before = try await Tool.run(bundle.evidence.arguments(name))
        #expect(before.status == 1 && before.output.contains("evidence-missing"), "\(before.all)")
        try await bundle.pushReferrer()
        for reference in [
            name, "127.0.0.1:\(port)/team/bundle@\(bundle.image.digest)", name + "@\(bundle.image.digest)",
        ] {
            let run = try await Tool.run(bundle.evidence.arguments(reference))
            #expect(run.status == 0 && run.output.contains(bundle.image.digest.description), "\(run.all)")
        }
        let predicate = try await Tool.run(
            bundle.evidence.arguments(name, ["--predicate-type", MintedLayout.provenance]))
        #expect(predicate.status == 0, "\(predicate.all)")
        let other = try await Tool.run(bundle.evidence.arguments(name, ["--predicate-type", "https://example.com/x"]))
        #expect(other.status == 1, "\(other.all)")

        // cosign's tags.
        for attachment in [CosignAttachment.signatures, .attestations] {
            let cosign = try await Pushed(registry.host, "team/\(attachment.rawValue)")
            let evidence = try await cosign.pushCosign(attachment)
            let reference = "localhost:\(port)/team/\(attachment.rawValue):1.0"
            let run = try await Tool.run(evidence.arguments(reference))
            #expect(run.status == 0 && run.output.contains("cosign") == false, "\(run.all)")
            let signature = try await Tool.run(
                evidence.arguments(reference, ["--predicate-type", MintedLayout.provenance]))
            #expect(signature.status == (attachment == .signatures ? 1 : 0), "\(signature.all)")
        }

        // What is not there, and a registry that is gone, cannot be evaluated: neither is a refusal.
        for reference in ["localhost:\(port)/team/bundle:2.0", "localhost:\(port)/team/nothing:1.0"] {
            let run = try await Tool.run(bundle.evidence.arguments(reference))
            #expect(run.status == 2 && run.output.isEmpty && run.error.contains("not there"), "\(run.all)")
        }
        registry.stop()
        let gone = try await Tool.run(bundle.evidence.arguments(name))
        #expect(gone.status == 2 && gone.output.isEmpty && gone.error.contains("localhost:\(port)"), "\(gone.all)")
        #expect(gone.duration < Tool.patience)
    }

    @Test func passwordOfTheDockerConfigIsUsed() async throws {
        let registry = try await DockerRegistry(.password)
        let folder = try TemporaryFolder()
        let login = Base64.encode(Array("\(DockerRegistry.user):\(DockerRegistry.password)".utf8))
        try folder.write("right/config.json", "{\"auths\":{\"\(registry.host)\":{\"auth\":\"\(login)\"}}}")
        try folder.write("none/config.json", "{}")
        let evidence = try Sample(MintedLayout.request(Digest.of([1])))
        let arguments = evidence.arguments("\(registry.host)/team/app:1.0")
        let denied = try await Tool.run(arguments, environment: ["DOCKER_CONFIG": folder.path + "/none"])
        #expect(denied.status == 2 && denied.error.contains("log in first"), "\(denied.all)")
        // With the password the question is answered: there is no such image.
        let answered = try await Tool.run(arguments, environment: ["DOCKER_CONFIG": folder.path + "/right"])
        #expect(answered.status == 2 && answered.error.contains("not there"), "\(answered.all)")
        #expect(!(denied.all + answered.all).contains(DockerRegistry.password))
        #expect(!(denied.all + answered.all).contains(login))
    }
}
