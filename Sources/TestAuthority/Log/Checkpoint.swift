internal import Core

/// A log's signed statement of its tree: a C2SP signed note (tlog-checkpoint).
struct Checkpoint {
    var origin: String
    var size: Int
    var root: [UInt8]
    /// Lines after the root, such as Rekor v1's `Timestamp: …`.
    var extra: [String] = []

    var text: String {
        ([origin, String(size), Base64.encode(root)] + extra).map { $0 + "\n" }.joined()
    }

    struct Signature {
        let name: String
        let hint: [UInt8]
        let bytes: [UInt8]

        var line: String { "\u{2014} \(name) \(Base64.encode(hint + bytes))\n" }
    }

    func note(_ signatures: [Signature]) -> String { text + "\n" + signatures.map(\.line).joined() }

    /// A witness's cosignature (C2SP tlog-cosignature v1): a time, and a signature over time and text.
    func cosignature(of witness: PrivateKey, name: String, at time: Instant) throws -> Signature {
        let message = Array("cosignature/v1\ntime \(time.seconds)\n\(text)".utf8)
        return Signature(
            name: name,
            hint: Array(TransparencyLog.noteKeyID(name: name, type: 4, key: witness.publicKey).prefix(4)),
            bytes: bigEndian(UInt64(max(0, time.seconds)), 8) + (try witness.sign(message)))
    }
}
