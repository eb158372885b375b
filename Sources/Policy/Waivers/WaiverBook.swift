package import Core

/// The waivers that are known, and the revocations.
package struct WaiverBook: Sendable, Hashable {
    /// A waiver whose signatures and terms were verified.
    package struct Entry: Sendable, Hashable {
        package let waiver: Waiver
        /// The SHA-256 of what was signed, the payload: signatures can be added without making it another waiver.
        package let digest: Digest

        // Only the reader of signed documents makes one.
        init(waiver: Waiver, digest: Digest) {
            self.waiver = waiver
            self.digest = digest
        }
    }

    /// The revocations that were verified, and how long they may be relied on.
    package struct Revocations: Sendable, Hashable {
        package let revoked: [Digest: Instant]
        /// Why, as whoever revoked it first wrote.
        package let reasons: [Digest: String]
        package let issued: Instant
        /// From this instant on the list is stale.
        package let staleAt: Instant
        /// Whether the newest list lacks what another one revokes.
        ///
        /// Whoever delivers the folder could leave that other list out, and the newest would vouch for its absence.
        package let isIncomplete: Bool

        init(
            revoked: [Digest: Instant], reasons: [Digest: String] = [:], issued: Instant, staleAt: Instant,
            isIncomplete: Bool = false
        ) {
            self.revoked = revoked
            self.reasons = reasons
            self.isIncomplete = isIncomplete
            self.issued = issued
            self.staleAt = staleAt
        }
    }

    /// Sorted by id, then digest.
    package let entries: [Entry]
    package let revocations: Revocations?

    init(entries: [Entry], revocations: Revocations?) {
        self.entries = entries.sorted {
            $0.waiver.id.isSame(as: $1.waiver.id)
                ? $0.digest.hex < $1.digest.hex : $0.waiver.id.utf8.lexicographicallyPrecedes($1.waiver.id.utf8)
        }
        self.revocations = revocations
    }

    /// No waivers at all.
    package static let none = WaiverBook(entries: [], revocations: nil)

    /// What a waiver is worth; every caller asks here.
    package func standing(of entry: Entry, at now: Instant) -> WaiverStanding {
        guard let revocations else { return .void("there is no revocation list") }
        if let since = revocations.revoked[entry.digest] { return .revoked(since: since) }
        if now >= entry.waiver.expires { return .expired(since: entry.waiver.expires) }
        if now >= revocations.staleAt {
            return .void("the revocation list of \(revocations.issued) is stale since \(revocations.staleAt)")
        }
        if revocations.isIncomplete {
            return .void("the newest revocation list lacks what another one revokes; issue it anew")
        }
        if revocations.issued > now { return .void("the revocation list is of \(revocations.issued), in the future") }
        if now < entry.waiver.notBefore { return .notYetValid }
        return .active
    }

    /// The waivers of a rule for an image in a namespace, with what each is worth.
    package func matching(
        _ rule: RuleID, namespace: String, image: Digest, at now: Instant
    ) -> [(entry: Entry, standing: WaiverStanding)] {
        entries.filter {
            $0.waiver.rule.rawValue.isSame(as: rule.rawValue) && $0.waiver.scope.namespace.isSame(as: namespace)
                && $0.waiver.scope.image == image
        }.map { ($0, standing(of: $0, at: now)) }
    }
}
