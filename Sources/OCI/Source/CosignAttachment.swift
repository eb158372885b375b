package import Core

/// What cosign attaches to an image under a tag made of the image's digest (cosign signature specification,
/// "Discovery").
package enum CosignAttachment: String, Sendable, Hashable, CaseIterable {
    case signatures = "sig"
    case attestations = "att"
    case sbom = "sbom"

    /// The tag, such as `sha256-<hex>.sig`.
    package func tag(of digest: Digest) -> String { "\(digest.algorithm.rawValue)-\(digest.hex).\(rawValue)" }

    /// The `kind` annotation that `cosign save` gives the descriptor in a layout's index.
    var layoutKind: String? {
        switch self {
        case .signatures: "dev.cosignproject.cosign/sigs"
        case .attestations: "dev.cosignproject.cosign/atts"
        case .sbom: nil
        }
    }
}

/// The tag under which a registry without referrers API keeps the list of referrers (OCI distribution
/// specification, "Referrers Tag Schema"): the algorithm's first 32 and the hash's first 64 characters.
enum ReferrersTag {
    static func of(_ digest: Digest) -> String { "\(digest.algorithm.rawValue.prefix(32))-\(digest.hex.prefix(64))" }

    /// Whether a tag is one of these or of cosign's, so that what it names is about an image, not an image.
    static func isDerived(_ tag: String) -> Bool {
        guard let dash = tag.firstIndex(of: "-"), DigestAlgorithm(rawValue: String(tag[..<dash])) != nil else {
            return false
        }
        let rest = tag[tag.index(after: dash)...]
        let hash = rest.prefix { $0 != "." }
        guard hash.utf8.count >= 64, Hex.decode(hash) != nil else { return false }
        let suffix = rest.dropFirst(hash.count)
        return suffix.isEmpty || CosignAttachment(rawValue: String(suffix.dropFirst())) != nil
    }
}
