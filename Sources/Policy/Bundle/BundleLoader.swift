package import Core

/// Turns files into a bundle to decide by: signatures first, then every file's digest, then documents, then version,
/// then expiry.
package enum BundleLoader {
    /// The payload type of a manifest's signatures; the payload is `bundle.yaml` byte for byte.
    package static let payloadType = "application/vnd.mc.bundle-manifest+yaml"

    /// Loads a bundle.
    ///
    /// - Parameters:
    ///   - source: the files.
    ///   - trust: whose signatures count; `nil` for a folder under work.
    ///   - memory: the versions that were accepted before.
    ///   - now: the present.
    ///   - allowUnsigned: whether a bundle is taken without trust; such a bundle is marked as unsigned, and a signature
    ///     that lies beside it must still be one of this manifest.
    /// - Throws: ``BundleError`` with the first thing that does not hold.
    package static func load(
        _ source: BundleSource, trust: RoleTrust?, memory: VersionMemory = VersionMemory(), now: Instant,
        allowUnsigned: Bool = false
    ) throws(BundleError) -> PolicyBundle {
        guard let bytes = source.files[BundleSource.manifest] else {
            throw BundleError(
                .manifestMissing, "there is no \(BundleSource.manifest); is this the bundle's folder?",
                file: BundleSource.manifest)
        }
        guard trust != nil || allowUnsigned else {
            throw BundleError(
                .unsigned, "nothing says whose signatures count; give a RoleTrust document, or allow unsigned bundles",
                file: BundleSource.manifest)
        }
        let signatures = try ManifestSignatures(source, manifest: bytes, trust: trust)
        let manifest = try BundleDocuments.manifest(bytes)
        if let expected = trust?.bundle, !expected.isSame(as: manifest.name) {
            throw BundleError(
                .wrongBundle, "the keys are trusted for the bundle \(expected), and this is \(manifest.name)",
                file: BundleSource.manifest, field: "metadata.name")
        }
        try checkFiles(of: manifest, in: source, isSigned: trust != nil)
        let documents = try BundleDocuments.all(source)
        let roles = try signatures?.roles(for: documents) ?? []
        let bundle = BundleDocuments.bundle(
            documents, manifest: manifest, digest: trust == nil ? source.contentDigest : .of(bytes),
            origin: trust == nil ? .unsigned : .signed(roles: roles))
        if let trust { try checkVersion(of: bundle, in: source, trust: trust, memory: memory, now: now) }
        guard now < manifest.expires else {
            throw BundleError(
                .expired, "it expired at \(manifest.expires), and now is \(now); issue a new version",
                file: BundleSource.manifest, field: "spec.expires")
        }
        return bundle
    }

    /// Checks that the files are exactly those the manifest lists.
    static func checkFiles(
        of manifest: BundleManifest, in source: BundleSource, isSigned: Bool
    ) throws(BundleError) {
        guard let listed = manifest.files else {
            guard isSigned else { return }
            throw BundleError(
                .filesMissing, "the manifest lists no files; make one by mc policy bundle build",
                file: BundleSource.manifest, field: "spec.files")
        }
        let digests = source.digests
        for (path, digest) in listed.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            guard let seen = digests.first(where: { $0.key.isSame(as: path) })?.value else {
                throw BundleError(
                    .filesMissing, "the manifest lists it, and it is not there; get the whole bundle again", file: path)
            }
            guard seen == digest else {
                throw BundleError(
                    .fileChanged,
                    "expected \(digest), as the manifest lists it, saw \(seen); the file was changed after the "
                        + "bundle was built",
                    file: path)
            }
        }
        for path in source.listedPaths where !listed.keys.contains(where: { $0.isSame(as: path) }) {
            throw BundleError(
                .fileUnlisted,
                "the manifest does not list it; nobody signed it, so take it away or build the bundle anew",
                file: path)
        }
    }

    private static func checkVersion(
        of bundle: PolicyBundle, in source: BundleSource, trust: RoleTrust, memory: VersionMemory, now: Instant
    ) throws(BundleError) {
        let name = bundle.manifest.name
        let version = VersionMemory.Version(bundle.manifest.version, bundle.digest)
        let message: String
        let highest: VersionMemory.Version
        switch memory.standing(of: version, name: name) {
        case .current: return
        case .lower(let seen):
            highest = seen
            message = "\(version.version) is lower than \(seen.version), the highest version seen"
        case .reused(let seen):
            // No rollback leads from a version to itself.
            throw BundleError(
                .versionReused,
                "\(version.version) was seen with other content (\(seen.digest), now \(version.digest)); each content "
                    + "needs a version of its own, so raise spec.version and build anew",
                file: BundleSource.manifest, field: "spec.version")
        case .takenBack(let seen):
            highest = seen
            message = "\(version.version) was taken back by a rollback; issue a higher version"
        }
        guard let bytes = source.files[BundleSource.rollback] else {
            throw BundleError(
                .versionLower, message + "; only a signed rollback permits it", file: BundleSource.manifest,
                field: "spec.version")
        }
        func refuse(_ field: String, _ reason: String) -> BundleError {
            BundleError(
                .rollbackInvalid, "\(message), and the rollback does not permit it: \(reason)",
                file: BundleSource.rollback, field: field)
        }
        let order: RollbackOrder
        do {
            let role = trust.rollbackRole
            let payload = try SignedDocument(parsing: bytes).payload(
                type: RollbackOrder.payloadType, keys: role.keys, threshold: role.threshold,
                role: "the role \(role.name)")
            order = try RollbackOrder(verified: payload)
        } catch let error as SigningError {
            throw refuse(error.field, error.message)
        } catch let error as JSONError {
            throw refuse("\(error.location)", error.message)
        } catch {
            throw refuse("", "\(error)")
        }
        if let refusal = order.refusal(of: version, name: name, highest: highest, now: now) {
            throw refuse(refusal.field, refusal.message)
        }
    }
}

