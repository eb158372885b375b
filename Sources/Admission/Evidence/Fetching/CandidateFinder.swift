internal import Core
internal import OCI

/// Finds evidence kept beside an image: bundles as referrers (OCI 1.1), cosign's `.sig` and `.att` tags.
struct CandidateFinder: Sendable {
    let source: any ImageSource
    /// Only statements of this type are asked for; what says it is of another is left out before any cap counts.
    let predicateType: String?

    private static let bundleType = "application/vnd.dev.sigstore.bundle"
    private static let signatureType = "application/vnd.dev.cosign.simplesigning.v1+json"
    private static let envelopeType = "application/vnd.dsse.envelope.v1+json"
    private static let predicateAnnotations = [
        "dev.sigstore.bundle.predicateType", "predicateType", "in-toto.io/predicate-type",
    ]

    /// The ways in which evidence is kept beside an image, in the order in which they count.
    enum Lane: Int, CaseIterable, Sendable {
        case bundles, signatures, attestations

        var form: EvidenceCandidate.Form {
            switch self {
            case .bundles: .bundle
            case .signatures: .cosignSignature
            case .attestations: .cosignAttestation
            }
        }

        /// What a failure to list it is about.
        func origin(_ digest: Digest) -> String {
            switch self {
            case .bundles: "referrers of \(digest)"
            case .signatures: "cosign signatures of \(digest)"
            case .attestations: "cosign attestations of \(digest)"
            }
        }
    }

    /// What was found, and the places that could not be looked at.
    struct Found {
        var candidates: [EvidenceCandidate] = []
        var failures: [ImageVerdict.Failure] = []
        private var seen: Set<EvidenceCandidate.Key> = []

        mutating func add(_ candidate: EvidenceCandidate) {
            if seen.insert(candidate.key).inserted { candidates.append(candidate) }
        }

        mutating func add(_ error: RegistryError, _ origin: String) {
            guard failures.count < CandidateFinder.maximumFailures else { return }
            failures.append(.init(origin: origin, message: "\(error)", isOutage: error.isOutage))
        }
    }

    /// How many places that could not be looked at are named.
    static let maximumFailures = 32

    /// The lanes that can hold what is asked for.
    var lanes: [Lane] { predicateType == nil ? Lane.allCases : [.bundles, .attestations] }

    /// Lists candidates about a digest.
    ///
    /// A place that cannot be read takes nothing away from the others: whoever may attach something unreadable must not
    /// hide genuine evidence with it.
    func find(for digest: Digest) async -> Found {
        var found = Found()
        for lane in lanes {
            let holders: [Descriptor]
            do throws(RegistryError) {
                holders = try await list(lane, of: digest)
            } catch {
                found.add(error, lane.origin(digest))
                continue
            }
            for holder in holders {
                do throws(RegistryError) {
                    for candidate in try await candidates(lane, in: holder) { found.add(candidate) }
                } catch {
                    found.add(error, origin(lane, holder, of: digest))
                }
            }
        }
        return found
    }

    /// The manifests that hold evidence of a kind about a digest.
    func list(_ lane: Lane, of digest: Digest) async throws(RegistryError) -> [Descriptor] {
        switch lane {
        case .bundles:
            return try await source.referrers(of: digest, artifactType: nil).filter { referrer in
                referrer.artifactType?.hasPrefix(Self.bundleType) == true && isAskedFor(referrer)
            }
        case .signatures: return try await source.attachments(.signatures, to: digest)
        case .attestations: return try await source.attachments(.attestations, to: digest)
        }
    }

    /// The candidates that a manifest holds.
    func candidates(_ lane: Lane, in holder: Descriptor) async throws(RegistryError) -> [EvidenceCandidate] {
        let layers = try await layers(of: holder)
        switch lane {
        case .bundles:
            // A referrer holds one bundle; more layers would only multiply the work.
            guard let layer = layers.first(where: { $0.mediaType.hasPrefix(Self.bundleType) }) else { return [] }
            return [EvidenceCandidate(form: .bundle, blob: layer, origin: "referrer \(holder.digest)")]
        case .signatures:
            return layers.filter { $0.mediaType == Self.signatureType }.map { layer in
                EvidenceCandidate(
                    form: .cosignSignature, blob: layer, origin: "cosign signature \(layer.digest)")
            }
        case .attestations:
            return layers.filter { $0.mediaType == Self.envelopeType && isAskedFor($0) }.map { layer in
                EvidenceCandidate(
                    form: .cosignAttestation, blob: layer, origin: "cosign attestation \(layer.digest)")
            }
        }
    }

    /// What a failure to read a manifest is about.
    func origin(_ lane: Lane, _ holder: Descriptor, of digest: Digest) -> String {
        lane == .bundles ? "referrer \(holder.digest)" : lane.origin(digest)
    }

    private func layers(of descriptor: Descriptor) async throws(RegistryError) -> [Descriptor] {
        guard case .manifest(let manifest) = try await source.document(descriptor.digest, size: descriptor.size) else {
            return []
        }
        return manifest.layers
    }

    /// What names another predicate type of itself cannot be what is asked for; what names none is looked at.
    private func isAskedFor(_ descriptor: Descriptor) -> Bool {
        guard let predicateType else { return true }
        for name in Self.predicateAnnotations {
            if let named = descriptor.annotations[name] { return named.utf8.elementsEqual(predicateType.utf8) }
        }
        return true
    }
}
