import Attestation
import Core
import Sigstore
import TestSupport

/// A conformance case as the verifier takes it.
extension ConformanceCase {
    var bundle: [UInt8] { get throws { try SharedData.bytes(bundlePath) } }
    var artifact: [UInt8] { get throws { try SharedData.bytes(artifactPath) } }
    var trustRoot: TrustRoot { get throws { try TrustRoot(parsing: SharedData.bytes(trustRootPath)) } }

    var signers: SignerPolicy {
        get throws {
            switch try signer {
            case .key(let path): .keys([TrustedKey(try PublicKey(pem: SharedData.text(path)))])
            case .identity(let subject, let issuer):
                .identities([IdentityPolicy(issuer: .exact(issuer), subject: .exact(subject))])
            }
        }
    }
}
