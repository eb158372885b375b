import Admission
import Attestation
import Core
import OCI
import Sigstore
import TestAuthority
import Testing

/// Evidence about one image: where it is found, what counts, and what is only said to.
@Suite("Evidence beside an image") struct EvidenceTests {
    @Test func bundleReferrerVerifies() async throws {
        let shop = try Shop()
        let image = try shop.image(tag: "1.0")
        try shop.attest(image)
        for selector in [ImageSelector.tag("1.0"), .digest(image.digest)] {
            let verdict = try await shop.verify(selector)
            #expect(verdict.result == .verified && verdict.digest == image.digest)
            #expect(verdict.parts.first?.verified.first?.statement?.predicateType == Shop.provenance)
        }
    }

    @Test func nothingBesideTheImageIsRefused() async throws {
        let shop = try Shop()
        let verdict = try await shop.verify(try shop.image())
        #expect(verdict.result == .refused)
        #expect(verdict.parts.map(\.verified.count) == [0] && verdict.rules.isEmpty && verdict.failures.isEmpty)
    }

    @Test func imageThatIsNotThereIsAnError() async throws {
        let shop = try Shop()
        await #expect(throws: RegistryError.self) { try await shop.verify(.tag("none")) }
        await #expect(throws: RegistryError.self) { try await shop.verify(.digest(.of([1]))) }
    }

    @Test(arguments: [CosignAttachment.signatures, .attestations])
    func cosignLayerVerifies(_ kind: CosignAttachment) async throws {
        let shop = try Shop()
        let image = try shop.image()
        let other = try shop.image("another image")
        try shop.attach([try layer(shop, kind, image.digest)], as: kind, to: image)
        try shop.attach([try layer(shop, kind, image.digest)], as: kind, to: other)
        #expect(try await shop.verify(image).result == .verified)
        // The same genuine evidence under another image's tag.
        let verdict = try await shop.verify(other)
        #expect(verdict.result == .refused)
        #expect(verdict.rules == [kind == .signatures ? "artifact-mismatch" : "subject-mismatch"])
    }

    @Test func genuineLayerAmongForeignOnesVerifies() async throws {
        let shop = try Shop()
        let image = try shop.image()
        let mallory = try shop.authority.mint(
            shop.request(about: image.digest, signer: .workflow(repository: "mallory/app")).inRekorV1)
        try shop.attach(
            [
                CosignLayer(mediaType: "text/plain", bytes: [1], annotations: [:]), mallory.cosignLayer(),
                try layer(shop, .attestations, image.digest),
            ], as: .attestations, to: image)
        let verdict = try await shop.verify(image)
        #expect(verdict.result == .verified && verdict.rules == ["identity-mismatch"])
    }

    private func layer(_ shop: Shop, _ kind: CosignAttachment, _ image: Digest) throws -> CosignLayer {
        let request =
            kind == .signatures
            ? SigningRequest.simpleSigning(image: image, reference: "registry.example/team/app", at: Shop.time)
            : shop.request(about: image).inRekorV1
        return try shop.authority.mint(request).cosignLayer()
    }

    @Test func signatureDoesNotAnswerForAPredicate() async throws {
        let shop = try Shop()
        let image = try shop.image()
        try shop.attach([try layer(shop, .signatures, image.digest)], as: .signatures, to: image)
        #expect(try await shop.verify(image).result == .verified)
        #expect(try await shop.verify(image, predicateType: Shop.provenance).result == .refused)
    }

    @Test func predicateThatIsAskedForMustBeThere() async throws {
        let shop = try Shop()
        let image = try shop.image()
        try shop.attest(image, Shop.bill)
        #expect(try await shop.verify(image, predicateType: Shop.bill).result == .verified)
        #expect(try await shop.verify(image, predicateType: Shop.provenance).result == .refused)
        // A referrer that lies about its predicate type is found by the statement's own.
        try shop.attach(
            shop.authority.mint(shop.request(about: image.digest, Shop.bill)).bytes, to: image,
            annotations: [Shop.predicateName: Shop.provenance])
        let verdict = try await shop.verify(image, predicateType: Shop.provenance)
        #expect(verdict.result == .refused && verdict.rules == ["predicate-mismatch"])
    }

    @Test func otherPredicatesDoNotUseUpTheCap() async throws {
        let shop = try Shop()
        let image = try shop.image()
        for number in 0..<300 {
            try shop.attach(
                Array("statement \(number)".utf8), to: image,
                annotations: [Shop.predicateName: "https://example.com/other/\(number)"])
        }
        try shop.attest(image)
        let verdict = try await shop.verify(image, predicateType: Shop.provenance)
        #expect(verdict.result == .verified && verdict.failures.isEmpty)
        // Nothing of the others was fetched.
        #expect(shop.source.asked.count < 10)
    }

    @Test func strangersEvidenceDoesNotUseUpTheCap() async throws {
        let shop = try Shop()
        let image = try shop.image()
        var request = shop.request(about: image.digest)
        request.signer = .certificate(.workflow(repository: "mallory/app"))
        let strangers = try shop.authority.mint(request).bytes
        for number in 0...ImageVerification.maximumCandidates.limit {
            try shop.attach(strangers + [UInt8](repeating: 0x20, count: number), to: image, annotations: [:])
        }
        let alone = try await shop.verify(image)
        #expect(alone.result == .refused && alone.failures.isEmpty)
        try shop.attest(image)
        #expect(try await shop.verify(image).result == .verified)
    }

