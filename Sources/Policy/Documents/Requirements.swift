package import Attestation
package import Core

/// What an image must show (`spec.require`).
package struct Requirements: Sendable, Hashable {
    /// `digest`: whether the image must be named by its digest; `true` when absent.
    package var digest = true
    /// `signers`: how many distinct bound signers must vouch for the image; 1 when absent.
    package var signers = 1
    package var provenance: ProvenanceRequirement?
    package var sbom: BillRequirement?
    package var deliveryClaims: DeliveryRequirement?
    /// `gates`: names; each defined in `spec.gates`.
    package var gates: [String] = []
    package var promotedFrom: PromotionRequirement?
    package var verificationSummary: SummaryRequirement?

    package init() {}

    /// Whether somebody's later word against an image counts: of a gate, or of another verifier.
    package var hearsAdverseWords: Bool { !gates.isEmpty || verificationSummary != nil }
}

/// `provenance: {predicateTypes, builders, maxAge}`
package struct ProvenanceRequirement: Sendable, Hashable {
    /// `predicateTypes`: SLSA provenance types; all known ones when absent.
    package var versions: [Provenance.Version]
    /// `builders`: globs over the builder's id; empty when absent, which accepts any that the bound signer names.
    package var builders: [Glob]
    /// `maxAge`: how long ago it may have been signed.
    package var maxAge: Duration?

    package init(
        versions: [Provenance.Version] = Provenance.Version.allCases, builders: [Glob] = [], maxAge: Duration? = nil
    ) {
        self.versions = versions
        self.builders = builders
        self.maxAge = maxAge
    }
}

/// `sbom: {formats, maxAge}`
package struct BillRequirement: Sendable, Hashable {
    /// `formats`: `CycloneDX`, `SPDX`; both when absent.
    package var formats: [BillOfMaterials.Format]
    package var maxAge: Duration?

    package init(formats: [BillOfMaterials.Format] = BillOfMaterials.Format.allCases, maxAge: Duration? = nil) {
        self.formats = formats
        self.maxAge = maxAge
    }
}

/// `deliveryClaims: {schema: v28.1, bundleVersion: ">= v28.0", hermetic: true}`
///
/// `schema` must be `v28.1`, the only one there is.
package struct DeliveryRequirement: Sendable, Hashable {
    /// `bundleVersion`: constrains the claim in the attestation, nothing else.
    package var bundleVersion: VersionRange?
    /// `hermetic`: whether the build must claim to have had no network.
    package var hermetic: Bool
    package var maxAge: Duration?

    package init(bundleVersion: VersionRange? = nil, hermetic: Bool = false, maxAge: Duration? = nil) {
        self.bundleVersion = bundleVersion
        self.hermetic = hermetic
        self.maxAge = maxAge
    }
}

/// `promotedFrom: {environment: staging, for: 24h}`; it does not apply in that environment itself.
package struct PromotionRequirement: Sendable, Hashable {
    package var environment: String
    /// `for`: how long ago the digest must have been admitted there first; none when absent.
    package var soak: Duration

    package init(environment: String, soak: Duration = .zero) {
        self.environment = environment
        self.soak = soak
    }
}

/// `verificationSummary: {verifiers: [{id, signer}], levels, policyDigests}`: a verification summary (SLSA VSA) of
/// somebody else.
package struct SummaryRequirement: Sendable, Hashable {
    /// `verifiers[]`: by `id`, each with its `signer`; never ourselves.
    package struct Verifier: Sendable, Hashable {
        package var id: String
        package var signers: [SignerRule]

        package init(id: String, signers: [SignerRule]) {
            self.id = id
            self.signers = signers
        }
    }

    package var verifiers: [Verifier]
    /// `levels`: each must be among the verified levels.
    package var levels: [String]
    /// `policyDigests`: `sha256:…` of the policies it may have been verified against; at least one.
    package var policyDigests: [Digest]

    package init(verifiers: [Verifier], levels: [String] = [], policyDigests: [Digest]) {
        self.verifiers = verifiers
        self.levels = levels
        self.policyDigests = policyDigests
    }

    /// Where our own verification summaries' verifier ids begin; they must never come back to us as evidence.
    package static let ownVerifier = "https://mc.internal/verifier"
}
