internal import Core
package import YAML

/// A bundle that is not loaded, and why: what was seen, what was expected, what to do.
package struct BundleError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, Sendable, Hashable {
            case path, tooLarge, malformed, manifestMissing, signatureMissing, signatureInvalid, manifestChanged
            case unsigned, wrongBundle, filesMissing, fileChanged, fileUnlisted, roleMissing
            case versionLower, versionReused, rollbackInvalid, expired
        }
        private let value: Value
        package var description: String { value.rawValue }

        /// A file's name could mean two files, or one outside of the bundle.
        package static let path = Code(value: .path)
        /// A cap was passed.
        package static let tooLarge = Code(value: .tooLarge)
        /// A document cannot be read, or documents contradict each other.
        package static let malformed = Code(value: .malformed)
        /// There is no `bundle.yaml`.
        package static let manifestMissing = Code(value: .manifestMissing)
        /// There is no signature.
        package static let signatureMissing = Code(value: .signatureMissing)
        /// The signatures do not verify, or are too few.
        package static let signatureInvalid = Code(value: .signatureInvalid)
        /// The signatures are of another manifest.
        package static let manifestChanged = Code(value: .manifestChanged)
        /// Nothing says whose signatures would count, and unsigned bundles are not allowed.
        package static let unsigned = Code(value: .unsigned)
        /// The keys are trusted for a bundle of another name.
        package static let wrongBundle = Code(value: .wrongBundle)
        /// The manifest does not list the files, or a listed file is not there.
        package static let filesMissing = Code(value: .filesMissing)
        /// A file is not what the manifest lists.
        package static let fileChanged = Code(value: .fileChanged)
        /// A file that the manifest does not list.
        package static let fileUnlisted = Code(value: .fileUnlisted)
        /// A role that must sign documents of some kind did not.
        package static let roleMissing = Code(value: .roleMissing)
        /// The version is lower than the highest seen, and no rollback names it.
        package static let versionLower = Code(value: .versionLower)
        /// The version was seen with other content.
        package static let versionReused = Code(value: .versionReused)
        /// There is a rollback, but it does not hold.
        package static let rollbackInvalid = Code(value: .rollbackInvalid)
        /// The bundle has expired.
        package static let expired = Code(value: .expired)
    }

    package let code: Code
    package let message: String
    /// The file it is about, relative to the bundle's folder.
    package let file: String
    /// Where in the file; counted from 1.
    package let mark: YAMLMark?
    /// The field, such as `spec.files`; empty for the file as a whole.
    package let field: String

    package init(_ code: Code, _ message: String, file: String, mark: YAMLMark? = nil, field: String = "") {
        self.code = code
        self.message = message.oneLine.excerpt(2_000)
        self.file = file
        self.mark = mark
        self.field = field.oneLine.excerpt(500)
    }

    init(_ error: YAMLError) {
        self.init(
            error.code == .tooLarge ? .tooLarge : .malformed, error.message, file: error.file, mark: error.mark,
            field: error.field)
    }

    package var description: String {
        let plain = file.utf8.allSatisfy { (0x20...0x7E).contains($0) } && file.utf8.count <= 1_000
        var text = plain ? file : PrintableText.quote(file.excerpt(300))
        if let mark { text += ":\(mark)" }
        if !field.isEmpty { text += ": \(field)" }
        return text + ": \(message)"
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.code == right.code && left.message.isSame(as: right.message) && left.file.isSame(as: right.file)
            && left.mark == right.mark && left.field.isSame(as: right.field)
    }
}
