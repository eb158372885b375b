import ArgumentParser
import Core
import Sigstore

/// Which trust root evidence is verified against.
struct TrustRootOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A trusted_root.json, or one of: public-good, github, none. With none nothing but --key is trusted and no log entry is demanded.",
            valueName: "file"))
    var trustedRoot = "public-good"

    /// Loads the trust root.
    ///
    /// - Throws: ``InputError`` or ``EvidenceError``.
    func load() throws -> TrustRoot {
        switch trustedRoot {
        case "public-good": return try .publicGood()
        case "github": return try .github()
        case "none": return .keysOnly
        case let path:
            let bytes = try InputFile.read(path, cap: TrustRoot.maximumSize)
            do {
                return try TrustRoot(parsing: bytes)
            } catch {
                throw InputError(path, "\(error)")
            }
        }
    }
}
