internal import Core

/// A Rekor log of either generation.
struct TransparencyLog: Sendable {
    let generation: LogGeneration
    let key: PrivateKey
    let baseURL: String
    var window: Window

    /// The log's name in notes: the URL's host.
    var name: String {
        guard let range = baseURL.firstRange(of: "://") else { return baseURL }
        return String(baseURL[range.upperBound...].prefix { $0 != "/" })
    }

    /// The first line of a checkpoint; Rekor v1 appends the tree's number.
    var origin: String { generation == .v1 ? "\(name) - 2605736670972794746" : name }

    /// How far the global index of Rekor v1 is ahead of the index in the tree that is written to.
    var globalIndexOffset: Int { generation == .v1 ? 4_163_431 : 0 }

    /// The log's id; its first four bytes are the hint in notes.
    ///
    /// SHA-256 of the SubjectPublicKeyInfo for Rekor v1 and for any ECDSA key; for Ed25519 in Rekor v2 the key id of
    /// a signed note in full (C2SP signed-note, "Signatures").
    var id: [UInt8] { Self.id(of: key.publicKey, name: name, generation: generation) }

    static func id(of key: PublicKey, name: String, generation: LogGeneration) -> [UInt8] {
        guard generation == .v2, key.kind == .ed25519 else { return Digest.of(key.subjectPublicKeyInfo).bytes }
        return noteKeyID(name: name, type: 1, key: key)
    }

    static func noteKeyID(name: String, type: UInt8, key: PublicKey) -> [UInt8] {
        Digest.of(Array(name.utf8) + [0x0A, type] + key.subjectPublicKeyInfo.suffix(32)).bytes
    }
}

/// Which of Rekor's two designs a log is of.
package enum LogGeneration: Sendable, Hashable, CaseIterable {
    /// Signed entry timestamps, checkpoints and a global index.
    case v1
    /// Tiles and checkpoints; no time.
    case v2
}
