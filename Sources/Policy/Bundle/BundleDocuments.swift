internal import Core
internal import YAML

/// Reads the documents of a bundle's files.
enum BundleDocuments {
    /// The manifest.
    static func manifest(_ bytes: [UInt8]) throws(BundleError) -> BundleManifest {
        throw BundleError(.malformed, "shim", file: "")
    }

    /// Every document but those of signatures, in the order of the files' paths.
    static func all(_ source: BundleSource) throws(BundleError) -> [PolicyDocument] { [] }

    static func bundle(
        _ documents: [PolicyDocument], digest: Digest, origin: PolicyBundle.Origin
    ) throws(BundleError) -> PolicyBundle {
        throw BundleError(.malformed, "shim", file: "")
    }
}
