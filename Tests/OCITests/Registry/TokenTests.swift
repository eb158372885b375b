import Core
import Foundation
import NIOHTTP1
import OCI
import Outgoing
import Synchronization
import TestSupport
import Testing

extension RegistryTests {
    @Suite("Tokens")
    struct TokenTests {
        /// A registry that accepts the newest token of a realm that is a server of its own.
        private struct Guarded {
            let registry: ScriptedServer
            let realm: ScriptedServer

            init(
                _ shelf: Shelf,
                answer: @escaping @Sendable (Int) -> String = { #"{"token":"token-\#($0)","expires_in":300}"# }
            ) async throws {
                let realm = try await ScriptedServer { _, number in .answer(200, [], Array(answer(number).utf8)) }
                let challenge =
                    "Bearer realm=\"\(realm.origin)/token?x=y\",service=\"the service\",scope=\"registry:catalog:*\""
                registry = try await ScriptedServer { request in
                    request.headers["Authorization"].first == "Bearer token-\(realm.requests.count - 1)"
                        ? shelf.reply(request) : .answer(401, [("WWW-Authenticate", challenge)])
                }
                self.realm = realm
            }
        }

        @Test func oneTokenServesTheRepositoryAndItsScopeIsOurs() async throws {
            let (shelf, image, layer, bytes) = Shelf.sample()
            let guarded = try await Guarded(shelf)
            let credentials = FixedCredentials([guarded.registry.host: .password(user: "alice", password: "secret")])
            let source = try source(guarded.registry.host, credentials: credentials)
            #expect(try await source.resolve(.tag("v1")).digest == image.digest)
            #expect(try await source.blob(layer) == bytes)
            // The challenge asks for the catalogue; the token is for pulling this repository and nothing else.
            #expect(
                guarded.realm.requests.map(\.uri) == [
                    "/token?x=y&service=the%20service&scope=repository%3Ateam%2Fapp%3Apull"
                ])
            #expect(guarded.realm.requests[0].headers["Authorization"] == ["Basic YWxpY2U6c2VjcmV0"])
            // The password itself goes to the realm only.
            #expect(
                guarded.registry.requests.allSatisfy {
                    $0.headers["Authorization"].allSatisfy { $0.hasPrefix("Bearer ") }
                })
        }

