internal import Core
internal import Crypto

/// A certificate with its private key; it has no description, so that the key cannot end up in a log.
package struct KeyPair: Sendable {
    package let certificate: IssuedCertificate
    let key: P256.Signing.PrivateKey

    init(certificate: IssuedCertificate, key: P256.Signing.PrivateKey) {
        self.certificate = certificate
        self.key = key
    }

    /// The key as PKCS #8.
    package var keyPEM: String { key.pemRepresentation + "\n" }
}
