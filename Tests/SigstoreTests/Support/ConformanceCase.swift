import Core
import Sigstore

/// One folder of the public conformance suite, read as its README says.
struct ConformanceCase: CustomStringConvertible {
    let name: String

    static let all = SharedData.folders("sigstore/conformance").map(ConformanceCase.init)

    var mustFail: Bool { name.hasSuffix("_fail") }
    var description: String { name }
    var folder: String { "sigstore/conformance/\(name)" }

    var bundle: [UInt8] { get throws { try SharedData.bytes("\(folder)/bundle.sigstore.json") } }

    var artifact: [UInt8] {
        get throws {
            let own = "\(folder)/artifact"
            return try SharedData.bytes(SharedData.exists(own) ? own : "sigstore/conformance/a.txt")
        }
    }

    var trustRoot: TrustRoot {
        get throws {
            let own = "\(folder)/trusted_root.json"
            return try TrustRoot(
                parsing: SharedData.bytes(
                    SharedData.exists(own) ? own : "sigstore/trusted_root.public-good.json"))
        }
    }

    var signers: SignerPolicy {
        get throws {
            if SharedData.exists("\(folder)/key.pub") {
                return .keys([TrustedKey(try PublicKey(pem: SharedData.text("\(folder)/key.pub")))])
            }
            return .identities([IdentityPolicy(issuer: .exact(try issuer), subject: .exact(try identity))])
        }
    }

    private func setting(_ name: String, default value: String) throws -> String {
        guard SharedData.exists("\(folder)/\(name)") else { return value }
        return String(try SharedData.text("\(folder)/\(name)").split(separator: "\n").first ?? "")
    }

    var identity: String {
        get throws {
            try setting(
                "identity",
                default:
                    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main"
            )
        }
    }

    var issuer: String {
        get throws { try setting("issuer", default: "https://token.actions.githubusercontent.com") }
    }
}
