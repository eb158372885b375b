import Core
import Crypto
import JWTKit
import Server
import Synchronization
import Testing

/// Identity tokens of people (OpenID Connect Core 1.0 §3.1.3.7), made by another implementation's keys.
@Suite("OpenID") struct OpenIDTests {
    private static let issuer = "https://idp.example"

    private struct Claims: JWTPayload {
        var iss: String? = issuer
        var sub: String? = "alice"
        var aud: [String]? = ["mc"]
        var exp: Int64? = Shop.now.seconds + 600
        var iat: Int64? = Shop.now.seconds
        var nbf: Int64?
        var groups: [String]? = ["security", "sre"]

        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    private struct Provider {
        let key = ES256PrivateKey()
        let asked = Asked()
        let openID: OpenIDProvider

        final class Asked: Sendable {
            let count = Mutex(0)
            let failure = Mutex(false)
        }

        init(audience: String = "mc", more: String = "") throws {
            let asked = asked
            func coordinate(_ text: String) -> String {
                String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter { $0 != "=" })
            }
            let point = try #require(key.parameters)
            let set =
                #"{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"k1","x":"\#(coordinate(point.x))","#
                + #""y":"\#(coordinate(point.y))"}\#(more)]}"#
            openID = OpenIDProvider(
                issuer: OpenIDTests.issuer, audience: audience,
                rules: [
                    .init(role: .viewer, claim: "groups", value: "sre"),
                    .init(role: .auditor, claim: "groups", value: "security"),
                    .init(role: .risk, claim: "groups", value: "board"),
                ],
                keys: {
                    asked.count.withLock { $0 += 1 }
                    if asked.failure.withLock({ $0 }) { throw Yard.Unreadable(description: "down") }
                    return set
                })
        }

        func token(_ claims: Claims = Claims(), kid: JWKIdentifier = "k1", by other: ES256PrivateKey? = nil)
            async throws -> String
        {
            try await JWTKeyCollection().add(ecdsa: other ?? key, kid: kid).sign(claims, kid: kid)
        }

        func person(_ token: String, at now: Instant = Shop.now) async -> Person? {
            await openID.person(token, at: now)
        }
    }

    @Test func aTokenOfTheProviderGivesItsRoles() async throws {
        let provider = try Provider()
        let person = await provider.person(try await provider.token())
        #expect(person == Person(name: "alice", roles: [.viewer, .auditor]))
        var claims = Claims()
        claims.groups = nil
        #expect(try await provider.person(provider.token(claims))?.roles == [])
    }

    private static let wrong: [(String, @Sendable (inout Claims) -> Void)] = [
        ("issuer", { $0.iss = "https://idp.example/" }), ("no issuer", { $0.iss = nil }),
        ("audience", { $0.aud = ["other"] }), ("no audience", { $0.aud = nil }), ("nobody", { $0.sub = nil }),
        ("expired", { $0.exp = Shop.now.seconds - 61 }), ("no expiry", { $0.exp = nil }),
        ("not yet valid", { $0.nbf = Shop.now.seconds + 61 }), ("issued tomorrow", { $0.iat = Shop.now.seconds + 61 }),
        ("lives too long", { $0.exp = Shop.now.seconds + 86_401 }),
        (
            "lives for ever",
            {
                $0.iat = nil
                $0.exp = Shop.now.seconds + 1_000_000_000
            }
        ),
    ]

    @Test(arguments: wrong.map(\.0)) func whatIsNotForUsNowIsNobodys(_ name: String) async throws {
        let change = try #require(Self.wrong.first { $0.0 == name }).1
        let provider = try Provider()
        var claims = Claims()
        change(&claims)
        #expect(try await provider.person(provider.token(claims)) == nil)
        #expect(try await provider.person(provider.token()) != nil)
    }

    @Test func severalAudiencesMayBeNamed() async throws {
        let provider = try Provider()
        var claims = Claims()
        claims.aud = ["other", "mc"]
        #expect(try await provider.person(provider.token(claims)) != nil)
    }

    @Test func clocksMayDifferByAMinute() async throws {
        let provider = try Provider()
        let token = try await provider.token()
        #expect(await provider.person(token, at: Shop.now + .seconds(659)) != nil)
        #expect(await provider.person(token, at: Shop.now + .seconds(660)) == nil)
        #expect(await provider.person(token, at: Shop.now - .seconds(60)) != nil)
        #expect(await provider.person(token, at: Shop.now - .seconds(61)) == nil)
    }

