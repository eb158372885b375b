/// One folder of the public Sigstore conformance suite, read as its README says.
package struct ConformanceCase: Sendable, CustomStringConvertible {
    /// Who must have signed: the holder of a key, or a certificate's identity.
    package enum Signer: Sendable {
        /// The path of the public key below ``SharedData``.
        case key(path: String)
        case identity(String, issuer: String)
    }

    package let name: String

    package init(name: String) { self.name = name }

    package static let all = SharedData.folders("sigstore/conformance").map(ConformanceCase.init)

    package var mustFail: Bool { name.hasSuffix("_fail") }
    package var description: String { name }
    private var folder: String { "sigstore/conformance/\(name)" }

    /// The paths below ``SharedData``.
    package var bundlePath: String { "\(folder)/bundle.sigstore.json" }
    package var artifactPath: String { own("artifact") ?? "sigstore/conformance/a.txt" }
    package var trustRootPath: String { own("trusted_root.json") ?? "sigstore/trusted_root.public-good.json" }

    package var signer: Signer {
        get throws {
            if let key = own("key.pub") { return .key(path: key) }
            return .identity(
                try setting("identity", default: Self.identity), issuer: try setting("issuer", default: Self.issuer))
        }
    }

    private func own(_ name: String) -> String? {
        SharedData.exists("\(folder)/\(name)") ? "\(folder)/\(name)" : nil
    }

    private func setting(_ name: String, default value: String) throws -> String {
        guard let path = own(name) else { return value }
        return String(try SharedData.text(path).split(separator: "\n").first ?? "")
    }

    private static let identity =
        "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main"
    private static let issuer = "https://token.actions.githubusercontent.com"
}
