import Attestation
import Core
import TestAuthority
import TestSupport
import Testing

/// Signatures by keys that the caller names.
@Suite("Keys") struct KeyTests {
    private static let keys = Dictionary(
        uniqueKeysWithValues: PrivateKey.Kind.allCases.map { kind in (kind, Result { try PrivateKey(generating: kind) })
        })

    static func key(_ kind: PrivateKey.Kind) throws -> PrivateKey { try #require(keys[kind]).get() }

    static func signed(_ kind: PrivateKey.Kind, statement: Bool, logged: Bool = true) throws -> Sample {
        var request =
            statement
            ? SigningRequest.attestation(about: Sample.artifact, at: Sample.time)
            : SigningRequest(.artifact(Sample.artifact), at: Sample.time)
        request.signer = .managedKey(hint: "release")
        request.key = try key(kind)
        if !logged { request.records = [] }
        return try Sample(request)
    }

    @Test(arguments: PrivateKey.Kind.allCases, [false, true])
    func signatureOfEveryKindOfKeyVerifies(_ kind: PrivateKey.Kind, statement: Bool) async throws {
        let sample = try Self.signed(kind, statement: statement)
        let run = try await Tool.run(sample.arguments())
        #expect(run.status == 0, "\(run.all)")
        #expect(run.output.contains(try Self.key(kind).publicKey.fingerprint.description))
    }

    @Test(arguments: PrivateKey.Kind.allCases)
    func artifactMayBeADigestOfTheKindThatWasSigned(_ kind: PrivateKey.Kind) async throws {
        let sample = try Self.signed(kind, statement: false)
        let scheme = try Self.key(kind).scheme
        for algorithm in DigestAlgorithm.allCases {
            let digest = Digest.of(Sample.artifact, algorithm).description
            let run = try await Tool.run(sample.arguments(artifact: digest))
            // Ed25519 signs the artifact itself, so no digest can stand for it.
            #expect(run.status == (scheme.hash == algorithm ? 0 : 1), "\(algorithm): \(run.all)")
        }
    }

    @Test(arguments: PrivateKey.Kind.allCases, [false, true])
    func signatureOfAnotherKeyIsRefused(_ kind: PrivateKey.Kind, statement: Bool) async throws {
        let sample = try Self.signed(kind, statement: statement)
        try sample.folder.write("key.pem", try PrivateKey(generating: kind == .rsa2048PSS ? .rsa2048 : kind).publicPEM)
        let run = try await Tool.run(sample.arguments())
        #expect(run.status == 1 && run.output.contains("log-entry-mismatch"), "\(run.all)")
        // Without a log it is the signature itself that gives it away.
        let alone = try await Tool.run(sample.arguments(["--trusted-root", "none"]))
        #expect(alone.status == 1 && alone.output.contains("signature-invalid"), "\(alone.all)")
    }

    @Test func anyOfSeveralKeysMayHaveSigned() async throws {
        let sample = try Self.signed(.p384, statement: false)
        let others = [try Self.key(.p256), try Self.key(.ed25519), try Self.key(.rsa2048)]
        let paths = try others.enumerated().map { try sample.folder.write("other-\($0).pem", $1.publicPEM) }
        func run(_ keys: [String]) async throws -> Tool.Run {
            try await Tool.run(
                ["verify", "bundle", "--bundle", sample.bundle] + sample.rootAndTime
                    + keys.flatMap { ["--key", $0] } + [sample.artifact])
        }
        #expect(try await run(paths + [sample.key]).status == 0)
        #expect(try await run([sample.key] + paths).status == 0)
        #expect(try await run(paths).status == 1)
        // One that cannot be read is a mistake of the caller's, whoever signed.
        let broken = try sample.folder.write("broken.pem", "no key")
        #expect(try await run([sample.key, broken]).status == 2)
    }

    @Test func trustRootThatListsLogsDemandsAnEntryOfAKeyToo() async throws {
        let sample = try Self.signed(.p256, statement: true, logged: false)
        let demanded = try await Tool.run(sample.arguments())
        #expect(demanded.status == 1 && demanded.output.contains("log-entry-missing"), "\(demanded.all)")
        #expect(try await Tool.run(sample.arguments(["--trusted-root", "none"])).status == 0)
    }

    @Test func bareEnvelopeNeedsAKey() async throws {
        let sample = try Self.signed(.p256, statement: true)
        let path = try sample.folder.write("envelope.json", try #require(sample.minted.envelope).json.canonical)
        let run = try await Tool.run(sample.arguments(bundle: path, ["--trusted-root", "none"]))
        #expect(run.status == 0, "\(run.all)")
        let identity = try await Tool.run([
            "verify", "bundle", "--bundle", path, "--certificate-identity", "a", "--certificate-oidc-issuer", "b",
            sample.artifact,
        ])
        #expect(identity.status == 2, "\(identity.all)")
    }

    @Test(arguments: [
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nAAAA", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "",
    ])
    func brokenKeyIsNamed(pem: String) async throws {
        let sample = try Self.signed(.p256, statement: false)
        try sample.folder.write("key.pem", pem)
        let run = try await Tool.run(sample.arguments())
        #expect(run.status == 2 && run.error.hasPrefix("mc: \(sample.key): "), "\(run.all)")
    }

    @Test func privateKeyIsNotTakenForAPublicOne() async throws {
        let sample = try Self.signed(.p256, statement: false)
        let pem = "-----BEGIN PRIVATE KEY-----\n\(Base64.encode(Array("secret".utf8)))\n-----END PRIVATE KEY-----\n"
        try sample.folder.write("key.pem", pem)
        let run = try await Tool.run(sample.arguments())
        #expect(run.status == 2 && !run.all.contains("secret") && !run.all.contains("c2VjcmV0"), "\(run.all)")
    }
}
