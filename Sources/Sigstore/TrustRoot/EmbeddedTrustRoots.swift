internal import Core

extension TrustRoot {
    /// The trust root of the public-good instance (sigstore.dev), as it was when this version was built.
    ///
    /// Its keys change by rotation every few years; a newer one can be had by TUF and passed instead.
    ///
    /// - Throws: ``EvidenceError`` when the embedded document is damaged.
    public static func publicGood() throws(EvidenceError) -> TrustRoot {
        try TrustRoot(parsing: PackageResources.public_good_json)
    }

    /// The trust root of GitHub's own instance, which signs attestations of private repositories.
    ///
    /// It lists timestamp authorities and no logs, so its attestations rest on their timestamps.
    ///
    /// - Throws: ``EvidenceError`` when the embedded document is damaged.
    public static func github() throws(EvidenceError) -> TrustRoot {
        try TrustRoot(parsing: PackageResources.github_json)
    }
}
