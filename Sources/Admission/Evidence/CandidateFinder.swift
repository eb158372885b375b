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

    /// What was found, and the places that could not be looked at.
    struct Found {
        var candidates: [EvidenceCandidate] = []
        var failures: [ImageVerdict.Failure] = []
        private var seen: Set<Key> = []

        /// The same bytes with the same annotations are the same evidence, however often they are listed.
        private struct Key: Hashable {
            let digest: Digest
            let annotations: [String: String]
        }

        mutating func add(_ candidate: EvidenceCandidate) {
            let key = Key(digest: candidate.blob.digest, annotations: candidate.blob.annotations)
            if seen.insert(key).inserted { candidates.append(candidate) }
        }

        mutating func add(_ error: RegistryError, _ origin: String) {
            guard failures.count < 32 else { return }
            failures.append(.init(origin: origin, message: "\(error)", isOutage: error.isOutage))
        }
    }

    /// Lists candidates about a digest.
    ///
    /// A place that cannot be read takes nothing away from the others: whoever may attach something unreadable must not
    /// hide genuine evidence with it.
    func find(for digest: Digest) async -> Found {
        var found = Found()
        await addBundles(about: digest, to: &found)
        if predicateType == nil {
            await addCosign(.signatures, .cosignSignature, Self.signatureType, about: digest, to: &found)
        }
        await addCosign(.attestations, .cosignAttestation, Self.envelopeType, about: digest, to: &found)
        return found
    }

    private func addBundles(about digest: Digest, to found: inout Found) async {
        let referrers: [Descriptor]
        do throws(RegistryError) {
            referrers = try await source.referrers(of: digest, artifactType: nil)
        } catch {
            return found.add(error, "referrers of \(digest)")
        }
        for referrer in referrers {
            guard let type = referrer.artifactType, type.hasPrefix(Self.bundleType), isAskedFor(referrer) else {
                continue
            }
            let origin = "referrer \(referrer.digest)"
            do throws(RegistryError) {
                // A referrer holds one bundle; more layers would only multiply the work.
                let layer = try await layers(of: referrer).first { $0.mediaType.hasPrefix(Self.bundleType) }
                if let layer { found.add(EvidenceCandidate(form: .bundle, blob: layer, origin: origin)) }
            } catch {
                found.add(error, origin)
            }
        }
    }

    private func addCosign(
        _ attachment: CosignAttachment, _ form: EvidenceCandidate.Form, _ mediaType: String, about digest: Digest,
        to found: inout Found
    ) async {
        let place = "cosign \(form == .cosignSignature ? "signature" : "attestation")"
        do throws(RegistryError) {
            for manifest in try await source.attachments(attachment, to: digest) {
                for layer in try await layers(of: manifest) where layer.mediaType == mediaType {
                    guard form == .cosignSignature || isAskedFor(layer) else { continue }
                    found.add(EvidenceCandidate(form: form, blob: layer, origin: "\(place) \(layer.digest)"))
                }
            }
        } catch {
            found.add(error, "\(place)s of \(digest)")
        }
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
