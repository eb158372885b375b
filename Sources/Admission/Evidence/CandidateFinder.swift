internal import Core
internal import OCI

/// Finds evidence kept beside an image: bundles as referrers (OCI 1.1), cosign's `.sig` and `.att` tags.
struct CandidateFinder {
    let source: any ImageSource
    /// Only statements of this type are asked for; what says it is of another is left out before any cap counts.
    let predicateType: String?

    private static let bundleType = "application/vnd.dev.sigstore.bundle"
    private static let signatureType = "application/vnd.dev.cosign.simplesigning.v1+json"
    private static let envelopeType = "application/vnd.dsse.envelope.v1+json"
    private static let predicateAnnotations = [
        "dev.sigstore.bundle.predicateType", "predicateType", "in-toto.io/predicate-type",
    ]

    /// Lists candidates about a digest.
    ///
    /// - Throws: ``RegistryError`` when the source could not be asked; nothing found is an empty list.
    func candidates(for digest: Digest) async throws(RegistryError) -> [EvidenceCandidate] {
        var found: [EvidenceCandidate] = []
        for referrer in try await source.referrers(of: digest, artifactType: nil) {
            guard let type = referrer.artifactType, type.hasPrefix(Self.bundleType), isAskedFor(referrer) else {
                continue
            }
            for layer in try await layers(of: referrer) where layer.mediaType.hasPrefix(Self.bundleType) {
                found.append(EvidenceCandidate(form: .bundle, blob: layer, origin: "referrer \(referrer.digest)"))
            }
        }
        if predicateType == nil {
            for manifest in try await source.attachments(.signatures, to: digest) {
                for layer in try await layers(of: manifest) where layer.mediaType == Self.signatureType {
                    found.append(
                        EvidenceCandidate(
                            form: .cosignSignature, blob: layer, origin: "cosign signature \(layer.digest)"))
                }
            }
        }
        for manifest in try await source.attachments(.attestations, to: digest) {
            for layer in try await layers(of: manifest) where layer.mediaType == Self.envelopeType && isAskedFor(layer)
            {
                found.append(
                    EvidenceCandidate(
                        form: .cosignAttestation, blob: layer, origin: "cosign attestation \(layer.digest)"))
            }
        }
        return found
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