    @Test func anotherKeysTokenIsNobodys() async throws {
        let provider = try Provider()
        let stranger = ES256PrivateKey()
        #expect(try await provider.person(provider.token(by: stranger)) == nil)
        #expect(try await provider.person(provider.token(kid: "k2", by: stranger)) == nil)
    }

    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"none","kid":"k1"}"#, #"{"alg":"None","kid":"k1"}"#,
        #"{"alg":"HS256","kid":"k1"}"#, #"{"kid":"k1"}"#, #"{"alg":"RS256","kid":"k1"}"#,
    ]) func anotherAlgorithmIsNotTaken(_ header: String) async throws {
        let provider = try Provider()
        let genuine = try await provider.token().split(separator: ".").map(String.init)
        let head = Self.url(Array(header.utf8))
        // With the genuine signature, with none, and with a MAC by the public key.
        let text = Array("\(head).\(genuine[1])".utf8)
        let mac = HMAC<SHA256>.authenticationCode(
            for: text, using: SymmetricKey(data: Array(provider.key.publicKey.pemRepresentation.utf8)))
        for signature in [genuine[2], "", Self.url(Array(mac))] {
            #expect(await provider.person("\(head).\(genuine[1]).\(signature)") == nil)
        }
    }

    @Test(arguments: ["", ".", "..", "a.b.c", "\u{0}", "e30.e30.", String(repeating: "a", count: 20_000)])
    func whatIsNoTokenIsNobodys(_ text: String) async throws {
        let provider = try Provider()
        #expect(await provider.person(text) == nil)
    }

    @Test func aTokenThatWasChangedIsNobodys() async throws {
        let provider = try Provider()
        let token = try await provider.token()
        for index in token.indices where token[index] != "." {
            guard token.distance(from: token.startIndex, to: index) % 7 == 0 else { continue }
            var changed = token
            changed.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            #expect(await provider.person(changed) == nil)
        }
    }

    // An encryption key as Keycloak publishes one, and one of a kind nobody knows.
    @Test(arguments: [
        #",{"kty":"RSA","alg":"RSA-OAEP","use":"enc","kid":"e1","n":"\#(modulus)","e":"AQAB"}"#,
        #",{"kty":"XYZ","alg":"POST-QUANTUM","use":"sig","kid":"q1"}"#, #",{"kty":"EC","crv":"P-256","alg":"ES256"}"#,
    ]) func otherKeysOfTheProviderDoNoHarm(_ more: String) async throws {
        let provider = try Provider(more: more)
        #expect(try await provider.person(provider.token()) != nil)
    }

    private static let modulus = url([0xC1] + [UInt8](repeating: 0x55, count: 255))

    @Test func theProviderIsAskedOnceInAWhile() async throws {
        let provider = try Provider()
        let token = try await provider.token()
        for _ in 0..<20 { #expect(await provider.person("a.b.c") == nil) }
        for _ in 0..<20 { #expect(await provider.person(token) != nil) }
        #expect(provider.asked.count.withLock { $0 } == 1)
        // A key that is new is found once the pause is over.
        #expect(await provider.person("a.b.c", at: Shop.now + .seconds(31)) == nil)
        #expect(provider.asked.count.withLock { $0 } == 2)
    }

    @Test func aProviderThatIsDownIsNotHammered() async throws {
        let provider = try Provider()
        provider.asked.failure.withLock { $0 = true }
        let token = try await provider.token()
        for _ in 0..<20 { #expect(await provider.person(token) == nil) }
        #expect(provider.asked.count.withLock { $0 } == 1)
        provider.asked.failure.withLock { $0 = false }
        #expect(await provider.person(token, at: Shop.now + .seconds(31)) != nil)
        // Known keys outlive an outage.
        provider.asked.failure.withLock { $0 = true }
        #expect(await provider.person(token, at: Shop.now + .seconds(100)) != nil)
    }

    private static func url(_ bytes: [UInt8]) -> String {
        String(Base64.encode(bytes).map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter { $0 != "=" })
    }
}
