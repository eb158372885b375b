package import Core

/// A Sigstore instance of its own: certificate authority, CT log, Rekor logs and timestamp authority.
///
/// It mints bundles and the trust root that accepts them, right and deliberately wrong. It shares no code with the
/// verifier, so that an error in one is not mirrored in the other.
package struct Authority: Sendable {
    package let now: Instant
    package let options: AuthorityOptions
    let certificates: CertificateAuthority
    /// Below the same root, but the intermediate's certificate ended a month ago.
    let expiredCertificates: CertificateAuthority
    let certificateLog: PrivateKey
    /// Rekor v1, Rekor v2, then the extra logs.
    let logs: [TransparencyLog]
    let timestamps: TimestampAuthority
    let witnesses: [EntryMinting.Witness]
    let impostors: Impostors

    /// Creates every service with keys of its own.
    ///
    /// - Parameter now: the present; certificates of the services begin a year earlier and end nine years later.
    /// - Throws: an error of the cryptographic library when it can generate no key.
    package init(now: Instant, options: AuthorityOptions = AuthorityOptions()) throws {
        self.now = now
        self.options = options
        let start = options.start(before: now)
        let validity = Window(start, now + .seconds(9 * 365 * 86_400))
        let certificates = try CertificateAuthority(
            organization: options.host, kind: options.certificateKind, rootValidity: validity,
            issuerValidity: options.hasIntermediate ? validity : nil)
        self.certificates = certificates
        expiredCertificates = try CertificateAuthority(
            organization: options.host, kind: options.certificateKind, rootValidity: validity,
            issuerValidity: Window(start, now - .seconds(30 * 86_400)), root: certificates.root)
        certificateLog = try PrivateKey(generating: options.certificateLogKind)
        let generations: [(LogGeneration, PrivateKey.Kind, String)] =
            [(.v1, options.rekorV1Kind, "rekor"), (.v2, options.rekorV2Kind, "log2026-1.rekor")]
            + options.extraLogs.enumerated().map { number, generation in
                (generation, generation == .v1 ? options.rekorV1Kind : options.rekorV2Kind, "extra\(number).rekor")
            }
        logs = try generations.map { generation, kind, label in
            TransparencyLog(
                generation: generation, key: try PrivateKey(generating: kind),
                baseURL: "https://\(label).\(options.host)", window: Window(start, nil))
        }
        timestamps = try TimestampAuthority(
            organization: options.host, curve: options.timestampCurve, validity: validity,
            retiredAt: now - .seconds(30 * 86_400))
        witnesses = try options.witnesses.map {
            EntryMinting.Witness(name: $0, key: try PrivateKey(generating: .ed25519))
        }
        impostors = try Impostors(options: options, validity: validity)
    }

    /// Mints a bundle.
    ///
    /// - Throws: ``AuthorityError`` when the request names a service that is missing, or an entry that cannot hold
    ///   the content.
    package func mint(_ request: SigningRequest) throws -> MintedBundle { try Minting(self, request).bundle() }

    /// Issues a leaf certificate as Fulcio does.
    package func issueCertificate(
        for key: PublicKey, _ request: CertificateRequest, at time: Instant, flaws: Set<Flaw> = []
    ) throws -> Certificate {
        try LeafIssuing(
            authority: certificates, log: certificateLog, foreignLog: impostors.certificateLog, flaws: flaws
        ).leaf(for: key, request: request, at: time)
    }

    /// Gives a timestamp response over any bytes.
    package func timestamp(over message: [UInt8], at time: Instant, flaws: Set<Flaw> = []) throws -> [UInt8] {
        try TokenMinting(
            authority: timestamps, foreign: impostors.timestamps,
            embedsCertificate: options.embedsTimestampCertificate, hash: options.timestampHash,
            imprint: options.timestampImprint, flaws: flaws
        ).response(over: message, at: time, serial: CertificateTemplate.serial(message))
    }

    /// From what issues leaves up to the root.
    package var certificateChain: [Certificate] { certificates.chain }
    /// From the certificate that signs tokens up to its root.
    package var timestampChain: [Certificate] { [timestamps.signer.certificate, timestamps.root.certificate] }
    package var certificateLogKey: PublicKey { certificateLog.publicKey }

    /// The key of a log.
    ///
    /// - Throws: ``AuthorityError`` when there is no such log.
    package func key(of service: Service) throws -> PublicKey { try log(service).key.publicKey }

    func log(_ service: Service) throws -> TransparencyLog {
        let index: Int? =
            switch service {
            case .rekorV1: 0
            case .rekorV2: 1
            case .extraLog(let number): number + 2
            case .certificateAuthority, .certificateLog, .timestampAuthority: nil
            }
        guard let index, logs.indices.contains(index) else {
            throw AuthorityError(
                .missing, "there is no log \(service); expected rekorV1, rekorV2 or one of \(logs.count - 2) extra logs"
            )
        }
        return logs[index]
    }
}

/// Services that look like the authority's but have other keys.
struct Impostors: Sendable {
    let certificates: CertificateAuthority
    let certificateLog: PrivateKey
    let timestamps: TimestampAuthority
    private let v1: PrivateKey
    private let v2: PrivateKey

    init(options: AuthorityOptions, validity: Window) throws {
        certificates = try CertificateAuthority(
            organization: options.host, kind: options.certificateKind, rootValidity: validity,
            issuerValidity: options.hasIntermediate ? validity : nil)
        certificateLog = try PrivateKey(generating: options.certificateLogKind)
        timestamps = try TimestampAuthority(
            organization: options.host, curve: options.timestampCurve, validity: validity, retiredAt: validity.start)
        v1 = try PrivateKey(generating: options.rekorV1Kind)
        v2 = try PrivateKey(generating: options.rekorV2Kind)
    }

    func log(like log: TransparencyLog) -> TransparencyLog {
        TransparencyLog(
            generation: log.generation, key: log.generation == .v1 ? v1 : v2, baseURL: log.baseURL,
            window: log.window)
    }
}
