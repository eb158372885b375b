internal import Core

/// What the fuzz targets `note`, `proof`, `witness`, `journal` and `entries` in `Fuzz/` drive, and nothing else.
///
/// Each function takes bytes as they may come from outside and returns the property that does not hold, if there is
/// one. That it returns at all is what is tested first.
@_spi(Fuzzing)
public enum FuzzTargets {
    /// A signed note, its text as a checkpoint, and what stands in it as keys.
    public static func note(_ bytes: [UInt8]) -> String? {
        if let key = try? VerifierKey(String(decoding: bytes, as: UTF8.self)) {
            if (try? VerifierKey(key.description)) != key { return "a key has one spelling" }
            if !key.description.utf8.elementsEqual(bytes) { return "a key is written as it was read" }
        }
        if let signer = try? NoteSigner(String(decoding: bytes, as: UTF8.self)),
            !signer.secretText.utf8.elementsEqual(bytes)
        {
            return "a private key is written as it was read"
        }
        guard let note = try? SignedNote(bytes) else { return nil }
        if note.bytes != bytes { return "a note is written as it was read" }
        guard let signed = try? SignedCheckpoint(bytes) else { return nil }
        if !signed.checkpoint.text.utf8.elementsEqual(note.text) { return "a checkpoint is written as it was read" }
        guard let trust else { return "the fuzz target's own key reads" }
        return trust.verify(signed).isEmpty ? "nobody else has the key" : nil
    }

    /// A `.tlog-proof` file.
    public static func proof(_ bytes: [UInt8]) -> String? {
        guard let proof = try? LogProof(bytes) else { return nil }
        if proof.bytes != bytes { return "a proof is written as it was read" }
        guard let trust else { return "the fuzz target's own key reads" }
        return proof.verify(entry: bytes, trust: trust).isVerified ? "nobody else has the key" : nil
    }

    /// The body of an add-checkpoint request, and a witness's answer to it.
    public static func witness(_ bytes: [UInt8]) -> String? {
        guard let trust,
            let seed = try? NoteSigner(name: "w", type: .cosignature, seed: [UInt8](repeating: 2, count: 32)),
            let witness = try? Witness(signer: seed, logs: [trust.origin: [trust.log]], store: Forgetful())
        else { return "the fuzz target's own keys read" }
        let answer = witness.addCheckpoint(bytes)
        if answer.status == 200 { return "nobody else has the key" }
        if ![400, 403, 404].contains(answer.status) { return "without the log's signature nothing is looked at" }
        guard let request = try? AddCheckpointRequest(bytes) else {
            return answer.status == 400 ? nil : "400 malformed"
        }
        if request.body != bytes { return "a request is written as it was read" }
        let new = request.checkpoint.checkpoint
        _ = MerkleTree.isConsistent(
            from: request.oldSize, root: new.root, to: new.size, root: new.root, proof: request.proof)
        return nil
    }

    /// A journal's file as recovery reads it; the first byte says with which entry it should begin.
    public static func journal(_ bytes: [UInt8]) -> String? {
        let first = UInt64(bytes.first ?? 0)
        let content = Array(bytes.dropFirst())
        var records: [JournalBatch.Record] = []
        guard
            let scan = try? JournalSegment.scan(
                content, first: first,
                take: { index, batch in
                    if index == first + UInt64(records.count) { records += batch }
                })
        else { return "bytes in memory can be read" }
        if scan.next != first + UInt64(records.count) { return "batches follow each other" }
        if scan.offset > UInt64(content.count) { return "the end is within the file" }
        // A file is made of zeros before it is written.
        if scan.end == .clean, content.dropFirst(Int(scan.offset)).contains(where: { $0 != 0 }) {
            return "behind a clean end is nothing but zeros"
        }
        if records.contains(where: { MerkleTree.leafHash($0.entry) != $0.leaf }) { return "an entry has its hash" }
        // What is cut off at a torn end leaves a journal that is whole.
        let kept = Array(content.prefix(Int(scan.offset)))
        guard let again = try? JournalSegment.scan(kept, first: first, take: { _, _ in }), again.end == .clean,
            again.next == scan.next
        else { return "what is kept is whole" }
        // Written as one batch it reads as the same entries.
        guard !records.isEmpty, records.reduce(0, { $0 + $1.entry.count }) < 1 << 20 else { return nil }
        var read: [JournalBatch.Record] = []
        _ = try? JournalSegment.scan(JournalBatch.encode(records, first: first), first: first) { read += $1 }
        return read == records ? nil : "what is written is read"
    }

    /// A bundle of entries, whose number is the first byte, and the path of a tile.
    public static func entries(_ bytes: [UInt8]) -> String? {
        if let path = TilePath(String(decoding: bytes, as: UTF8.self)),
            !path.description.utf8.elementsEqual(bytes)
        {
            return "a path has one spelling"
        }
        let count = Int(bytes.first ?? 0) + 1
        let content = Array(bytes.dropFirst())
        let partial = TilePath(.entries, index: 0, width: count)
        guard let entries = try? EntryBundle.decode(content, count: count) else {
            return partial.beginning(of: content).count <= content.count
                ? nil : "a beginning is no longer than the whole"
        }
        if EntryBundle.encode(entries) != content { return "a bundle is written as it was read" }
        for width in [1, count / 2, count] where width > 0 {
            let part = TilePath(.entries, index: 0, width: width).beginning(of: content)
            guard let read = try? EntryBundle.decode(part, count: width), read == Array(entries.prefix(width)) else {
                return "a bundle's beginning is a bundle"
            }
        }
        return nil
    }

    private static let trust: LogTrust? = {
        guard let signer = try? NoteSigner(name: "log.example", type: .ed25519, seed: [UInt8](repeating: 1, count: 32))
        else { return nil }
        return try? LogTrust(log: signer.verifierKey)
    }()

    private struct Forgetful: WitnessStore {
        func latest(origin: String) -> WitnessedHead? { nil }
        func put(_ head: WitnessedHead, origin: String) {}
    }
}
