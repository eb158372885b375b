package import Core

/// What a policy bundle consists of and on what terms (`kind: BundleManifest`, file `bundle.yaml`).
package struct BundleManifest: Sendable, Hashable {
    /// `spec.approvers[]`: who may approve waivers.
    package struct Approver: Sendable, Hashable {
        /// `name`, as `approvedBy` of a waiver names it.
        package var name: String
        /// `keys`: public keys in PEM; at least one.
        package var keys: [PublicKey]

        package init(name: String, keys: [PublicKey]) {
            self.name = name
            self.keys = keys
        }
    }

    /// `metadata.name`
    package var name: String
    /// `spec.version`, SemVer 2.0 such as `28.1.0`.
    package var version: SemanticVersion
    /// `spec.expires`: from this instant on the bundle is not used any more.
    package var expires: Instant
    /// `spec.defaultMode`: what happens to images that no policy covers; `Enforce` when absent.
    package var defaultMode: DeployPolicy.Mode
    package var approvers: [Approver]
    /// `spec.waivers`
    package var waivers: WaiverTerms
    /// `spec.files[]`: `{path, sha256}` of every other file, sorted by path; written by `mc policy bundle build`.
    package var files: [String: Digest]?

    package init(
        name: String, version: SemanticVersion, expires: Instant, defaultMode: DeployPolicy.Mode = .enforce,
        approvers: [Approver] = [], waivers: WaiverTerms = WaiverTerms(), files: [String: Digest]? = nil
    ) {
        self.name = name
        self.version = version
        self.expires = expires
        self.defaultMode = defaultMode
        self.approvers = approvers
        self.waivers = waivers
        self.files = files
    }
}

/// On what terms waivers count (`spec.waivers` of the manifest).
package struct WaiverTerms: Sendable, Hashable {
    /// `classes`: class name → the longest life of a waiver of this class.
    package var classes: [String: Duration]
    /// `waivable`: rules that may be waived although they cannot be by default.
    package var waivable: [RuleID]
    /// `revocationsMaxAge`: how old the revocation list may be before it voids all waivers; 24 h when absent.
    package var revocationsMaxAge: Duration
    /// `renewals`: how many waivers of one rule and scope within 30 days one approver may give; 2 when absent, and
    /// never more.
    package var renewals: Int

    /// What a class may last at most, whatever a bundle says.
    package static let hardLimits: [String: Duration] = ["emergency": .seconds(2 * 3_600)]
    /// No class lasts longer.
    package static let longestLife = Duration.seconds(90 * 86_400)
    package static let standardClasses: [String: Duration] = [
        "emergency": .seconds(2 * 3_600), "maintenance": .seconds(24 * 3_600), "exception": .seconds(30 * 86_400),
    ]

    package init(
        classes: [String: Duration] = Self.standardClasses, waivable: [RuleID] = [],
        revocationsMaxAge: Duration = .seconds(86_400), renewals: Int = 2
    ) {
        self.classes = classes
        self.waivable = waivable
        self.revocationsMaxAge = revocationsMaxAge
        self.renewals = renewals
    }
}