    @Test func unreadableEvidenceDoesNotHideGenuine() async throws {
        let shop = try Shop()
        let image = try shop.image()
        try shop.attest(image)
        shop.source.change { $0.broken.insert("referrers of \(image.digest)") }
        #expect(try await shop.verify(image).result == .unevaluated)
        let layer = try shop.authority.mint(
            .simpleSigning(image: image.digest, reference: "registry.example/team/app", at: Shop.time)
        ).cosignLayer()
        try shop.attach([layer], as: .signatures, to: image)
        #expect(try await shop.verify(image).result == .verified)
    }

    /// Whom a piece claims to be of can be copied: forged copies, however many, neither use up the cap nor hide what is
    /// genuine.
    @Test func forgedCopiesDoNotUseUpTheCap() async throws {
        let cap = ImageVerification.maximumCandidates.limit
        let shop = try Shop()
        let image = try shop.image()
        // Genuine evidence of the accepted signer about another image; spaces behind a document make others that say the
        // same, since the same bytes count once.
        let other = try shop.authority.mint(shop.request(about: .of([1]))).bytes
        for number in 0...cap {
            try shop.attach(other + [UInt8](repeating: 0x20, count: number), to: image, annotations: [:])
        }
        let forged = try await shop.verify(image)
        #expect(forged.result == .refused && forged.failures.isEmpty)
        try shop.attest(image)
        #expect(try await shop.verify(image).result == .verified)
    }

    @Test func moreVerifiedThanTheCapIsUnevaluatedUnlessEnoughIsVerified() async throws {
        let cap = ImageVerification.maximumCandidates.limit
        for count in [cap, cap + 1] {
            let shop = try Shop()
            let image = try shop.image()
            let genuine = try shop.authority.mint(shop.request(about: image.digest)).bytes
            for number in 0..<count {
                try shop.attach(genuine + [UInt8](repeating: 0x20, count: number), to: image, annotations: [:])
            }
            #expect(try await shop.verify(image).result == .verified)
            let verdict = try await shop.verify(image, demanded: 2)
            #expect(verdict.result == (count > cap ? .unevaluated : .refused), "\(count)")
            #expect(verdict.failures.contains { $0.contains("pieces of evidence of one image") } == (count > cap))
        }
    }

    @Test func repeatedEvidenceIsJudgedOnce() async throws {
        let shop = try Shop()
        let image = try shop.image()
        let bytes = try shop.authority.mint(shop.request(about: image.digest)).bytes
        for number in 0..<10 { try shop.attach(bytes, to: image, annotations: ["number": "\(number)"]) }
        let verdict = try await shop.verify(image)
        #expect(verdict.result == .verified && verdict.parts.first?.verified.count == 1)
    }

    @Test func malformedEvidenceBesideGoodEvidenceDoesNoHarm() async throws {
        let shop = try Shop()
        let image = try shop.image()
        for bytes in [[], [1], Array("{}".utf8), Array(String(repeating: "[", count: 1000).utf8)] as [[UInt8]] {
            try shop.attach(bytes, to: image)
        }
        let alone = try await shop.verify(image)
        #expect(alone.result == .unevaluated && alone.failures.count == 4)
        try shop.attest(image)
        #expect(try await shop.verify(image).result == .verified)
    }

    @Test func unreadableEvidenceIsNotARefusal() async throws {
        let shop = try Shop()
        let image = try shop.image()
        let blob = try shop.attest(image)
        #expect(try await shop.verify(image).result == .verified)
        shop.breakDown("\(blob.digest)")
        #expect(try await shop.verify(image).result == .unevaluated)
        // Refused evidence beside it proves nothing about what could not be read.
        try shop.attest(image, signer: .workflow(repository: "mallory/app"))
        let both = try await shop.verify(image)
        #expect(both.result == .unevaluated && both.rules == ["identity-mismatch"] && both.failures.count == 1)
        // Enough verified evidence decides whatever else there is.
        try shop.attest(image)
        #expect(try await shop.verify(image).result == .verified)
    }

    @Test(arguments: ["referrers", "sig", "att"])
    func listThatCannotBeHadIsNotARefusal(_ list: String) async throws {
        let shop = try Shop()
        let image = try shop.image()
        shop.breakDown("\(list) of \(image.digest)")
        #expect(try await shop.verify(image).result == .unevaluated)
    }

    @Test func referrerThatIsTooLargeIsUnevaluated() async throws {
        let shop = try Shop()
        let image = try shop.image()
        try shop.attach([UInt8](repeating: 0x20, count: Bundle.maximumSize.limit + 1), to: image)
        let verdict = try await shop.verify(image)
        #expect(verdict.result == .unevaluated && verdict.failures.first?.contains("bundle bytes") == true)
    }

    @Test func otherArtifactTypesAreNoEvidence() async throws {
        let shop = try Shop()
        let image = try shop.image()
        let bytes = try shop.authority.mint(shop.request(about: image.digest)).bytes
        try shop.attach(bytes, to: image, artifactType: "application/vnd.example+json")
        let verdict = try await shop.verify(image)
        #expect(verdict.result == .refused && verdict.rules.isEmpty)
    }
}

extension SigningRequest {
    /// Recorded as cosign records what it attaches: in Rekor v1, which gives the time.
    var inRekorV1: SigningRequest {
        var copy = self
        copy.records = [.init(.rekorV1, kind: .dsse001)]
        copy.timestamps = 0
        return copy
    }
}
