import ArgumentParser
import Core

/// The private keys to sign by.
struct KeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Sign by this private key (PEM). May be given more than once.", valueName: "file"))
    var key: [String] = []

    /// - Throws: ``UsageError`` when none was given, ``InputError`` when one cannot be read.
    func signers() throws -> [PrivateKey] {
        guard !key.isEmpty else { throw UsageError("whose signature? Give --key FILE, a private key in PEM") }
        return try key.map { path in
            let text = String(decoding: try InputFile.read(path, cap: Cap("key bytes", 64 << 10)), as: UTF8.self)
            do {
                return try PrivateKey(pem: text)
            } catch {
                throw InputError(path, "\(error)")
            }
        }
    }
}
