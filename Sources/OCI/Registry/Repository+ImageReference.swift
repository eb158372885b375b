package import Core

extension Repository {
    /// The repository a reference names, on the host that serves it.
    ///
    /// - Throws: ``RegistryError`` with `invalidReference`
    package init(_ reference: ImageReference) throws(RegistryError) {
        try self.init(host: reference.registryHost, path: reference.repository)
    }
}

extension ImageSelector {
    /// What a reference selects: its digest when it has one, since a tag beside it adds nothing; else its tag.
    ///
    /// - Throws: ``RegistryError`` with `invalidReference` when the digest's algorithm is not supported.
    package init(_ reference: ImageReference) throws(RegistryError) {
        if let text = reference.digest {
            guard let digest = Digest(text) else {
                throw RegistryError(
                    .invalidReference,
                    "expected sha256:… or sha512:… in lowercase hexadecimal, saw \(text.printable(80))",
                    at: .registry(host: reference.registryHost, repository: reference.repository))
            }
            self = .digest(digest)
        } else {
            self = reference.tag.map { .tag($0) } ?? .standard
        }
    }
}
