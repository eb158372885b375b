import Admission
import Core
import OCI
import Sigstore
import TestAuthority
import Testing

/// Images of several platforms: evidence on the index, or on every platform that could run.
@Suite("Platforms") struct PlatformTests {
    private struct Fixture {
        let shop: Shop
        let amd64: Descriptor
        let arm64: Descriptor
        let buildkit: Descriptor
        let index: Descriptor

        init(more: [(String, Platform?)] = []) throws {
            shop = try Shop()
            amd64 = try shop.image("amd64")
            arm64 = try shop.image("arm64")
            buildkit = try shop.image("what BuildKit says of the build")
            var listed: [(Descriptor, Platform?)] = [
                (amd64, Platform(os: "linux", architecture: "amd64")),
                (arm64, Platform(os: "linux", architecture: "arm64", variant: "v8")),
                (buildkit, Platform(os: "unknown", architecture: "unknown")),
            ]
            for (content, platform) in more { listed.append((try shop.image(content), platform)) }
            index = try shop.index(listed, tag: "1.0")
        }
    }

    @Test func evidenceOnTheIndexIsEnough() async throws {
        let fixture = try Fixture()
        try fixture.shop.attest(fixture.index)
        let verdict = try await fixture.shop.verify(.tag("1.0"))
        #expect(verdict.result == .verified && verdict.digest == fixture.index.digest)
        #expect(verdict.parts.map(\.digest) == [fixture.index.digest])
    }

    @Test func evidenceOnEveryPlatformIsEnough() async throws {
        let fixture = try Fixture()
        try fixture.shop.attest(fixture.amd64)
        try fixture.shop.attest(fixture.arm64)
        let verdict = try await fixture.shop.verify(.tag("1.0"))
        #expect(verdict.result == .verified && verdict.digest == fixture.index.digest)
        #expect(verdict.parts.map(\.platform) == ["linux/amd64", "linux/arm64/v8"])
    }

    @Test func onePlatformDoesNotVouchForAnother() async throws {
        let fixture = try Fixture()
        try fixture.shop.attest(fixture.amd64)
        let verdict = try await fixture.shop.verify(.tag("1.0"))
        #expect(verdict.result == .refused)
        #expect(verdict.parts.map { $0.verified.count } == [1, 0])
        #expect(try await fixture.shop.verify(fixture.amd64).result == .verified)
        #expect(try await fixture.shop.verify(fixture.arm64).result == .refused)
    }

    @Test(arguments: [
        nil, Platform(os: "windows", architecture: "amd64"), Platform(os: "unknown", architecture: "amd64"),
        Platform(os: "linux", architecture: "unknown"),
    ])
    func everyEntryThatCouldRunNeedsEvidence(_ platform: Platform?) async throws {
        // A runtime takes an entry without a platform, so it must not slip in between attested ones.
        let fixture = try Fixture(more: [("smuggled", platform)])
        try fixture.shop.attest(fixture.amd64)
        try fixture.shop.attest(fixture.arm64)
        #expect(try await fixture.shop.verify(.tag("1.0")).result == .refused)
        try fixture.shop.attest(try fixture.shop.image("smuggled"))
        #expect(try await fixture.shop.verify(.tag("1.0")).result == .verified)
    }

    @Test func indexOfNothingButAttestationsIsRefused() async throws {
        let shop = try Shop()
        let index = try shop.index([(try shop.image(), Platform(os: "unknown", architecture: "unknown"))])
        #expect(try await shop.verify(index).result == .refused)
        #expect(try await shop.verify(try shop.index([])).result == .refused)
    }

    @Test func unreadablePlatformIsNotARefusal() async throws {
        let fixture = try Fixture()
        try fixture.shop.attest(fixture.amd64)
        fixture.shop.breakDown("referrers of \(fixture.arm64.digest)")
        #expect(try await fixture.shop.verify(.tag("1.0")).result == .unevaluated)
        // Refused evidence on the index says nothing about what could not be read on a platform.
        try fixture.shop.attest(fixture.index, signer: .workflow(repository: "mallory/app"))
        #expect(try await fixture.shop.verify(.tag("1.0")).result == .unevaluated)
    }

    @Test func unreadableEvidenceOfTheIndexIsNotARefusal() async throws {
        let fixture = try Fixture()
        fixture.shop.breakDown("referrers of \(fixture.index.digest)")
        #expect(try await fixture.shop.verify(.tag("1.0")).result == .unevaluated)
        try fixture.shop.attest(fixture.amd64)
        try fixture.shop.attest(fixture.arm64)
        #expect(try await fixture.shop.verify(.tag("1.0")).result == .verified)
    }

    @Test func everyPlatformNeedsAsManySigners() async throws {
        let fixture = try Fixture()
        let audit = CertificateRequest.workflow(workflow: "audit.yml")
        let signers = SignerPolicy.identities([Shop.identity(.workflow()), Shop.identity(audit)])
        for image in [fixture.amd64, fixture.arm64] { try fixture.shop.attest(image) }
        try fixture.shop.attest(fixture.amd64, signer: audit)
        #expect(try await fixture.shop.verify(fixture.index, signers: signers, demanded: 2).result == .refused)
        try fixture.shop.attest(fixture.arm64, signer: audit)
        #expect(try await fixture.shop.verify(fixture.index, signers: signers, demanded: 2).result == .verified)
    }

    @Test func morePlatformsThanTheCapAreUnevaluated() async throws {
        let cap = ImageVerification.maximumPlatforms.limit
        for count in [cap, cap + 1] {
            let shop = try Shop()
            let images = try (0..<count).map {
                (try shop.image("\($0)"), Platform?.some(Platform(os: "linux", architecture: "a\($0)")))
            }
            let index = try shop.index(images)
            let verdict = try await shop.verify(index)
            #expect(verdict.result == (count > cap ? .unevaluated : .refused))
            #expect(verdict.failures.contains { $0.contains("platforms of one image") } == (count > cap))
            // What is attested as a whole needs no look at its platforms.
            try shop.attest(index)
            #expect(try await shop.verify(index).result == .verified)
        }
    }
}
