internal import Core
internal import SwiftASN1

/// What is needed to issue one leaf: who issues, which CT log promises, and what is to be wrong about it.
struct LeafIssuing {
    let authority: CertificateAuthority
    let log: PrivateKey
    /// Signs the SCT instead of the log, when the flaw asks for it.
    let foreignLog: PrivateKey
    let flaws: Set<Flaw>

    /// How long Fulcio's certificates live.
    static let lifetime: Duration = .seconds(600)

    func leaf(for key: PublicKey, request: CertificateRequest, at time: Instant) throws -> Certificate {
        var template = CertificateTemplate(
            serial: CertificateTemplate.serial(
                key.subjectPublicKeyInfo, Array("\(time) \(request.subject)".utf8)),
            issuer: authority.issuer.certificate.subject ?? authority.issuer.certificate.issuer, subject: nil,
            validity: Window(time, time + Self.lifetime), publicKey: key)
        template.extensions = profile(request, key: key)
        if !flaws.contains(.sctMissing) {
            let list = try timestampList(template, request: request, at: time)
            template.extensions.append(.init(identifier: .timestampList, value: .octets(list)))
        }
        return try template.signed(by: authority.issuer.key)
    }

    // Fulcio's certificate profile, in the order its own certificates have.
    private func profile(_ request: CertificateRequest, key: PublicKey) -> [CertificateTemplate.Extension] {
        var extensions: [CertificateTemplate.Extension] = []
        if !flaws.contains(.leafWithoutKeyUsage) {
            let usage =
                flaws.contains(.leafOtherKeyUsage)
                ? CertificateTemplate.Value.keyEncipherment : CertificateTemplate.Value.digitalSignature
            extensions.append(.init(identifier: .keyUsage, critical: true, value: usage))
        }
        if !flaws.contains(.leafWithoutExtendedKeyUsage) {
            let purpose: ASN1ObjectIdentifier =
                flaws.contains(.leafOtherExtendedKeyUsage) ? .serverAuthentication : .codeSigning
            extensions.append(.init(identifier: .extendedKeyUsage, value: .sequence([.object(purpose)])))
        }
        if flaws.contains(.leafIsAuthority) {
            extensions.append(
                .init(
                    identifier: .basicConstraints, critical: true,
                    value: CertificateTemplate.Value.authority(pathLength: nil)))
        }
        extensions += CertificateTemplate.identifiers(subject: key, issuer: authority.issuer.key.publicKey)
        if !flaws.contains(.leafWithoutName) {
            extensions.append(
                .init(
                    identifier: .subjectAlternativeName, critical: !flaws.contains(.leafNameNotCritical),
                    value: request.alternativeName))
        }
        if flaws.contains(.leafUnknownCriticalExtension) {
            extensions.append(.init(identifier: .unknownExtension, critical: true, value: .null))
        }
        return extensions + request.fulcioExtensions
    }

    /// The SCT list of RFC 6962 §3.3 with one promise over the certificate as it is without the list.
    private func timestampList(
        _ template: CertificateTemplate, request: CertificateRequest, at time: Instant
    ) throws -> [UInt8] {
        var promised = template
        if flaws.contains(.sctOverOtherCertificate) { promised.serial = CertificateTemplate.serial(promised.serial) }
        let body = try promised.toBeSigned(scheme: authority.issuer.key.scheme)
        let signer = flaws.contains(.sctBadSignature) || flaws.contains(.sctForeignLog) ? foreignLog : log
        let named = flaws.contains(.sctForeignLog) ? foreignLog : log
        let milliseconds = UInt64(max(0, time.seconds)) * 1000 + UInt64(time.nanoseconds) / 1_000_000

        // RFC 6962 §3.2: version, signature type, time, entry type, the precertificate's entry, extensions.
        var signed: [UInt8] = [0, 0] + bigEndian(milliseconds, 8) + [0, 1]
        signed += Digest.of(authority.issuer.key.publicKey.subjectPublicKeyInfo).bytes
        signed += bigEndian(UInt64(body.count), 3) + body
        let extensions = request.timestampExtensions
        signed += bigEndian(UInt64(extensions.count), 2) + extensions
        let signature = try signer.sign(signed)

        var timestamp: [UInt8] = [0] + Digest.of(named.publicKey.subjectPublicKeyInfo).bytes
        timestamp += bigEndian(milliseconds, 8)
        timestamp += bigEndian(UInt64(extensions.count), 2) + extensions
        timestamp += try algorithm(of: signer) + bigEndian(UInt64(signature.count), 2) + signature
        let item = bigEndian(UInt64(timestamp.count), 2) + timestamp
        return bigEndian(UInt64(item.count), 2) + item
    }

    // SignatureAndHashAlgorithm of RFC 5246 §7.4.1.4.1: the hash, then the family.
    private func algorithm(of key: PrivateKey) throws -> [UInt8] {
        switch key.scheme {
        case .ecdsa(.sha256): [4, 3]
        case .ecdsa(.sha384): [5, 3]
        case .ecdsa(.sha512): [6, 3]
        case .rsaPKCS1(.sha256): [4, 1]
        default:
            throw AuthorityError(.unsupported, "an SCT has no form for \(key.scheme); give the CT log an ECDSA key")
        }
    }
}

/// The lowest bytes of a number, most significant first.
func bigEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
}
