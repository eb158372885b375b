internal import Core

/// Whom a verifier believes: the log's key, and witnesses of whom some must have signed.
public struct LogTrust: Sendable, Hashable {
    /// The log's key (type 0x01).
    public let log: VerifierKey
    /// What the checkpoint's first line must say; the key's name unless told otherwise.
    public let origin: String
    /// The witnesses' keys (type 0x04).
    public let witnesses: [VerifierKey]
    /// How many distinct witnesses must have signed.
    public let threshold: Int

    /// - Parameter threshold: all of the witnesses when absent.
    /// - Throws: ``LogError`` `malformed` when a key is of the wrong type, two witnesses share one key (it would count
    ///   twice), a witness has the log's key, or more are demanded than there are.
    public init(
        log: VerifierKey, origin: String? = nil, witnesses: [VerifierKey] = [], threshold: Int? = nil
    ) throws(LogError) {
        guard log.type == .ed25519 else {
            throw LogError(.malformed, "the log's key \(log) is a witness's (type 4); expected type 1")
        }
        if let witness = witnesses.first(where: { $0.type != .cosignature }) {
            throw LogError(.malformed, "the witness's key \(witness) is a log's (type 1); expected type 4")
        }
        // Who holds one key is one witness, however many names it has.
        guard Set(witnesses.map(\.publicKey) + [log.publicKey]).count == witnesses.count + 1 else {
            throw LogError(.malformed, "each witness needs a key of its own, which is not the log's either")
        }
        let threshold = threshold ?? witnesses.count
        guard (0...witnesses.count).contains(threshold) else {
            throw LogError(.malformed, "\(threshold) of \(witnesses.count) witnesses are demanded")
        }
        self.log = log
        self.origin = origin ?? log.name
        self.witnesses = witnesses
        self.threshold = threshold
    }

    /// What is wrong with a checkpoint's origin and signatures; nothing when it can be believed.
    ///
    /// - Parameter place: what the findings call it.
    public func verify(_ signed: SignedCheckpoint, place: String = "checkpoint") -> [LogFinding] {
        verify(signed, place: place, threshold: threshold)
    }

    func verify(_ signed: SignedCheckpoint, place: String, threshold: Int) -> [LogFinding] {
        var findings: [LogFinding] = []
        if !signed.checkpoint.origin.isSame(as: origin) {
            findings.append(
                LogFinding(
                    .origin, place: place, observed: PrintableText.quote(signed.checkpoint.origin.excerpt(255)),
                    expected: PrintableText.quote(origin)))
        }
        if !signed.note.verify([log]).holds {
            let claimed = signed.note.signatures.contains(where: log.claims)
            findings.append(
                LogFinding(
                    .signature, place: place,
                    observed: claimed ? "a signature in the log's name that does not hold" : "no signature of the log",
                    expected: "a signature of \(log)"))
        }
        let cosigned = signed.note.verify(witnesses)
        for forged in cosigned.forged {
            findings.append(
                LogFinding(
                    .witness, place: place, observed: "a cosignature in the name of \(forged.name) that does not hold",
                    expected: "a cosignature of \(forged)"))
        }
        if cosigned.verified.count < threshold {
            let names = cosigned.verified.map(\.key.name).joined(separator: ", ")
            findings.append(
                LogFinding(
                    .witness, place: place,
                    observed:
                        "cosignatures of \(cosigned.verified.count) witnesses\(names.isEmpty ? "" : " (\(names))")",
                    expected: "of at least \(threshold) of \(witnesses.count)"))
        }
        return findings
    }

    /// The witnesses that signed a checkpoint, and when in seconds since 1970.
    public func witnesses(of signed: SignedCheckpoint) -> [SignedNote.Verified] {
        signed.note.verify(witnesses).verified
    }
}
