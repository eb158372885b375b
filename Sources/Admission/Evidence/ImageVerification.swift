internal import Attestation
package import Core
package import OCI
package import Sigstore

/// Verifies an image: finds the evidence beside it, verifies each piece, and counts distinct signers.
package struct ImageVerification: Sendable {
    /// How much evidence is looked at; more than this leaves the image unevaluated rather than refused.
    package static let maximumCandidates = Cap("pieces of evidence of one image", 256)
    /// How much is fetched in all, other signers' evidence among it.
    package static let maximumFetched = Cap("pieces of evidence fetched for one image", 2048)
    /// How many refusals, and how many failures, are kept; they explain and decide nothing.
    private static let maximumReported = 64
    package static let maximumPlatforms = Cap("platforms of one image", 64)
    static let maximumBlob = Cap("evidence bytes", 64 << 20)

    let source: any ImageSource
    let verifier: Verifier
    let demanded: Int

    /// - Parameters:
    ///   - source: where the image and what is attached to it are.
    ///   - verifier: what counts as evidence.
    ///   - demanded: how many distinct keys or identities must have signed; at least 1.
    package init(source: any ImageSource, verifier: Verifier, demanded: Int = 1) {
        self.source = source
        self.verifier = verifier
        self.demanded = max(demanded, 1)
    }

    /// Resolves the reference once, by digest from then on, and verifies.
    ///
    /// Evidence may be on the referenced digest, or, for an image of several platforms, on every platform's manifest.
    ///
    /// - Parameters:
    ///   - selector: which image of the source.
    ///   - now: the present.
    /// - Throws: ``RegistryError`` when the image itself cannot be found or read.
    package func verify(_ selector: ImageSelector, now: Instant) async throws(RegistryError) -> ImageVerdict {
        let descriptor = try await source.resolve(selector)
        // An image that cannot be read is not verified, whatever is beside it.
        let document = try await source.document(descriptor.digest, size: descriptor.size)
        let whole = await part(descriptor.digest, platform: nil, now: now)
        let verdict = ImageVerdict(digest: descriptor.digest, demanded: demanded, parts: [whole])
        guard verdict.result != .verified, case .index(let index) = document else { return verdict }
        let platforms = index.manifests.filter(Self.canRun)
        guard !platforms.isEmpty else { return verdict }
        guard platforms.count <= Self.maximumPlatforms.limit else {
            var unread = whole
            let excess = CapExceeded(cap: Self.maximumPlatforms, seen: platforms.count)
            unread.failures.append(.init(origin: "index \(descriptor.digest)", message: "\(excess)"))
            return ImageVerdict(digest: descriptor.digest, demanded: demanded, parts: [unread])
        }
        var parts: [ImageVerdict.Part] = []
        for platform in platforms {
            parts.append(await part(platform.digest, platform: platform.platform?.description, now: now))
        }
        let byPlatform = ImageVerdict(digest: descriptor.digest, demanded: demanded, parts: parts)
        // What went unread on either side could have decided, so it must not end in a refusal.
        if byPlatform.result == .verified { return byPlatform }
        if verdict.result != byPlatform.result { return verdict.result == .unevaluated ? verdict : byPlatform }
        // Where both say the same, what was found on the image itself explains more than a platform's silence.
        let found = whole.refused.count + whole.failures.count + whole.verified.count
        return found > 0 ? verdict : byPlatform
    }

    /// Whether a runtime could run what the index lists: everything but what a builder marks as no image.
    ///
    /// An entry that names no platform fits every machine (containerd takes it), so it needs evidence like the others;
    /// BuildKit's attestations are of `unknown/unknown`, which fits none.
    static func canRun(_ descriptor: Descriptor) -> Bool {
        guard let platform = descriptor.platform else { return true }
        return !(platform.os.isSame(as: "unknown") && platform.architecture.isSame(as: "unknown"))
    }

    private func part(_ digest: Digest, platform: String?, now: Instant) async -> ImageVerdict.Part {
        var part = ImageVerdict.Part(digest: digest, platform: platform)
        let found = await CandidateFinder(source: source, predicateType: verifier.predicateType).find(for: digest)
        part.failures = found.failures
        let artifact = Artifact(digest: digest)
        var counted = 0
        for candidate in found.candidates.prefix(Self.maximumFetched.limit) {
            if await evaluate(candidate, artifact, now, &part) { counted += 1 }
            if counted > Self.maximumCandidates.limit {
                let excess = CapExceeded(cap: Self.maximumCandidates, seen: counted)
                part.failures.append(.init(origin: "evidence of \(digest)", message: "\(excess)"))
                return part
            }
        }
        if found.candidates.count > Self.maximumFetched.limit {
            let excess = CapExceeded(cap: Self.maximumFetched, seen: found.candidates.count)
            part.failures.append(.init(origin: "evidence of \(digest)", message: "\(excess)"))
        }
        return part
    }

    /// Fetches and verifies a candidate.
    ///
    /// - Returns: whether it counts against the cap: only what verifies does, since whom a piece claims to be of can be
    ///   copied, and anybody who may push can attach any number of copies.
    private func evaluate(
        _ candidate: EvidenceCandidate, _ artifact: Artifact, _ now: Instant, _ part: inout ImageVerdict.Part
    ) async -> Bool {
        do {
            let bundle = try await candidate.fetch(from: source)
            switch verifier.verify(bundle, artifact: artifact, now: now) {
            case .verified(let evidence): part.verified.append(evidence)
            case .refused(let refusal):
                if part.refused.count < Self.maximumReported {
                    part.refused.append(.init(origin: candidate.origin, refusal: refusal))
                }
                return false
            }
            return true
        } catch {
            if part.failures.count < Self.maximumReported {
                part.failures.append(.init(origin: candidate.origin, message: "\(error)"))
            }
            return false
        }
    }
}
