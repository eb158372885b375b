internal import Attestation
internal import Core

/// The transparency log entries (steps 6 to 8).
extension Verifier {
    struct Logged {
        var entries: [VerifiedEvidence.LogEntry] = []
        var times: [VerifiedEvidence.SigningTime] = []
        /// Which log of the trust root each entry verified with.
        var logs: [TrustedLog] = []
    }

    /// Nothing stands in the bundle twice.
    func refuseDuplicates(_ bundle: Bundle) throws(Refusal) {
        // The same body in one log is the same entry, whatever index it is said to have. The caps keep comparing
        // every pair cheap.
        let twins = Self.hasTwins(bundle.logEntries) { first, second in
            first.logID == second.logID && (first.index == second.index || first.body == second.body)
        }
        if twins {
            throw refuse(
                .log, VerificationRules.logEntryDuplicate, "the same log entry twice", "each log entry once")
        }
        if Self.hasTwins(bundle.timestamps, { $0.der == $1.der }) {
            throw refuse(.timestamp, VerificationRules.logEntryDuplicate, "the same timestamp twice", "each once")
        }
    }

    private static func hasTwins<Item>(_ items: [Item], _ areSame: (Item, Item) -> Bool) -> Bool {
        items.indices.contains { index in items[..<index].contains { areSame($0, items[index]) } }
    }

    /// Every entry verifies with a log of the trust root and is about this bundle; enough distinct logs hold it.
    func verifyLogEntries(_ bundle: Bundle, _ signed: SignedContent) throws(Refusal) -> Logged {
        var logged = Logged()
        // A trust root without logs cannot judge entries; they neither count nor harm.
        guard !trustRoot.transparencyLogs.isEmpty else { return logged }
        for entry in bundle.logEntries {
            let candidates = trustRoot.transparencyLogs.filter { $0.logID == entry.logID }
            guard !candidates.isEmpty else {
                throw refuse(
                    .log, VerificationRules.logUnknown, "an entry of the log \(Base64.encode(entry.logID))",
                    "one of \(trustRoot.transparencyLogs.map(\.baseURL).joined(separator: ", "))")
            }
            var first: Refusal?
            var verified = false
            for log in candidates {
                do throws(Refusal) {
                    try verify(entry, log, bundle, signed, &logged)
                    verified = true
                    break
                } catch {
                    first = first ?? error
                }
            }
            if !verified, let first { throw first }
        }
        // Logs are counted by key: neither repeated entries nor a second name make one log two (CVE-2026-49834).
        let distinct = Set(logged.logs.compactMap { $0.key?.subjectPublicKeyInfo }).count
        let demanded = max(thresholds.transparencyLogs, 1)
        guard distinct >= demanded else {
            throw refuse(
                .log, VerificationRules.logEntryMissing, "entries of \(distinct) distinct transparency logs",
                "at least \(demanded), because the trust root lists \(trustRoot.transparencyLogs.count) logs")
        }
        return logged
    }

    private func verify(
        _ entry: LogEntry, _ log: TrustedLog, _ bundle: Bundle, _ signed: SignedContent, _ logged: inout Logged
    ) throws(Refusal) {
        // The leaf of a v2 entry is computed from the bundle; a v1 entry's body is proven first and bound then.
        var leaf = entry.body
        if entry.kind.isVersion2 {
            do throws(BindingMismatch) {
                leaf = try Version2Body.canonical(entry, for: signed)
            } catch {
                throw refuse(.binding, VerificationRules.logEntryMismatch, error.observed, error.expected)
            }
        }
        let proven = try verifyInclusion(entry, leaf, log, bundle.version)
        var promised = false
        if let promise = entry.promise {
            try verify(promise, entry, log)
            promised = true
        } else if bundle.version <= .v0_1 {
            throw refuse(
                .log, VerificationRules.logPromiseInvalid, "a log entry without a signed entry timestamp",
                "one with it, as bundles of version 0.1 and cosign signatures need")
        }
        if !entry.kind.isVersion2 {
            do throws(BindingMismatch) {
                try Version1Body(entry).bind(entry.kind, to: signed)
            } catch {
                throw refuse(.binding, VerificationRules.logEntryMismatch, error.observed, error.expected)
            }
        }
        logged.logs.append(log)
        // Without the promise a v1 entry's global index is nobody's word; the proof's own index is the log's.
        let index = promised ? entry.index : entry.proof.map { Int64(clamping: $0.index) } ?? entry.index
        logged.entries.append(
            VerifiedEvidence.LogEntry(log: log.baseURL, logID: log.logID, index: index, inclusionProven: proven))
        // Without a verified promise the time is the attacker's word (CVE-2024-55655).
        if promised, let seconds = entry.integratedTime {
            logged.times.append(
                VerifiedEvidence.SigningTime(
                    instant: Instant(seconds: seconds), source: .transparencyLog(log.baseURL)))
        }
    }

