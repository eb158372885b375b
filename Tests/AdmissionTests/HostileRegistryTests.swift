import Admission
import Attestation
import Core
import OCI
import Sigstore
import TestAuthority
import Testing

/// Registries that lie about what belongs to what, and what else has gone wrong in the field.
@Suite("Hostile registries") struct HostileRegistryTests {
    @Test("CVE-2022-47633, CVE-2023-47630: evidence of a good image, listed beside a bad one, is refused")
    func evidenceOfAnotherDigest() async throws {
        let shop = try Shop()
        let good = try shop.image("good")
        let bad = try shop.image("bad", tag: "1.0")
        let bundle = try shop.authority.mint(shop.request(about: good.digest)).bytes
        // Listed for the bad image, once honest about its subject and once not.
        try shop.attach(bundle, to: bad, subject: good)
        try shop.attach(bundle + [0x0A], to: bad, subject: bad)
        let signature = try shop.authority.mint(
            .simpleSigning(image: good.digest, reference: "registry.example/team/app", at: Shop.time))
        try shop.attach([signature.cosignLayer()], as: .signatures, to: bad)
        let verdict = try await shop.verify(.tag("1.0"))
        #expect(verdict.result == .refused && verdict.digest == bad.digest)
        #expect(verdict.rules == ["subject-mismatch", "subject-mismatch", "artifact-mismatch"])

        try shop.attach(bundle, to: good)
        let twin = try await shop.verify(good)
        #expect(twin.result == .verified && twin.digest == good.digest)
    }

    @Test("CVE-2022-47633: what is verified is the digest that is reported, not another that the registry names")
    func reportedDigestIsTheVerifiedOne() async throws {
        let shop = try Shop()
        let good = try shop.image("good")
        try shop.attest(good)
        // The tag's descriptor names the bad digest with the good image's other facts.
        let bad = try shop.image("bad")
        shop.source.change { state in
            state.tags["1.0"] = [Descriptor(mediaType: good.mediaType, digest: bad.digest, size: good.size)]
        }
        let verdict = try await shop.verify(.tag("1.0"))
        #expect(verdict.result == .refused && verdict.digest == bad.digest)
        shop.source.change { $0.tags["1.0"] = [good] }
        #expect(try await shop.verify(.tag("1.0")).result == .verified)
    }

    @Test("CVE-2026-122321: a tag is resolved once, and everything after that is by its digest")
    func tagThatMoves() async throws {
        let shop = try Shop()
        let good = try shop.image("good", tag: "1.0")
        let bad = try shop.image("bad", tag: "1.0")
        try shop.attest(good)
        // The first answer is the good image; from then on the tag means the bad one.
        let verdict = try await shop.verify(.tag("1.0"))
        #expect(verdict.result == .verified && verdict.digest == good.digest)
        #expect(shop.source.asked.filter { $0.hasPrefix("tag ") } == ["tag 1.0"])
        #expect(!shop.source.asked.contains { $0.contains(bad.digest.hex) })
        #expect(shop.source.asked.contains("referrers of \(good.digest)"))

        // Nothing is remembered for the tag: asked again, it is judged by what it means then.
        let again = try await shop.verify(.tag("1.0"))
        #expect(again.result == .refused && again.digest == bad.digest)
        #expect(shop.source.asked.filter { $0.hasPrefix("tag ") } == ["tag 1.0", "tag 1.0"])
    }

    @Test("CVE-2026-122321: a tag that moves from an attested index to another is judged by its first meaning")
    func tagOfAnIndexThatMoves() async throws {
        let shop = try Shop()
        let platform = Platform(os: "linux", architecture: "amd64")
        let good = try shop.image("good")
        let goodIndex = try shop.index([(good, platform)], tag: "1.0")
        let badIndex = try shop.index([(try shop.image("bad"), platform)], tag: "1.0")
        try shop.attest(good)
        let verdict = try await shop.verify(.tag("1.0"))
        #expect(verdict.result == .verified && verdict.digest == goodIndex.digest)
        #expect(verdict.parts.map(\.digest) == [good.digest])
        #expect(try await shop.verify(.tag("1.0")).digest == badIndex.digest)
    }

