internal import Core
internal import SwiftASN1

/// A certificate and the key it certifies.
struct Credential: Sendable {
    let key: PrivateKey
    let certificate: Certificate
}

/// A root, and below it the intermediate that issues leaves, as Fulcio has them.
struct CertificateAuthority: Sendable {
    let organization: String
    let root: Credential
    /// What issues; the root itself when there is no intermediate.
    let issuer: Credential

    /// Creates the authority's keys and certificates.
    ///
    /// - Parameters:
    ///   - issuerValidity: of the intermediate; `nil` has the root issue leaves itself.
    init(
        organization: String, kind: PrivateKey.Kind, rootValidity: Window, issuerValidity: Window?,
        root existing: Credential? = nil
    ) throws {
        self.organization = organization
        root =
            try existing
            ?? Self.makeRoot(
                DistinguishedName(organization: organization, commonName: "sigstore"), kind: kind,
                validity: rootValidity)
        guard let issuerValidity else {
            issuer = root
            return
        }
        let key = try PrivateKey(generating: kind)
        var template = CertificateTemplate(
            serial: CertificateTemplate.serial(key.publicKey.subjectPublicKeyInfo),
            issuer: DistinguishedName(organization: organization, commonName: "sigstore"),
            subject: DistinguishedName(organization: organization, commonName: "sigstore-intermediate"),
            validity: issuerValidity, publicKey: key.publicKey)
        template.extensions =
            [
                .init(identifier: .keyUsage, critical: true, value: CertificateTemplate.Value.certificateSigning),
                .init(identifier: .extendedKeyUsage, value: .sequence([.object(.codeSigning)])),
                .init(
                    identifier: .basicConstraints, critical: true,
                    value: CertificateTemplate.Value.authority(pathLength: 0)
                ),
            ] + CertificateTemplate.identifiers(subject: key.publicKey, issuer: root.key.publicKey)
        issuer = Credential(key: key, certificate: try template.signed(by: root.key))
    }

    static func makeRoot(
        _ name: DistinguishedName, kind: PrivateKey.Kind, validity: Window
    ) throws -> Credential {
        let key = try PrivateKey(generating: kind)
        var template = CertificateTemplate(
            serial: CertificateTemplate.serial(key.publicKey.subjectPublicKeyInfo), issuer: name, subject: name,
            validity: validity, publicKey: key.publicKey)
        template.extensions =
            [
                .init(identifier: .keyUsage, critical: true, value: CertificateTemplate.Value.certificateSigning),
                .init(
                    identifier: .basicConstraints, critical: true,
                    value: CertificateTemplate.Value.authority(pathLength: nil)),
            ] + CertificateTemplate.identifiers(subject: key.publicKey, issuer: key.publicKey)
        return Credential(key: key, certificate: try template.signed(by: key))
    }

    /// From what issues leaves up to the root.
    var chain: [Certificate] {
        issuer.certificate == root.certificate ? [root.certificate] : [issuer.certificate, root.certificate]
    }
}
