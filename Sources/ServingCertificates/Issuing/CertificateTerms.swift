package import Core

/// How long certificates live.
package struct CertificateTerms: Hashable, Sendable {
    package var authorityLife: Duration
    package var servingLife: Duration
    package var clientLife: Duration
    /// How long a new CA is only trusted before it issues: the API server must have learnt of it by then.
    package var overlap: Duration
    /// How long before now a certificate begins, for clocks that are late.
    package var backdate: Duration

    package init(
        authorityLife: Duration = .seconds(365 * 86_400), servingLife: Duration = .seconds(90 * 86_400),
        clientLife: Duration = .seconds(365 * 86_400), overlap: Duration = .seconds(86_400),
        backdate: Duration = .seconds(300)
    ) {
        self.authorityLife = authorityLife
        self.servingLife = servingLife
        self.clientLife = clientLife
        self.overlap = overlap
        self.backdate = backdate
    }

    /// - Throws: ``CertificateError`` when a life is under ten minutes or a CA could not outlive what it issues.
    func check() throws(CertificateError) {
        for (name, life) in [("CA", authorityLife), ("serving certificate", servingLife), ("client", clientLife)]
        where life < .seconds(600) || life > .seconds(3650 * 86_400) {
            throw CertificateError(.life, name, "expected a life of ten minutes to ten years, saw \(life)")
        }
        // While a new CA waits, the old one still issues: a third of its life must hold the overlap and one renewal.
        guard authorityLife >= servingLife + overlap else {
            throw CertificateError(.life, "CA", "must live at least as long as what it issues and the overlap together")
        }
    }
}

/// When a certificate counts, from its first to its last second.
package struct Validity: Hashable, Sendable {
    package let start: Instant
    package let end: Instant

    package init(start: Instant, end: Instant) {
        self.start = start
        self.end = end
    }

    package enum Standing: String, Hashable, Sendable, CaseIterable {
        case notYetValid = "not yet valid"
        case valid
        /// A third of the life or less is left.
        case dueForRenewal = "due for renewal"
        case expired
    }

    /// What the certificate is worth at an instant; both ends are part of its life (RFC 5280 §4.1.2.5).
    package func standing(at now: Instant) -> Standing {
        if now < start { return .notYetValid }
        // The end is a whole second, which counts in full.
        if now.seconds > end.seconds { return .expired }
        return now >= renewal ? .dueForRenewal : .valid
    }

    /// When a third of the life is left.
    package var renewal: Instant { Instant(seconds: end.seconds - (end.seconds - start.seconds) / 3) }
}
