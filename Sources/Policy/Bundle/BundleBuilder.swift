package import Core
internal import YAML

/// Makes bundles of folders, and signs them.
package enum BundleBuilder {
    /// Makes the files of a bundle: the manifest with the digest of every other file, and those files.
    ///
    /// - Parameters:
    ///   - source: the files that people wrote; signatures and rollbacks among them are left out.
    ///   - now: the present; a bundle that has expired is not made.
    /// - Throws: ``BundleError`` when the bundle could not be loaded.
    package static func build(_ source: BundleSource, now: Instant) throws(BundleError) -> BundleSource {
        guard let bytes = source.files[BundleSource.manifest] else {
            throw BundleError(
                .manifestMissing, "there is no \(BundleSource.manifest); write one with name, version and expiry",
                file: BundleSource.manifest)
        }
        var files = source.files
        files[BundleSource.signature] = nil
        files[BundleSource.rollback] = nil
        files[BundleSource.manifest] = Array(try manifest(bytes, listing: source).utf8)
        let built = try BundleSource(files)
        _ = try BundleLoader.load(built, trust: nil, now: now, allowUnsigned: true)
        return built
    }

    private static func manifest(_ bytes: [UInt8], listing source: BundleSource) throws(BundleError) -> String {
        let value: JSONValue
        do {
            value = try YAMLReader.document(bytes, file: BundleSource.manifest).json
        } catch {
            throw BundleError(error)
        }
        guard case .object(var document) = value, case .object(var spec) = document["spec"] else {
            throw BundleError(
                .malformed, "expected a document of kind BundleManifest with a spec", file: BundleSource.manifest)
        }
        let digests = source.digests
        spec["files"] = .array(
            source.listedPaths.map { path in
                ["path": .string(path), "sha256": .string(digests[path]?.hex ?? "")]
            })
        document["spec"] = .object(spec)
        return YAMLWriter.text(
            .object(document), heading: "Made by mc policy bundle build. Change its source, not this file.")
    }

    /// Signs a built bundle.
    ///
    /// - Returns: the signature file, and whether signatures that lay there were of another manifest and were left out.
    /// - Throws: ``BundleError`` when the files are not those the manifest lists, or a key cannot sign.
    package static func sign(
        _ source: BundleSource, signers: [any Signer]
    ) throws(BundleError) -> (file: [UInt8], replacedStale: Bool) {
        guard let bytes = source.files[BundleSource.manifest] else {
            throw BundleError(
                .manifestMissing, "there is no \(BundleSource.manifest); make one by mc policy bundle build",
                file: BundleSource.manifest)
        }
        // What nobody could load is not signed.
        try BundleLoader.checkFiles(of: BundleDocuments.manifest(bytes), in: source, isSigned: true)
        _ = try BundleDocuments.all(source)
        do {
            var isStale = false
            if let present = source.files[BundleSource.signature] {
                let document = try SignedDocument(parsing: present)
                if document.unverifiedPayload == bytes, document.claimedType.isSame(as: BundleLoader.payloadType) {
                    return (try document.adding(signers).bytes, false)
                }
                isStale = true
            }
            let document = try SignedDocument(payload: bytes, type: BundleLoader.payloadType, signers: signers)
            return (document.bytes, isStale)
        } catch {
            throw BundleError(.signatureInvalid, error.message, file: BundleSource.signature, field: error.field)
        }
    }

    /// Signs the permission to go back to a built bundle.
    ///
    /// - Parameters:
    ///   - source: the bundle to go back to.
    ///   - from: the highest version that was accepted.
    ///   - expires: from when on the permission does not count any more.
    ///   - reason: why.
    ///   - now: the present.
    /// - Returns: the order, and its file.
    /// - Throws: ``BundleError`` when the order could permit nothing, the files are not those the manifest lists, or a
    ///   key cannot sign.
    package static func rollback(
        to source: BundleSource, from: SemanticVersion, expires: Instant, reason: String, signers: [any Signer],
        now: Instant
    ) throws(BundleError) -> (order: RollbackOrder, file: [UInt8]) {
        func refuse(_ field: String, _ message: String) -> BundleError {
            BundleError(.rollbackInvalid, message, file: BundleSource.rollback, field: field)
        }
        guard let bytes = source.files[BundleSource.manifest] else {
            throw BundleError(
                .manifestMissing, "there is no \(BundleSource.manifest); is this the bundle's folder?",
                file: BundleSource.manifest)
        }
        let manifest = try BundleDocuments.manifest(bytes)
        try BundleLoader.checkFiles(of: manifest, in: source, isSigned: true)
        guard manifest.version < from else {
            throw refuse(
                "from",
                "a rollback goes back to a lower version; the bundle is \(manifest.version), which is not lower than "
                    + "\(from)")
        }
        guard now < expires else {
            throw refuse("expires", "expected a time to come, saw \(expires); now is \(now)")
        }
        guard reason.contains(where: { !$0.isWhitespace }) else { throw refuse("reason", "it is empty; say why") }
        let order = RollbackOrder(
            bundle: manifest.name, from: from, to: manifest.version, digest: .of(bytes), expires: expires,
            reason: reason)
        do {
            // What the loader could not read is not written.
            _ = try RollbackOrder(verified: order.payload)
        } catch {
            throw refuse("\(error.location)", error.message)
        }
        do {
            let document = try SignedDocument(
                payload: order.payload, type: RollbackOrder.payloadType, signers: signers)
            return (order, document.bytes)
        } catch {
            throw BundleError(.signatureInvalid, error.message, file: BundleSource.rollback, field: error.field)
        }
    }
}
