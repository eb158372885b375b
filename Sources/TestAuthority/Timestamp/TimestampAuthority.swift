internal import Core
internal import SwiftASN1

/// A timestamp authority: a root, the certificate that signs tokens, and others of the same root that must not.
struct TimestampAuthority: Sendable {
    struct Signer: Sendable {
        let key: TimestampKey
        let certificate: Certificate
    }

    let organization: String
    let root: Credential
    let signer: Signer
    /// Certified by the same root, but its certificate ended long ago.
    let retired: Signer
    /// Certified by the same root for signing code, not for timestamps.
    let codeSigner: Signer
    /// Certified by the same root for timestamps, but the purpose is not marked critical.
    let laxSigner: Signer

    init(organization: String, curve: TimestampCurve, validity: Window, retiredAt: Instant) throws {
        self.organization = organization
        let name = DistinguishedName(organization: organization, commonName: "sigstore-tsa-selfsigned")
        let root = try CertificateAuthority.makeRoot(
            name, kind: curve == .p256 ? .p256 : .p384, validity: validity)
        self.root = root

        func signer(
            _ commonName: String, purpose: ASN1ObjectIdentifier = .timeStamping, critical: Bool = true, validity: Window
        ) throws -> Signer {
            let key = try TimestampKey(generating: curve)
            var template = CertificateTemplate(
                serial: CertificateTemplate.serial(key.publicKey.subjectPublicKeyInfo), issuer: name,
                subject: DistinguishedName(organization: organization, commonName: commonName), validity: validity,
                publicKey: key.publicKey)
            template.extensions =
                [.init(identifier: .keyUsage, critical: true, value: CertificateTemplate.Value.digitalSignature)]
                + CertificateTemplate.identifiers(subject: key.publicKey, issuer: root.key.publicKey)
                + [
                    .init(
                        identifier: .extendedKeyUsage, critical: critical, value: .sequence([.object(purpose)]))
                ]
            return Signer(key: key, certificate: try template.signed(by: root.key))
        }
        self.signer = try signer("sigstore-tsa", validity: validity)
        retired = try signer("sigstore-tsa", validity: Window(validity.start, retiredAt))
        codeSigner = try signer("sigstore-build", purpose: .codeSigning, validity: validity)
        laxSigner = try signer("sigstore-tsa", critical: false, validity: validity)
    }
}
