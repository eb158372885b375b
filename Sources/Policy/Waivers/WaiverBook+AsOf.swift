package import Core

extension WaiverBook {
    /// The book as it would have stood at an earlier instant, had its revocation list been current then.
    ///
    /// For replaying decisions: a list that was issued since says what was revoked until now, and would make every
    /// waiver of the past void by being of that past's future.
    package func asOf(_ instant: Instant) -> WaiverBook {
        guard let revocations, revocations.issued > instant else { return self }
        return WaiverBook(
            entries: entries,
            revocations: Revocations(
                revoked: revocations.revoked.filter { $0.value <= instant }, reasons: revocations.reasons,
                issued: instant, staleAt: max(revocations.staleAt, instant + .seconds(1)),
                isIncomplete: revocations.isIncomplete))
    }
}
