internal import Attestation
internal import Core

/// What a piece of evidence says of the repository, held against a binding.
enum RepositoryAgreement {
    /// What the evidence names instead of the bound repository; `nil` when it agrees or says nothing.
    ///
    /// A key and a person say nothing; the binding then rests on who they are. Ids are compared wherever both sides have
    /// one: a name can be given up and registered by somebody else.
    static func contradiction(_ item: EvidenceItem, _ binding: Binding) -> String? {
        if case .certificate(let identity) = item.evidence.signer {
            if let url = identity.claims.sourceRepositoryURI, !isSame(url, binding.repositoryURL) {
                return "\(url) in the certificate"
            }
            if let name = identity.claims.githubWorkflowRepository {
                let url = "https://github.com/\(name)"
                if !isSame(url, binding.repositoryURL) { return "\(url) in the certificate" }
            }
            if let id = identity.claims.sourceRepositoryIdentifier,
                let bound = binding.repositoryID, !id.isSame(as: bound)
            {
                return "repository id \(id) in the certificate"
            }
        }
        guard case .success(.provenance(let provenance)) = item.predicate else { return nil }
        if let url = provenance.sourceRepository, !isSame(url, binding.repositoryURL) {
            return "\(url) in the provenance"
        }
        if let id = provenance.repositoryID, let bound = binding.repositoryID, !id.isSame(as: bound) {
            return "repository id \(id) in the provenance"
        }
        return nil
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        left.isSame(as: right) || withoutSuffix(left).isSame(as: withoutSuffix(right))
    }

    // Builders write the clone URL or the page's.
    private static func withoutSuffix(_ url: String) -> Substring {
        let ending = ".git".utf8
        guard url.utf8.suffix(ending.count).elementsEqual(ending) else { return url[...] }
        return Substring(url.utf8.dropLast(ending.count))
    }
}

extension SignerIdentity {
    /// The signer in words.
    var text: String {
        switch self {
        case .key(let fingerprint): "key \(fingerprint)"
        case .certificate(let identity): "\(identity.subject) from \(identity.issuer ?? "no issuer")"
        }
    }
}
