import Core
import Foundation
import OCI
import TestSupport
import Testing

extension RegistryTests {
    @Suite("The real docker-registry", .enabled(if: DockerRegistry.isInstalled, "\(DockerRegistry.missing)"))
    struct DockerRegistryTests {
        private func client(_ credentials: any CredentialProvider = FixedCredentials()) -> RegistryClient {
            var limits = RegistryLimits()
            limits.overall = .seconds(20)
            return RegistryClient(credentials: credentials, limits: limits)
        }

        private func push(_ repository: Repository, _ client: RegistryClient) async throws -> Descriptor {
            let writer = RegistryWriter(repository, client: client)
            let layer = try await writer.put(blob: Array("the layer's content".utf8), mediaType: MediaType.layer)
            let config = try await writer.put(blob: Array("{}".utf8), mediaType: MediaType.config)
            return try await writer.put(manifest: Manifest.encode(config: config, layers: [layer]), tag: "v1")
        }

        @Test func imageReferrersAndCosignTagsComeBackAsTheyWerePushed() async throws {
            let registry = try await DockerRegistry()
            let repository = try Repository(host: registry.host, path: "team/app")
            let client = client()
            let image = try await push(repository, client)
            let writer = RegistryWriter(repository, client: client)
            let sbom = try await writer.put(
                referrer: [([1, 2], "a/b")], subject: image, artifactType: "application/x.sbom")
            let bundle = try await writer.put(
                referrer: [([3], "a/b")], subject: image, artifactType: "application/x.bundle")
            let signature = try await writer.put(
                manifest: Manifest.encode(config: .empty, layers: [.empty]),
                tag: CosignAttachment.signatures.tag(of: image.digest))

            // Another client, so that nothing is remembered from pushing.
            let source = RegistrySource(repository, client: self.client())
            let found = try await source.resolve(.tag("v1"))
            #expect(found.digest == image.digest)
            guard case .manifest(let manifest) = try await source.document(found) else {
                Issue.record("expected a manifest")
                return
            }
            #expect(try await source.blob(manifest.layers[0]) == Array("the layer's content".utf8))
            // This registry has no referrers API: both are listed under the referrers tag.
            let all = try await source.referrers(of: image.digest, artifactType: nil)
            #expect(all.map(\.digest) == [sbom.digest, bundle.digest])
            let some = try await source.referrers(of: image.digest, artifactType: "application/x.sbom")
            let referrer = try await source.referrer(try #require(some.first), of: image.digest)
            #expect(try await source.blob(referrer.layers[0]) == [1, 2])
            #expect(try await source.attachments(.signatures, to: image.digest).map(\.digest) == [signature.digest])
            #expect(try await source.attachments(.attestations, to: image.digest).isEmpty)
            #expect(try await source.referrers(of: signature.digest, artifactType: nil).isEmpty)
            await refused(.notFound, mentions: ["MANIFEST_UNKNOWN"]) { () async throws(RegistryError) in
                try await source.resolve(.tag("v2"))
            }
            await refused(.notFound, mentions: ["BLOB_UNKNOWN"]) { () async throws(RegistryError) in
                try await source.blob(anyDigest, size: nil, cap: Cap("test bytes", 10))
            }
        }

        @Test func stoppedRegistryIsUnavailableAndNotEmpty() async throws {
            let registry = try await DockerRegistry()
            let source = try source(registry.host)
            #expect(try await source.referrers(of: anyDigest, artifactType: nil).isEmpty)
            registry.stop()
            await refused(.unavailable) { () async throws(RegistryError) in
                try await source.referrers(of: anyDigest, artifactType: nil)
            }
        }

        @Test func passwordIsAskedForAndChecked() async throws {
            let registry = try await DockerRegistry(.password)
            let repository = try Repository(host: registry.host, path: "team/app")
            let right = FixedCredentials([
                registry.host: .password(user: DockerRegistry.user, password: DockerRegistry.password)
            ])
            let image = try await push(repository, client(right))
            let source = RegistrySource(repository, client: client(right))
            #expect(try await source.resolve(.tag("v1")).digest == image.digest)

            let wrong = FixedCredentials([registry.host: .password(user: DockerRegistry.user, password: "white rabbit")]
            )
            let other = FixedCredentials([
                "ghcr.io": .password(user: DockerRegistry.user, password: DockerRegistry.password)
            ])
            for credentials in [wrong, other] {
                let source = RegistrySource(repository, client: client(credentials))
                let error = await refused(.unauthorized, mentions: ["log in"]) { () async throws(RegistryError) in
                    try await source.resolve(.tag("v1"))
                }
                #expect(error?.isAbsence == false)
                #expect(error?.description.contains("rabbit") == false)
            }
        }
    }
}
