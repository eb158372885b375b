internal import Core
internal import SwiftASN1

/// What is needed to make one timestamp response (RFC 3161 §2.4.2), and what is to be wrong about it.
struct TokenMinting {
    let authority: TimestampAuthority
    /// Another authority with a root of its own.
    let foreign: TimestampAuthority
    /// Whether the signer's certificate is put into the token.
    let embedsCertificate: Bool
    /// The hash of the token's own signature.
    let hash: DigestAlgorithm
    /// The hash of what is timestamped.
    let imprint: DigestAlgorithm
    let flaws: Set<Flaw>

    private var signer: TimestampAuthority.Signer {
        if flaws.contains(.timestampUntrustedAuthority) { return foreign.signer }
        if flaws.contains(.timestampOutsideCertificate) { return authority.retired }
        if flaws.contains(.timestampPrependedCertificate) || flaws.contains(.timestampSignerWithoutPurpose) {
            return authority.codeSigner
        }
        if flaws.contains(.timestampPurposeNotCritical) { return authority.laxSigner }
        return authority.signer
    }

    /// The DER of a TimeStampResp.
    func response(over message: [UInt8], at time: Instant, serial: [UInt8]) throws -> [UInt8] {
        let status = flaws.contains(.timestampStatusRejected) ? 2 : 0
        let message = flaws.contains(.timestampOverOtherBytes) ? message + [0] : message
        let token = try token(over: message, at: time, serial: serial)
        return try ASN1Value.sequence([.sequence([.integer(status)]), token]).der()
    }

    // ContentInfo with SignedData version 3 (RFC 5652 §5.1; RFC 3161 §2.4.2).
    private func token(over message: [UInt8], at time: Instant, serial: [UInt8]) throws -> ASN1Value {
        var info = try info(over: message, at: time, serial: serial).der()
        let signerInfo = try signerInfo(over: info, at: time)
        if flaws.contains(.timestampInfoAltered) {
            info = try self.info(over: message, at: time + .seconds(1), serial: serial).der()
        }
        var data: [ASN1Value] = [
            .integer(3), .set([.sequence([.object(.hash(hash))])]),
            .sequence([.object(.timestampInfo), .tagged(0, [.octets(info)])]),
        ]
        // The order is the attacker's to choose, so it stays as it is here, although DER would sort a SET OF.
        let certificates = embedded
        if !certificates.isEmpty { data.append(.tagged(0, certificates.map { .encoded($0.der) })) }
        data.append(.set([signerInfo]))
        return .sequence([.object(.signedData), .tagged(0, [.sequence(data)])])
    }

    private var embedded: [Certificate] {
        if flaws.contains(.timestampPrependedCertificate) { return [authority.signer.certificate, signer.certificate] }
        // A verifier without these certificates could not even find the one that signed.
        let unlisted: Set<Flaw> = [.timestampSignerWithoutPurpose, .timestampPurposeNotCritical]
        return embedsCertificate || !flaws.isDisjoint(with: unlisted) ? [signer.certificate] : []
    }

    private func info(over message: [UInt8], at time: Instant, serial: [UInt8]) throws -> ASN1Value {
        .sequence([
            .integer(1), .object(.timestampPolicy),
            .sequence([
                .sequence([.object(.hash(imprint)), .null]), .octets(Digest.of(message, imprint).bytes),
            ]), .integer(serial), .generalizedTime(time), .sequence([.integer(1)]),
            .integer(Array(Digest.of(serial).bytes.prefix(8))),
            .tagged(0, [.tagged(4, [DistinguishedName.asn1(signer.certificate.subject)])]),
        ])
    }

    private func signerInfo(over info: [UInt8], at time: Instant) throws -> ASN1Value {
        let type: ASN1ObjectIdentifier = flaws.contains(.timestampContentTypeOther) ? .plainData : .timestampInfo
        var digest = Digest.of(info, hash).bytes
        if flaws.contains(.timestampDigestOther) { digest.flipLastBit() }
        var attributes: [ASN1Value] = [
            attribute(.contentType, .object(type)), attribute(.signingTime, .time(time)),
            attribute(.messageDigest, .octets(digest)),
        ]
        if !flaws.contains(.timestampWithoutSigningCertificate) {
            let named = flaws.contains(.timestampSigningCertificateOther) ? authority.root.certificate : nil
            attributes.append(attribute(.signingCertificateV2, signingCertificate(named ?? signer.certificate)))
        }
        // What is signed is the SET OF, what is written is [0] IMPLICIT with the same content (RFC 5652 §5.4).
        let signed = try ASN1Value.set(attributes).der()
        let ordered = try attributes.map { try $0.der() }.sorted { $0.lexicographicallyPrecedes($1) }
        let key = flaws.contains(.timestampOtherKey) ? foreign.signer.key : signer.key
        var signature = try key.sign(signed, hash: hash)
        if flaws.contains(.timestampBadSignature) { signature.flipLastBit() }
        return .sequence([
            .integer(1),
            .sequence([DistinguishedName.asn1(signer.certificate.issuer), .integer(signer.certificate.serial)]),
            .sequence([.object(.hash(hash))]), .tagged(0, ordered.map { .encoded($0) }),
            try .algorithm(.ecdsa(hash)), .octets(signature),
        ])
    }

    private func attribute(_ type: ASN1ObjectIdentifier, _ value: ASN1Value) -> ASN1Value {
        .sequence([.object(type), .set([value])])
    }

    // ESSCertIDv2 (RFC 5035 §4): SHA-256 is the default and then left out.
    private func signingCertificate(_ certificate: Certificate) -> ASN1Value {
        let algorithm: [ASN1Value] = hash == .sha256 ? [] : [.sequence([.object(.hash(hash))])]
        let issuer = ASN1Value.sequence([
            .sequence([.tagged(4, [DistinguishedName.asn1(certificate.issuer)])]), .integer(certificate.serial),
        ])
        return .sequence([
            .sequence([.sequence(algorithm + [.octets(Digest.of(certificate.der, hash).bytes), issuer])])
        ])
    }
}
