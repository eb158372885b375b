internal import Attestation
internal import Core

/// The time of signing (steps 2 and 3).
extension Verifier {
    /// Every timestamp verifies with one of the trust root's authorities.
    func verifyTimestamps(_ bundle: Bundle) throws(Refusal) -> [VerifiedEvidence.SigningTime] {
        var times: [VerifiedEvidence.SigningTime] = []
        var authorities: Set<[UInt8]> = []
        // A trust root without timestamp authorities cannot judge timestamps; they neither count nor harm.
        guard !trustRoot.timestampAuthorities.isEmpty || thresholds.timestampAuthorities > 0 else { return [] }
        for token in bundle.timestamps {
            let (authority, time) = try verify(token, over: bundle.timestamped)
            times.append(
                VerifiedEvidence.SigningTime(instant: time, source: .timestampAuthority(authority.name)))
            authorities.insert(authority.chain.issuing.publicKey.subjectPublicKeyInfo)
        }
        guard authorities.count >= thresholds.timestampAuthorities else {
            throw refuse(
                .timestamp, VerificationRules.signingTimeMissing,
                "timestamps of \(authorities.count) distinct authorities", "at least \(thresholds.timestampAuthorities)"
            )
        }
        return times
    }

    private func verify(
        _ token: TimestampToken, over message: [UInt8]
    ) throws(Refusal) -> (TimestampAuthority, Instant) {
        var first: TimestampRefusal?
        // The authority whose certificate the token names explains best what is wrong with it.
        let ranked =
            trustRoot.timestampAuthorities.filter { authority in
                authority.signer.map { authority.matches($0, token) } ?? false
            }
            + trustRoot.timestampAuthorities.filter { $0.signer == nil }
        for authority in ranked {
            do throws(TimestampRefusal) {
                return (authority, try authority.verify(token, over: message))
            } catch {
                first = first ?? error
            }
        }
        let names = trustRoot.timestampAuthorities.map(\.name).joined(separator: ", ")
        throw refuse(
            .timestamp, VerificationRules.timestampInvalid,
            first?.observed ?? "a timestamp of an authority that the trust root does not list",
            first?.expected ?? "a timestamp of \(names.isEmpty ? "an authority in the trust root" : names)")
    }

    /// There is a verified time where one is needed, and none lies in the future.
    func checkTimes(
        _ times: [VerifiedEvidence.SigningTime], now: Instant, signer: ClaimedSigner
    ) throws(Refusal) {
        for time in times where time.instant > now {
            throw refuse(
                .time, VerificationRules.signingTimeInFuture, "a signature of \(time.instant)",
                "one not later than now, \(now)")
        }
        let needed =
            switch signer {
            case .certificate: true
            case .key(let trusted): trusted.validity.isBounded
            }
        if needed, times.isEmpty {
            throw refuse(
                .time, VerificationRules.signingTimeMissing, "no verified signing time",
                trustRoot.timestampAuthorities.isEmpty
                    ? "a log's signed entry timestamp, or a timestamp and a trust root that lists its authority"
                    : "a timestamp of an authority in the trust root, or a log's signed entry timestamp")
        }
    }
}
