package import Core

/// What a rotation did.
package enum RotationStep: Hashable, Sendable, CustomStringConvertible {
    /// A CA was added to those that are trusted; it issues once the overlap is over.
    case addedAuthority(fingerprint: Digest, issuesFrom: Instant)
    /// A CA that nothing needs any more was taken out.
    case removedAuthority(fingerprint: Digest)
    /// Another certificate is served.
    case renewedServing(until: Instant, reason: Reason)

    package enum Reason: String, Hashable, Sendable {
        case dueForRenewal = "a third of its life was left"
        case expired = "it had expired"
        case otherNames = "its names changed"
        case newAuthority = "the new CA issues now"
        case notYetValid = "it was not valid yet"
    }

    package var description: String {
        switch self {
        case .addedAuthority(let fingerprint, let time):
            "added a CA, \(fingerprint); it issues from \(time) on: have the API server trust ca.crt before"
        case .removedAuthority(let fingerprint): "removed the CA \(fingerprint), which has ended"
        case .renewedServing(let end, let reason):
            "renewed the serving certificate until \(end), since \(reason.rawValue)"
        }
    }
}

extension CertificateSet {
    /// Does what is due, and nothing when nothing is; doing it again right away changes nothing.
    ///
    /// A CA's successor is trusted for the overlap before it issues, and the old one stays trusted to its end: at no
    /// moment does an API server that knows either of the last two bundles refuse the certificate that is served.
    ///
    /// - Parameters:
    ///   - names: what the server is reached by; `nil` keeps what it is.
    ///   - random: what serial numbers are drawn from.
    /// - Returns: what was done, in order; empty when nothing was due.
    /// - Throws: ``CertificateError``.
    package mutating func rotate(
        at now: Instant, names: [ServingName]? = nil, terms: CertificateTerms = CertificateTerms(),
        random: inout some RandomNumberGenerator
    ) throws(CertificateError) -> [RotationStep] {
        try terms.check()
        var next = self
        var steps: [RotationStep] = []
        let issuer = Issuer(now: now, terms: terms)
        for old in next.trusted where old.certificate.validity.standing(at: now) == .expired {
            next.trusted.removeAll { $0.certificate == old.certificate }
            steps.append(.removedAuthority(fingerprint: old.certificate.fingerprint))
        }
        if !next.trusted.contains(where: { $0.key != nil && $0.certificate.validity.standing(at: now) == .valid }) {
            let pair = try issuer.authority(&random)
            next.trusted.append(Authority(certificate: pair.certificate, key: pair.key))
            steps.append(
                .addedAuthority(
                    fingerprint: pair.certificate.fingerprint,
                    issuesFrom: Self.issuing(next.trusted, at: now, terms)?.certificate == pair.certificate
                        ? now : Self.begin(pair.certificate, terms)))
        }
        guard let authority = Self.issuing(next.trusted, at: now, terms) else {
            throw CertificateError(.life, Self.bundleFile, "no CA can issue at \(now); is the clock right?")
        }
        if let reason = next.reason(at: now, names: names, authority: authority) {
            next.serving = try issuer.serving(names ?? serving.certificate.names, by: authority, &random)
            steps.append(.renewedServing(until: next.serving.certificate.validity.end, reason: reason))
        }
        // The key of a CA whose successor issues is needed by nobody, and would only be there to be stolen.
        next.trusted = next.trusted.enumerated().map { index, trusted in
            let isBefore =
                next.trusted.firstIndex { $0.certificate == authority.certificate }.map { index < $0 } ?? false
            return isBefore ? Authority(certificate: trusted.certificate, key: nil) : trusted
        }
        self = next
        return steps
    }

    /// A certificate by which the API server shows the webhook who it is.
    ///
    /// - Parameter name: who it is, as its common name.
    /// - Throws: ``CertificateError``.
    package func client(
        _ name: String, at now: Instant, terms: CertificateTerms = CertificateTerms(),
        random: inout some RandomNumberGenerator
    ) throws(CertificateError) -> KeyPair {
        try terms.check()
        guard let authority = Self.issuing(trusted, at: now, terms) else {
            throw CertificateError(.life, Self.bundleFile, "no CA can issue at \(now); rotate it first")
        }
        return try Issuer(now: now, terms: terms).client(name, by: authority, &random)
    }

    /// The newest CA whose overlap is over; else the oldest that is still valid.
    private static func issuing(_ trusted: [Authority], at now: Instant, _ terms: CertificateTerms) -> KeyPair? {
        let able = trusted.filter { authority in
            let standing = authority.certificate.validity.standing(at: now)
            return authority.key != nil && (standing == .valid || standing == .dueForRenewal)
        }
        return (able.last { begin($0.certificate, terms) <= now } ?? able.first)?.pair
    }

    /// When a CA begins to issue, should there be an older one.
    private static func begin(_ certificate: IssuedCertificate, _ terms: CertificateTerms) -> Instant {
        certificate.validity.start + terms.backdate + terms.overlap
    }

    private func reason(at now: Instant, names: [ServingName]?, authority: KeyPair) -> RotationStep.Reason? {
        if let names, Set(names) != Set(serving.certificate.names) { return .otherNames }
        switch serving.certificate.validity.standing(at: now) {
        case .expired: return .expired
        case .notYetValid: return .notYetValid
        case .valid: return serving.certificate.isIssued(by: authority.certificate) ? nil : .newAuthority
        case .dueForRenewal:
            // Renewing under a CA that ends no later would only be done again and again.
            let isHeldBack =
                serving.certificate.isIssued(by: authority.certificate)
                && serving.certificate.validity.end >= authority.certificate.validity.end
            return isHeldBack ? nil : .dueForRenewal
        }
    }
}
