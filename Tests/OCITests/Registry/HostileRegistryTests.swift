import Core
import NIOHTTP1
import OCI
import TestSupport
import Testing

extension RegistryTests {
    @Suite("A hostile registry")
    struct HostileRegistryTests {
        private let lie = Array("not what was asked for".utf8)

        @Test func blobThatDoesNotHashToItsDigestIsRefused() async throws {
            let (shelf, _, layer, _) = Shelf.sample()
            let server = try await ScriptedServer { [lie] request in
                request.path.contains("/blobs/") ? .answer(200, [], lie) : shelf.reply(request)
            }
            let source = try source(server.host)
            await refused(.digestMismatch, mentions: [layer.digest.description, Digest.of(lie).description]) {
                () async throws(RegistryError) in
                try await source.blob(layer.digest, size: nil, cap: Cap("test bytes", 1000))
            }
        }

        @Test func manifestThatDoesNotHashToItsDigestIsRefused() async throws {
            let (_, image, _, _) = Shelf.sample()
            let other = Manifest.encode(config: .empty, layers: [])
            let server = try await ScriptedServer { _ in
                .answer(
                    200, [("Content-Type", MediaType.manifest), ("Docker-Content-Digest", "\(image.digest)")], other)
            }
            let source = try source(server.host)
            let words = [image.digest.description, Digest.of(other).description]
            await refused(.digestMismatch, mentions: words) { () async throws(RegistryError) in
                try await source.document(image.digest, size: nil)
            }
            // The tag's own digest field lies as well.
            await refused(.digestMismatch, mentions: words) { () async throws(RegistryError) in
                try await source.resolve(.tag("v1"))
            }
        }

        @Test(arguments: [-1, 1])
        func descriptorWithAnotherSizeIsRefused(difference: Int) async throws {
            let (shelf, image, layer, bytes) = Shelf.sample()
            let server = try await ScriptedServer { shelf.reply($0) }
            let source = try source(server.host)
            await refused(.sizeMismatch, mentions: ["\(bytes.count)"]) { () async throws(RegistryError) in
                try await source.blob(layer.digest, size: bytes.count + difference, cap: Cap("test bytes", 1000))
            }
            await refused(.sizeMismatch) { () async throws(RegistryError) in
                try await source.document(image.digest, size: image.size + difference)
            }
        }

        @Test func descriptorOverTheCapIsRefusedBeforeAnythingIsAsked() async throws {
            let server = try await ScriptedServer { _ in .endless }
            let source = try source(server.host)
            await refused(.tooLarge, mentions: ["test bytes", "at most 1000"]) { () async throws(RegistryError) in
                try await source.blob(anyDigest, size: 1001, cap: Cap("test bytes", 1000))
            }
            #expect(server.requests.isEmpty)
        }

        @Test func announcedLengthOverTheCapIsRefusedUnread() async throws {
            let server = try await ScriptedServer { _ in .partial(announced: 1 << 40, [1], hangsUp: false) }
            let source = try source(server.host)
            await refused(.tooLarge, mentions: ["\(1 << 40)", "at most 1000"]) { () async throws(RegistryError) in
                try await source.blob(anyDigest, size: nil, cap: Cap("test bytes", 1000))
            }
        }

        @Test func endlessBodyIsCutAtTheCap() async throws {
            let server = try await ScriptedServer { _ in .endless }
            let source = try source(server.host)
            await refused(.tooLarge, mentions: ["test bytes"]) { () async throws(RegistryError) in
                try await source.blob(anyDigest, size: nil, cap: Cap("test bytes", 1 << 20))
            }
            await refused(.tooLarge, mentions: ["manifest bytes", "\(4 << 20)"]) { () async throws(RegistryError) in
                try await source.document(anyDigest, size: nil)
            }
            #expect(server.bytesSent < 64 << 20)
        }

        @Test func bodyShorterThanAnnouncedIsRefused() async throws {
            let server = try await ScriptedServer { [lie] _ in .partial(announced: 900, lie, hangsUp: true) }
            let source = try source(server.host)
            let error = await refused(.unavailable, mentions: ["4 tries"]) { () async throws(RegistryError) in
                try await source.blob(Digest.of(lie), size: nil, cap: Cap("test bytes", 1000))
            }
            #expect(error?.isAbsence == false)
            #expect(server.requests.count == 4)
        }

        enum Stall: CaseIterable { case atOnce, withinBody, drip }

        @Test(arguments: Stall.allCases)
        func silenceEndsInATimeout(stall: Stall) async throws {
            let server = try await ScriptedServer { _ in
                switch stall {
                case .atOnce: .silence
                case .withinBody: .partial(announced: 900, [1, 2, 3], hangsUp: false)
                case .drip: .drip
                }
            }
            let source = try source(server.host)
            await refused(.timeout, mentions: [server.host, "team/app"]) { () async throws(RegistryError) in
                try await source.blob(anyDigest, size: nil, cap: Cap("test bytes", 1000))
            }
        }