    @Test("kyverno #16336: an annotation that says «verified» is nobody's evidence")
    func forgedAnnotation() async throws {
        let shop = try Shop()
        let forged = [
            "kyverno.io/verify-images": "{\"registry.example/team/app:1.0\":\"pass\"}", "mc.internal/verified": "true",
            Shop.predicateName: Shop.provenance,
        ]
        let image = try shop.image("bad", annotations: forged, tag: "1.0")
        let unsigned = Statement(
            subjects: [.init(name: "app", digests: [SubjectDigest(image.digest)])], predicateType: Shop.provenance,
            predicate: SigningRequest.minimalProvenance)
        try shop.attach(unsigned.json.canonical, to: image, annotations: forged)
        // A bare envelope with a signature of nobody's, as a bundle and as a cosign attestation.
        let envelope = Envelope(
            payload: unsigned.json.canonical, payloadType: Envelope.inTotoPayloadType,
            signatures: [.init(bytes: [1, 2, 3])])
        try shop.attach(envelope.json.canonical, to: image, annotations: forged)
        let layer = CosignLayer(
            mediaType: "application/vnd.dsse.envelope.v1+json", bytes: envelope.json.canonical,
            annotations: forged.merging(["dev.cosignproject.cosign/signature": ""]) { $1 })
        try shop.attach([layer], as: .attestations, to: image)
        let verdict = try await shop.verify(.tag("1.0"))
        #expect(verdict.result != .verified && verdict.parts.allSatisfy { $0.verified.isEmpty })
        #expect(verdict.rules == ["signer-mismatch"])
        try shop.attest(image)
        #expect(try await shop.verify(.tag("1.0")).result == .verified)
    }

    @Test("CVE-2024-29902, CVE-2024-29903, CVE-2023-46737: a registry that lists evidence without end is not followed")
    func evidenceWithoutEnd() async throws {
        let shop = try Shop()
        let image = try shop.image()
        let cap = ImageVerification.maximumFetched.limit
        for number in 0...cap { try shop.attach(Array("\(number)".utf8), to: image, annotations: [:]) }
        let verdict = try await shop.verify(image)
        #expect(verdict.result == .unevaluated)
        #expect(verdict.failures.contains { $0.contains("pieces of evidence fetched for one image") })
        // A referrer and its bundle for each, and the image itself.
        let fetched = shop.source.asked.count { $0.hasPrefix("sha256:") }
        #expect(fetched <= 2 * cap + 3, "\(fetched)")
        #expect(verdict.failures.count < 100)

        let twin = try Shop()
        let good = try twin.image()
        try twin.attest(good)
        #expect(try await twin.verify(good).result == .verified)
    }

    @Test("CVE-2022-35929: a genuine attestation of another type does not answer under a forged label")
    func forgedPredicateLabel() async throws {
        let shop = try Shop()
        let image = try shop.image()
        let request = shop.request(about: image.digest, "https://example.com/vulnerabilities/v1").inRekorV1
        var layer = try shop.authority.mint(request).cosignLayer()
        layer = CosignLayer(
            mediaType: layer.mediaType, bytes: layer.bytes,
            annotations: layer.annotations.merging(["predicateType": Shop.provenance]) { $1 })
        try shop.attach([layer], as: .attestations, to: image)
        let verdict = try await shop.verify(image, predicateType: Shop.provenance)
        #expect(verdict.result == .refused && verdict.rules == ["predicate-mismatch"])
        try shop.attach(
            [try shop.authority.mint(shop.request(about: image.digest).inRekorV1).cosignLayer()], as: .attestations,
            to: image)
        #expect(try await shop.verify(image, predicateType: Shop.provenance).result == .verified)
    }
}