    private func verify(_ promise: [UInt8], _ entry: LogEntry, _ log: TrustedLog) throws(Refusal) {
        guard !entry.kind.isVersion2 else {
            throw refuse(
                .log, VerificationRules.logPromiseInvalid, "a signed entry timestamp on a Rekor v2 entry",
                "none: such logs issue no promises")
        }
        // The canonical JSON (RFC 8785) of four fields; the names are already in their sorted order.
        let text =
            "{\"body\":\"\(Base64.encode(entry.body))\",\"integratedTime\":\(entry.integratedTime ?? 0),"
            + "\"logID\":\"\(Hex.encode(entry.logID))\",\"logIndex\":\(entry.index)}"
        guard log.isValid(signature: promise, for: Array(text.utf8)) else {
            throw refuse(
                .log, VerificationRules.logPromiseInvalid,
                "a signed entry timestamp that does not verify over the entry",
                "the signature of \(log.baseURL) over body, time, log id and index")
        }
    }

    /// - Returns: whether inclusion was proven; cosign signatures and bundles of version 0.1 may rest on the promise.
    private func verifyInclusion(
        _ entry: LogEntry, _ leaf: [UInt8], _ log: TrustedLog, _ version: Bundle.Version
    ) throws(Refusal) -> Bool {
        guard let proof = entry.proof, let note = proof.checkpoint else {
            guard version <= .v0_1, !entry.kind.isVersion2 else {
                throw refuse(
                    .log, VerificationRules.logInclusionInvalid,
                    entry.proof == nil
                        ? "a log entry without inclusion proof" : "an inclusion proof without checkpoint",
                    "an inclusion proof with a signed checkpoint")
            }
            return false
        }
        if entry.kind.isVersion2, Int64(clamping: proof.index) != entry.index {
            throw refuse(
                .log, VerificationRules.logInclusionInvalid,
                "log index \(entry.index), but a proof for index \(proof.index)", "the same index in both")
        }
        let root = MerkleTree.root(
            leaf: MerkleTree.leafHash(leaf), index: proof.index, treeSize: proof.treeSize, proof: proof.hashes)
        guard let root, root == proof.rootHash else {
            throw refuse(
                .log, VerificationRules.logInclusionInvalid,
                root.map { "a proof that leads to the root \(Base64.encode($0))" }
                    ?? "\(proof.hashes.count) hashes for index \(proof.index) of \(proof.treeSize)",
                "a proof that leads to the root \(Base64.encode(proof.rootHash))")
        }
        try verifyCheckpoint(note, proof, entry, log)
        return true
    }

    private func verifyCheckpoint(
        _ note: String, _ proof: LogEntry.InclusionProof, _ entry: LogEntry, _ log: TrustedLog
    ) throws(Refusal) {
        let checkpoint: Checkpoint
        do throws(CheckpointError) {
            checkpoint = try Checkpoint(note)
        } catch {
            throw refuse(.log, VerificationRules.logCheckpointInvalid, "\(error)", "a signed checkpoint of the log")
        }
        guard checkpoint.treeSize == proof.treeSize, checkpoint.rootHash == proof.rootHash else {
            throw refuse(
                .log, VerificationRules.logCheckpointInvalid,
                "a checkpoint of size \(checkpoint.treeSize) with root \(Base64.encode(checkpoint.rootHash))",
                "the proof's size \(proof.treeSize) and root \(Base64.encode(proof.rootHash))")
        }
        let hostname = log.hostname
        if entry.kind.isVersion2, !checkpoint.origin.utf8.elementsEqual(hostname.utf8) {
            throw refuse(
                .log, VerificationRules.logCheckpointInvalid, "a checkpoint of origin \"\(checkpoint.origin)\"",
                "origin \"\(hostname)\"")
        }
        // Signatures of witnesses and of the log's other keys are ignored, in whatever order they stand.
        let verified = checkpoint.signatures.contains { signature in
            // A v1 log's origin is the name it signs with, " - " and the tree's id; the text that is signed holds it.
            let isNamed =
                entry.kind.isVersion2
                ? signature.name.utf8.elementsEqual(hostname.utf8)
                : "\(checkpoint.origin) - ".utf8.starts(with: "\(signature.name) - ".utf8)
            return isNamed && signature.keyHint == log.keyHint(name: signature.name, isVersion2: entry.kind.isVersion2)
                && log.isValid(signature: signature.bytes, for: checkpoint.signedText)
        }
        guard verified else {
            throw refuse(
                .log, VerificationRules.logCheckpointInvalid, "a checkpoint that the log's key did not sign",
                "the signature of \(log.baseURL)")
        }
    }

    /// Each log's key was in its window at every verified time.
    ///
    /// Without any time nobody knows whether a key that has ended was still in use, so only one that has no end counts
    /// (CVE-2026-54787).
    func checkLogWindows(
        _ logs: [TrustedLog], _ times: [VerifiedEvidence.SigningTime], now: Instant
    ) throws(Refusal) {
        for log in logs {
            for time in times where !log.validity.contains(time.instant) {
                throw refuse(
                    .log, VerificationRules.logUnknown, "an entry of \(log.baseURL) of \(time.instant)",
                    "one in the trust root's window for the log's key, \(log.validity)")
            }
            if times.isEmpty, log.validity.end != nil || !log.validity.contains(now) {
                throw refuse(
                    .time, VerificationRules.signingTimeMissing,
                    "an entry of \(log.baseURL), whose key counts \(log.validity), and no verified signing time",
                    "a timestamp that tells whether the log's key was in its window")
            }
        }
    }
}
