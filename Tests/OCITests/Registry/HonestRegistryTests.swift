import Core
import NIOHTTP1
import OCI
import Testing

extension RegistryTests {
    @Suite("An honest registry")
    struct HonestRegistryTests {
        @Test func tagAndDigestLeadToTheSameVerifiedImage() async throws {
            let (shelf, image, layer, bytes) = Shelf.sample()
            let server = try await ScriptedServer { shelf.reply($0) }
            let source = try source(server.host)
            let found = try await source.resolve(.tag("v1"))
            #expect(found.digest == image.digest)
            #expect(try await source.resolve(.digest(image.digest)).digest == image.digest)
            guard case .manifest(let manifest) = try await source.document(found) else {
                Issue.record("expected a manifest")
                return
            }
            #expect(manifest.layers.map(\.digest) == [layer.digest])
            #expect(try await source.blob(manifest.layers[0]) == bytes)
            // One request for the manifest, although it was read three times, and one for the blob.
            #expect(server.requests.map(\.path) == ["/v2/team/app/manifests/v1", "/v2/team/app/blobs/\(layer.digest)"])
        }

        @Test func absenceIsAnAnswer() async throws {
            let (shelf, _, _, _) = Shelf.sample()
            let server = try await ScriptedServer { shelf.reply($0) }
            let source = try source(server.host)
            let error = await refused(.notFound, mentions: ["MANIFEST_UNKNOWN", "manifest v2", server.host]) {
                () async throws(RegistryError) in try await source.resolve(.tag("v2"))
            }
            #expect(error?.isAbsence == true)
            await refused(.notFound) { () async throws(RegistryError) in try await source.document(anyDigest, size: nil)
            }
            #expect(try await source.referrers(of: anyDigest, artifactType: nil).isEmpty)
            #expect(try await source.attachments(.signatures, to: anyDigest).isEmpty)
        }

        @Test(arguments: [true, false], [true, false])
        func referrersAreListedOverPagesAndFilteredWhateverTheRegistryDoes(filters: Bool, small: Bool) async throws {
            var (shelf, image, _, _) = Shelf.sample()
            shelf.filters = filters
            shelf.pageSize = small ? 2 : 100
            var bundles: Set<Digest> = []
            for number in 0..<7 {
                bundles.insert(
                    shelf.add(referrerTo: image, type: "application/x.bundle+json", "bundle \(number)").digest)
                shelf.add(referrerTo: image, type: "application/x.sbom", "sbom \(number)")
            }
            let server = try await ScriptedServer { [shelf] in shelf.reply($0) }
            let source = try source(server.host)
            let found = try await source.referrers(of: image.digest, artifactType: "application/x.bundle+json")
            #expect(Set(found.map(\.digest)) == bundles)
            #expect(try await source.referrers(of: image.digest, artifactType: nil).count == 14)
            let manifest = try await source.referrer(found[0], of: image.digest)
            let content = try await source.blob(manifest.layers[0])
            #expect(content.starts(with: "bundle ".utf8))
        }

        @Test func withoutReferrersAPITheTagIsRead() async throws {
            var (shelf, image, _, _) = Shelf.sample()
            shelf.hasReferrersAPI = false
            let referrer = shelf.add(referrerTo: image, type: "application/x.sbom", "sbom")
            let listed = Descriptor(
                mediaType: referrer.mediaType, digest: referrer.digest, size: referrer.size,
                artifactType: "application/x.sbom")
            shelf.add(manifest: Index.encode([listed]), MediaType.index, tag: "sha256-\(image.digest.hex)")
            let server = try await ScriptedServer { [shelf] in shelf.reply($0) }
            let source = try source(server.host)
            #expect(try await source.referrers(of: image.digest, artifactType: nil) == [listed])
            #expect(try await source.referrers(of: image.digest, artifactType: "application/x.other").isEmpty)
        }

        @Test func cosignTagsAreFound() async throws {
            var (shelf, image, layer, _) = Shelf.sample()
            let signature = shelf.add(
                manifest: Manifest.encode(config: .empty, layers: [layer]), tag: "sha256-\(image.digest.hex).sig")
            let server = try await ScriptedServer { [shelf] in shelf.reply($0) }
            let source = try source(server.host)
            #expect(try await source.attachments(.signatures, to: image.digest).map(\.digest) == [signature.digest])
            #expect(try await source.attachments(.attestations, to: image.digest).isEmpty)
        }

        @Test func concurrentCallersShareOneFetch() async throws {
            let (shelf, image, layer, bytes) = Shelf.sample()
            let server = try await ScriptedServer { shelf.reply($0) }
            let source = try source(server.host)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await source.resolve(.tag("v1")).digest == image.digest }
                    group.addTask { try await source.blob(layer) == bytes }
                }
                for try await isRight in group { #expect(isRight) }
            }
            // Some callers may come after a fetch has landed; that all fifty do is what must not happen.
            #expect(server.requests.count < 50)
        }

        @Test func busyRegistryIsAskedAgain() async throws {
            let (shelf, image, _, _) = Shelf.sample()
            let server = try await ScriptedServer { request, number in
                switch number {
                case 0: .answer(429, [("Retry-After", "1")])
                case 1: .answer(503)
                case 2: .hangUp
                default: shelf.reply(request)
                }
            }
            #expect(try await source(server.host).resolve(.tag("v1")).digest == image.digest)
            #expect(server.requests.count == 4)
        }

        @Test func blobsMayComeFromAnotherHostWithoutCredentials() async throws {
            let (shelf, _, layer, bytes) = Shelf.sample()
            let elsewhere = try await ScriptedServer { _ in .answer(200, [], bytes) }
            let registry = try await ScriptedServer { request in
                guard request.headers.contains(name: "Authorization") else {
                    return .answer(401, [("WWW-Authenticate", "Basic realm=\"r\"")])
                }
                return request.path.contains("/blobs/")
                    ? .answer(307, [("Location", "\(elsewhere.origin)/cdn?sig=a%2Fb")]) : shelf.reply(request)
            }
            let credentials = FixedCredentials([registry.host: .password(user: "alice", password: "secret")])
            #expect(try await source(registry.host, credentials: credentials).blob(layer) == bytes)
            #expect(registry.requests.last?.headers["Authorization"] == ["Basic YWxpY2U6c2VjcmV0"])
            #expect(elsewhere.requests.map(\.uri) == ["/cdn?sig=a%2Fb"])
            #expect(elsewhere.requests.allSatisfy { !$0.headers.contains(name: "Authorization") })
        }

        @Test func budgetOfOneImageIsKept() async throws {
            let (shelf, image, layer, _) = Shelf.sample()
            let server = try await ScriptedServer { shelf.reply($0) }
            let few = try source(server.host, budget: FetchBudget(bytes: 1 << 20, objects: 2))
            _ = try await few.document(image)
            _ = try await few.blob(layer)
            await refused(.tooLarge, mentions: ["objects fetched for one image", "at most 2"]) {
                () async throws(RegistryError) in try await few.blob(layer)
            }
            let small = try source(server.host, budget: FetchBudget(bytes: 10, objects: 9))
            await refused(.tooLarge, mentions: ["bytes fetched for one image", "at most 10"]) {
                () async throws(RegistryError) in try await small.blob(layer)
            }
        }
    }
}