        @Test func anonymousTokenNeedsNoCredentials() async throws {
            let (shelf, image, _, _) = Shelf.sample()
            let guarded = try await Guarded(shelf) { #"{"access_token":"token-\#($0)"}"# }
            #expect(try await source(guarded.registry.host).resolve(.tag("v1")).digest == image.digest)
            #expect(guarded.realm.requests[0].headers["Authorization"].isEmpty)
        }

        @Test func identityTokenIsExchangedByForm() async throws {
            let (shelf, image, _, _) = Shelf.sample()
            let guarded = try await Guarded(shelf)
            let credentials = FixedCredentials([guarded.registry.host: .identityToken("r&t")])
            #expect(
                try await source(guarded.registry.host, credentials: credentials).resolve(.tag("v1")).digest
                    == image.digest)
            let request = try #require(guarded.realm.requests.first)
            #expect(request.method == "POST")
            #expect(request.headers["Authorization"].isEmpty)
            #expect(
                String(decoding: request.body, as: UTF8.self)
                    == "service=the%20service&scope=repository%3Ateam%2Fapp%3Apull&grant_type=refresh_token"
                    + "&client_id=mc&refresh_token=r%26t")
        }

        @Test func accessTokenGoesToTheRegistryAsItIs() async throws {
            let (shelf, image, _, _) = Shelf.sample()
            let registry = try await ScriptedServer { request in
                request.headers["Authorization"] == ["Bearer given"]
                    ? shelf.reply(request)
                    : .answer(401, [("WWW-Authenticate", "Bearer realm=\"http://127.0.0.1:1/\"")])
            }
            let credentials = FixedCredentials([registry.host: .accessToken("given")])
            #expect(
                try await source(registry.host, credentials: credentials).resolve(.tag("v1")).digest == image.digest)
        }

        @Test func concurrentCallersShareOneToken() async throws {
            let (shelf, _, _, _) = Shelf.sample()
            let guarded = try await Guarded(shelf)
            let source = try source(guarded.registry.host)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let digest = Digest.of([UInt8(number)])
                        _ = try await source.referrers(of: digest, artifactType: nil)
                    }
                }
                try await group.waitForAll()
            }
            #expect(guarded.realm.requests.count == 1)
        }

        @Test func tokenIsRenewedShortlyBeforeItExpires() async throws {
            let (shelf, _, layer, _) = Shelf.sample()
            let guarded = try await Guarded(shelf)
            let clock = Mutexed(Duration.zero)
            let pacing = Pacing(now: { clock.value }, sleep: { _ in }, jitter: { 0 })
            let client = RegistryClient(limits: .short, pacing: pacing)
            let source = RegistrySource(try Repository(host: guarded.registry.host, path: "team/app"), client: client)
            _ = try await source.blob(layer)
            clock.value = .seconds(269)
            _ = try await source.blob(layer)
            #expect(guarded.realm.requests.count == 1)
            clock.value = .seconds(271)
            _ = try await source.blob(layer)
            #expect(guarded.realm.requests.count == 2)
        }

        @Test(arguments: [
            ("{}", RegistryError.Code.malformed), (#"{"token":""}"#, .malformed), (#"{"token":"a b"}"#, .malformed),
            (#"{"token":"a\r\nX: y"}"#, .malformed), ("<html>", .malformed),
            (String(repeating: "[", count: 1000), .malformed), (String(repeating: " ", count: 300_000), .tooLarge),
        ])
        func malformedTokensAreRefused(answer: String, code: RegistryError.Code) async throws {
            let guarded = try await Guarded(Shelf()) { _ in answer }
            let source = try source(guarded.registry.host)
            await refused(code, mentions: ["token from \(guarded.realm.origin)"]) { () async throws(RegistryError) in
                try await source.resolve(.tag("v1"))
            }
        }

        @Test(arguments: [
            (401, RegistryError.Code.unauthorized), (403, .denied), (404, .malformed), (500, .unavailable),
        ])
        func realmThatRefusesIsNotAnAbsence(status: Int, code: RegistryError.Code) async throws {
            let realm = try await ScriptedServer { _ in .answer(status) }
            let registry = try await ScriptedServer { _ in
                .answer(401, [("WWW-Authenticate", "Bearer realm=\"\(realm.origin)/\"")])
            }
            let source = try source(registry.host)
            let error = await refused(code) { () async throws(RegistryError) in try await source.resolve(.tag("v1")) }
            #expect(error?.isAbsence == false)
        }

        private final class Mutexed<Value: Sendable>: Sendable {
            private let storage: Mutex<Value>
            init(_ value: Value) { storage = Mutex(value) }
            var value: Value {
                get { storage.withLock { $0 } }
                set { storage.withLock { $0 = newValue } }
            }
        }

        @Test(
            .enabled(if: DockerRegistry.isInstalled, "\(DockerRegistry.missing)"),
            .enabled(if: TestServer.find("openssl") != nil, "openssl is not installed"))
        func realRegistryAcceptsTheRealmsToken() async throws {
            let folder = try TemporaryFolder()
            let key = "\(folder.path)/key.pem"
            let certificate = "\(folder.path)/certificate.pem"
            _ = try openssl(
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-subj",
                "/CN=test",
                "-days", "2")
            let chain = try openssl("x509", "-in", certificate, "-outform", "DER")
            let realm = try await ScriptedServer { request in
                guard request.headers["Authorization"] == ["Basic YWxpY2U6c2VjcmV0"] else { return .answer(401) }
                let actions = request.uri.contains("push") ? #"["pull","push"]"# : #"["pull"]"#
                let now = Int(Date().timeIntervalSince1970)
                let claims = """
                    {"iss":"test","sub":"alice","aud":"registry","exp":\(now + 300),"nbf":\(now - 60),"iat":\(now),\
                    "jti":"1",\
                    "access":[{"type":"repository","name":"team/app","actions":\(actions)}]}
                    """
                let header = #"{"typ":"JWT","alg":"RS256","x5c":["\#(Base64.encode(chain))"]}"#
                let signed = Self.base64URL(Array(header.utf8)) + "." + Self.base64URL(Array(claims.utf8))
                guard let file = try? folder.write("claims", signed),
                    let signature = try? openssl("dgst", "-sha256", "-sign", key, file)
                else { return .answer(500) }
                return .answer(200, [], Array(#"{"token":"\#(signed).\#(Self.base64URL(signature))"}"#.utf8))
            }
            let registry = try await DockerRegistry(
                .token(realm: "\(realm.origin)/token", service: "registry", issuer: "test", certificates: certificate))
            let repository = try Repository(host: registry.host, path: "team/app")
            let right = FixedCredentials([registry.host: .password(user: "alice", password: "secret")])
            var limits = RegistryLimits()
            limits.overall = .seconds(20)
            let writer = RegistryWriter(repository, client: RegistryClient(credentials: right, limits: limits))
            try await writer.put(blob: Descriptor.emptyContent, mediaType: MediaType.empty)
            let pushed = try await writer.put(manifest: Manifest.encode(config: .empty, layers: []), tag: "v1")
            let allowed = try source(registry.host, credentials: right, limits: limits)
            #expect(try await allowed.resolve(.tag("v1")).digest == pushed.digest)
            let anonymous = try source(registry.host)
            await refused(.unauthorized) { () async throws(RegistryError) in try await anonymous.resolve(.tag("v1")) }
        }

        private static func base64URL(_ bytes: [UInt8]) -> String {
            Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
    }
}

/// Runs openssl and gives its output.
private func openssl(_ arguments: String...) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(TestServer.find("openssl")))
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return [UInt8](bytes)
}
