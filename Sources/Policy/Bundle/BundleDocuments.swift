internal import Core
internal import YAML

/// Reads the documents of a bundle's files, and holds them against each other.
enum BundleDocuments {
    /// The manifest.
    ///
    /// - Throws: ``BundleError`` when the file is anything but one manifest.
    static func manifest(_ bytes: [UInt8]) throws(BundleError) -> BundleManifest {
        let documents: [PolicyDocument]
        do {
            documents = try PolicyReader.documents(bytes, file: BundleSource.manifest)
        } catch {
            throw BundleError(error)
        }
        guard documents.count == 1, case .manifest(let manifest)? = documents.first?.kind else {
            let seen = documents.map(\.kindName).joined(separator: ", ")
            throw BundleError(
                .malformed, "expected one BundleManifest and nothing else, saw \(seen.isEmpty ? "nothing" : seen)",
                file: BundleSource.manifest)
        }
        return manifest
    }

    /// Every document of a bundle, without a contradiction.
    ///
    /// - Throws: ``BundleError`` with the first place.
    static func all(_ source: BundleSource) throws(BundleError) -> [PolicyDocument] {
        // The manifest does not cover what signs it: no document may name those files as its trust root.
        let reading = PolicyReader.read(source.signedFiles)
        if let error = reading.errors.first { throw BundleError(error) }
        let problems = PolicyChecker.problems(in: reading, rules: WaivableRules.standard.nameable)
        if let problem = problems.first(where: { $0.severity == .error }) {
            throw BundleError(
                .malformed, "\(problem.message) (\(problem.kind.rawValue))", file: problem.file, mark: problem.mark,
                field: problem.field)
        }
        return reading.documents
    }

    /// The bundle of some documents.
    static func bundle(
        _ documents: [PolicyDocument], manifest: BundleManifest, digest: Digest, origin: PolicyBundle.Origin
    ) -> PolicyBundle {
        var policies: [DeployPolicy] = []
        var environments: [EnvironmentMap] = []
        var clusters: [ClusterIdentity] = []
        var trustRoots: [TrustRootDocument] = []
        for document in documents {
            switch document.kind {
            case .deployPolicy(let value): policies.append(value)
            case .environmentMap(let value): environments.append(value)
            case .clusterIdentity(let value): clusters.append(value)
            case .trustRoot(let value): trustRoots.append(value)
            case .manifest: break
            }
        }
        return PolicyBundle(
            manifest: manifest, digest: digest, origin: origin, policies: policies, environments: environments,
            clusters: clusters, trustRoots: trustRoots)
    }
}