/// The signatures of a manifest, verified as far as they can be before it is read.
private struct ManifestSignatures {
    private let document: SignedDocument
    private let trust: RoleTrust

    /// - Returns: `nil` when nobody's signatures count; what lies beside the manifest must then still be of it.
    init?(_ source: BundleSource, manifest: [UInt8], trust: RoleTrust?) throws(BundleError) {
        let file = BundleSource.signature
        guard let bytes = source.files[file] else {
            guard trust != nil else { return nil }
            throw BundleError(
                .signatureMissing, "the bundle is not signed; sign it by mc policy bundle sign", file: file)
        }
        do {
            let document = try SignedDocument(parsing: bytes)
            if let trust {
                let role = trust.policyRole
                _ = try document.payload(
                    type: BundleLoader.payloadType, keys: role.keys, threshold: role.threshold,
                    role: "the role \(role.name)")
            }
            guard document.unverifiedPayload == manifest else {
                throw BundleError(
                    .manifestChanged,
                    "the signatures are of another \(BundleSource.manifest) than the one beside them; it was changed "
                        + "after it was signed",
                    file: file, field: "payload")
            }
            guard let trust else { return nil }
            self.document = document
            self.trust = trust
        } catch let error as BundleError {
            throw error
        } catch let error as SigningError {
            throw BundleError(.signatureInvalid, error.message, file: file, field: error.field)
        } catch {
            throw BundleError(.signatureInvalid, "\(error)", file: file)
        }
    }

    /// The roles that have signed, sorted; every role that must sign some kind of document in the bundle is one.
    func roles(for documents: [PolicyDocument]) throws(BundleError) -> [String] {
        var names: [String] = []
        for role in trust.roles {
            let count = document.signers(among: role.keys, type: BundleLoader.payloadType).count
            if count >= role.threshold {
                names.append(role.name)
            } else if let first = documents.first(where: { role.kinds.contains($0.kindName) }) {
                throw BundleError(
                    .roleMissing,
                    "the role \(role.name) must sign bundles with a document of kind \(first.kindName); expected "
                        + "\(role.threshold) of its \(role.keys.count) keys, saw \(count)",
                    file: first.file)
            }
        }
        return names.sorted()
    }
}

extension PolicyDocument {
    /// The kind, as documents write it.
    package var kindName: String {
        switch kind {
        case .deployPolicy: "DeployPolicy"
        case .environmentMap: "EnvironmentMap"
        case .clusterIdentity: "ClusterIdentity"
        case .trustRoot: "TrustRoot"
        case .manifest: "BundleManifest"
        }
    }
}