        @Test func nobodyListening() async throws {
            let source = try source("127.0.0.1:\(TestServer.freePort())")
            await refused(.unavailable, mentions: ["connection", "4 tries"]) { () async throws(RegistryError) in
                try await source.resolve(.tag("v1"))
            }
        }

        @Test(arguments: [500, 502, 503, 429])
        func failureForEverIsGivenUpAfterThreeRetries(status: Int) async throws {
            let server = try await ScriptedServer { _ in .answer(status, [("Retry-After", "2")]) }
            let source = try source(server.host, limits: RegistryLimits())
            await refused(.unavailable, mentions: ["status \(status)", "4 tries"]) { () async throws(RegistryError) in
                try await source.resolve(.tag("v1"))
            }
            #expect(server.requests.count == 4)
        }

        @Test(arguments: [(400, RegistryError.Code.malformed), (401, .unauthorized), (403, .denied), (418, .malformed)])
        func refusalsAreNotRetried(status: Int, code: RegistryError.Code) async throws {
            let server = try await ScriptedServer { _ in .answer(status) }
            let source = try source(server.host)
            await refused(code) { () async throws(RegistryError) in try await source.resolve(.tag("v1")) }
            #expect(server.requests.count == 1)
        }

        @Test func redirectLoopIsCut() async throws {
            let server = try await ScriptedServer { request in .answer(302, [("Location", request.uri)]) }
            let source = try source(server.host)
            await refused(.badRedirect, mentions: ["more than 3"]) { () async throws(RegistryError) in
                try await source.blob(anyDigest, size: nil, cap: Cap("test bytes", 1000))
            }
            #expect(server.requests.count == 4)
        }

        @Test func manifestsAndListsAreNotFollowedElsewhere() async throws {
            let elsewhere = try await ScriptedServer { _ in .answer(200) }
            let server = try await ScriptedServer { request in
                .answer(307, [("Location", elsewhere.origin + request.uri)])
            }
            let source = try source(server.host)
            await refused(.badRedirect, mentions: [elsewhere.host]) { () async throws(RegistryError) in
                try await source.resolve(.tag("v1"))
            }
            await refused(.badRedirect, mentions: [elsewhere.host]) { () async throws(RegistryError) in
                try await source.referrers(of: anyDigest, artifactType: nil)
            }
            #expect(elsewhere.requests.isEmpty)
        }

        @Test(arguments: ["http://registry.example/x", "ftp://127.0.0.1/x", "http://user@127.0.0.1/x", ""])
        func blobsAreNotFollowedToPlainHTTPOrNonsense(location: String) async throws {
            let server = try await ScriptedServer { _ in .answer(307, [("Location", location)]) }
            let source = try source(server.host)
            await refused(.badRedirect) { () async throws(RegistryError) in
                try await source.blob(anyDigest, size: nil, cap: Cap("test bytes", 1000))
            }
        }

        @Test(arguments: [401, 403, 404])
        func refusalOfAnotherHostIsNotTheRegistrysAnswer(status: Int) async throws {
            let elsewhere = try await ScriptedServer { _ in
                .answer(status, [("WWW-Authenticate", "Basic realm=\"give me the password\"")])
            }
            let server = try await ScriptedServer { _ in .answer(307, [("Location", "\(elsewhere.origin)/x")]) }
            let credentials = FixedCredentials([server.host: .password(user: "alice", password: "secret")])
            let source = try source(server.host, credentials: credentials)
            await refused(.unavailable, mentions: [elsewhere.host, "status \(status)"]) {
                () async throws(RegistryError) in
                try await source.blob(anyDigest, size: nil, cap: Cap("test bytes", 1000))
            }
            #expect(elsewhere.requests.allSatisfy { !$0.headers.contains(name: "Authorization") })
        }

        @Test func callerThatGivesUpGetsAwayAtOnce() async throws {
            let server = try await ScriptedServer { _ in .silence }
            var limits = RegistryLimits()
            limits.silence = .seconds(30)
            let source = try source(server.host, limits: limits)
            let call = Task {
                await refused(.cancelled) { () async throws(RegistryError) in try await source.resolve(.tag("v1")) }
            }
            try await Task.sleep(for: .milliseconds(200))
            call.cancel()
            _ = await call.value
        }

        @Test func pagesWithoutEndAreCut() async throws {
            let server = try await ScriptedServer { request, number in
                .answer(200, [("Link", "<\(request.path)?page=\(number + 1)>; rel=\"next\"")], Index.encode([]))
            }
            let source = try source(server.host)
            await refused(.tooLarge, mentions: ["pages of referrers", "at most 32"]) { () async throws(RegistryError) in
                try await source.referrers(of: anyDigest, artifactType: nil)
            }
            #expect(server.requests.count == 32)
        }

