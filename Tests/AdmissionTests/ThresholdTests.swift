import Admission
import Core
import OCI
import Sigstore
import TestAuthority
import Testing

/// How many signers there are: distinct keys and identities, never pieces of evidence.
@Suite("Signer thresholds (CVE-2026-49834)") struct ThresholdTests {
    private static let release = CertificateRequest.workflow()
    private static let audit = CertificateRequest.workflow(workflow: "audit.yml")
    private static let both = SignerPolicy.identities([Shop.identity(release), Shop.identity(audit)])

    @Test func twoIdentitiesAreTwo() async throws {
        let shop = try Shop()
        let image = try shop.image()
        try shop.attest(image, signer: Self.release)
        #expect(try await shop.verify(image, signers: Self.both, demanded: 2).result == .refused)
        try shop.attest(image, signer: Self.audit)
        #expect(try await shop.verify(image, signers: Self.both, demanded: 2).result == .verified)
        #expect(try await shop.verify(image, signers: Self.both, demanded: 3).result == .refused)
    }

    @Test func oneIdentityTwiceIsOne() async throws {
        let shop = try Shop()
        let image = try shop.image()
        // Two certificates, two keys, two log entries, two predicates: one workflow.
        try shop.attest(image, signer: Self.release)
        try shop.attest(image, Shop.bill, signer: Self.release)
        let verdict = try await shop.verify(image, signers: Self.both, demanded: 2)
        #expect(verdict.result == .refused && verdict.parts.first?.verified.count == 2)
    }

    @Test func oneNameOfTwoIssuersIsTwo() async throws {
        let shop = try Shop()
        let image = try shop.image()
        var other = Self.release
        other.issuer = "https://gitlab.example.com"
        let signers = SignerPolicy.identities([Shop.identity(Self.release), Shop.identity(other)])
        try shop.attest(image, signer: Self.release)
        try shop.attest(image, signer: other)
        #expect(try await shop.verify(image, signers: signers, demanded: 2).result == .verified)
    }

    @Test func keysAreCountedByTheKey() async throws {
        let shop = try Shop()
        let image = try shop.image()
        let first = try PrivateKey(generating: .p256)
        let second = try PrivateKey(generating: .ed25519)
        let signers = SignerPolicy.keys([TrustedKey(first.publicKey), TrustedKey(second.publicKey)])
        func attest(_ key: PrivateKey, hint: String) throws {
            var request = shop.request(about: image.digest)
            request.signer = .managedKey(hint: hint)
            request.key = key
            try shop.attach(shop.authority.mint(request).bytes, to: image)
        }
        try attest(first, hint: "one")
        // Another name makes the same key no other.
        try attest(first, hint: "two")
        #expect(try await shop.verify(image, signers: signers, demanded: 1).result == .verified)
        #expect(try await shop.verify(image, signers: signers, demanded: 2).result == .refused)
        try attest(second, hint: "one")
        #expect(try await shop.verify(image, signers: signers, demanded: 2).result == .verified)
        // A key that is configured twice is one key.
        let twice = SignerPolicy.keys([
            TrustedKey(first.publicKey, hint: "one"), TrustedKey(first.publicKey, hint: "two"),
        ])
        #expect(try await shop.verify(image, signers: twice, demanded: 2).result == .refused)
    }

    @Test func unreadableSecondSignatureIsNotARefusal() async throws {
        let shop = try Shop()
        let image = try shop.image()
        try shop.attest(image, signer: Self.release)
        let blob = try shop.attest(image, signer: Self.audit)
        shop.breakDown("\(blob.digest)")
        #expect(try await shop.verify(image, signers: Self.both, demanded: 2).result == .unevaluated)
    }

    @Test func demandOfNothingIsADemandOfOne() async throws {
        let shop = try Shop()
        #expect(try await shop.verify(try shop.image(), demanded: 0).result == .refused)
    }
}