        @Test(arguments: [
            ("</v2/team/app/referrers/again>; rel=\"next\"", RegistryError.Code.malformed),
            ("<http://registry.example/v2/>; rel=\"next\"", .badRedirect), ("nonsense", .malformed),
        ])
        func pagesInACircleOrElsewhereAreRefused(link: String, code: RegistryError.Code) async throws {
            let server = try await ScriptedServer { _ in .answer(200, [("Link", link)], Index.encode([])) }
            let source = try source(server.host)
            await refused(code) { () async throws(RegistryError) in
                try await source.referrers(of: anyDigest, artifactType: nil)
            }
        }

        @Test(arguments: [1000, 100_000])
        func referrerSpamIsCut(perPage: Int) async throws {
            let spam = Index.encode(
                (0..<perPage).map { number in
                    Descriptor(
                        mediaType: MediaType.manifest, digest: .of(Array("\(number)".utf8)), size: 1,
                        artifactType: "a/b")
                })
            let server = try await ScriptedServer { request, number in
                .answer(200, [("Link", "<\(request.path)?page=\(number + 1)>; rel=\"next\"")], spam)
            }
            let source = try source(server.host)
            await refused(.tooLarge, mentions: [perPage == 1000 ? "referrers, at most 4096" : "manifest bytes"]) {
                () async throws(RegistryError) in try await source.referrers(of: anyDigest, artifactType: "a/b")
            }
        }

        @Test func deepManifestIsRefused() async throws {
            let deep = Array(String(repeating: "[", count: 100_000).utf8)
            let server = try await ScriptedServer { _ in .answer(200, [("Content-Type", MediaType.manifest)], deep) }
            let source = try source(server.host)
            await refused(.tooLarge, mentions: ["levels of JSON nesting"]) { () async throws(RegistryError) in
                try await source.resolve(.tag("v1"))
            }
        }

        @Test func referrerOfAnotherSubjectIsRefused() async throws {
            var (shelf, image, _, _) = Shelf.sample()
            let foreign = shelf.add(
                referrerTo: Descriptor(mediaType: MediaType.manifest, digest: anyDigest, size: 1), type: "a/b", "x")
            let server = try await ScriptedServer { [shelf] request in
                request.path.contains("/referrers/") ? .answer(200, [], Index.encode([foreign])) : shelf.reply(request)
            }
            let source = try source(server.host)
            let listed = try await source.referrers(of: image.digest, artifactType: nil)
            await refused(.malformed, mentions: [image.digest.description, anyDigest.description]) {
                () async throws(RegistryError) in try await source.referrer(listed[0], of: image.digest)
            }
        }

        @Test(arguments: [
            "Bearer realm=\"http://registry.example/token\"", "Bearer realm=\"ftp://127.0.0.1/token\"", "Bearer",
            "Bearer realm=\"http://127.0.0.1:1/token", "Negotiate",
        ])
        func credentialsAreNotSentToARealmThatMayNotSeeThem(challenge: String) async throws {
            let server = try await ScriptedServer { _ in .answer(401, [("WWW-Authenticate", challenge)]) }
            let credentials = FixedCredentials([server.host: .password(user: "alice", password: "secret")])
            let source = try source(server.host, credentials: credentials)
            let error = await refused(
                challenge == "Negotiate" ? .unauthorized : challenge.contains("example") ? .badRedirect : .malformed
            ) { () async throws(RegistryError) in try await source.resolve(.tag("v1")) }
            #expect(error?.description.contains("secret") == false)
            #expect(server.requests.count == 1)
            #expect(server.requests.allSatisfy { !$0.headers.contains(name: "Authorization") })
        }

        @Test func realmThatRedirectsElsewhereIsNotFollowed() async throws {
            let elsewhere = try await ScriptedServer { _ in .answer(200, [], Array(#"{"token":"t"}"#.utf8)) }
            let realm = try await ScriptedServer { _ in .answer(302, [("Location", "\(elsewhere.origin)/token")]) }
            let server = try await ScriptedServer { _ in
                .answer(401, [("WWW-Authenticate", "Bearer realm=\"\(realm.origin)/token\"")])
            }
            let credentials = FixedCredentials([server.host: .password(user: "alice", password: "secret")])
            let source = try source(server.host, credentials: credentials)
            await refused(.badRedirect, mentions: [elsewhere.host]) { () async throws(RegistryError) in
                try await source.resolve(.tag("v1"))
            }
            #expect(elsewhere.requests.isEmpty)
        }

        @Test func registryThatNeverAcceptsATokenIsAskedTwice() async throws {
            let server = try await ScriptedServer { request in
                request.path == "/token"
                    ? .answer(200, [], Array(#"{"token":"t"}"#.utf8))
                    : .answer(
                        401, [("WWW-Authenticate", "Bearer realm=\"http://\(request.headers["Host"][0])/token\"")])
            }
            let source = try source(server.host)
            await refused(.unauthorized) { () async throws(RegistryError) in try await source.resolve(.tag("v1")) }
            #expect(
                server.requests.map(\.path) == ["/v2/team/app/manifests/v1", "/token", "/v2/team/app/manifests/v1"])
        }
    }
}
