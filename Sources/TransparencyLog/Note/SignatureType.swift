/// The assigned signature types that are used here (C2SP signed-note, "Signature types").
public enum SignatureType: UInt8, Sendable, Hashable, CaseIterable {
    /// Ed25519 over the note's text: how a log signs its checkpoints.
    case ed25519 = 0x01
    /// Timestamped Ed25519 cosignature/v1 (C2SP tlog-cosignature): how a witness signs.
    case cosignature = 0x04
}

/// What names a key within a note besides its name: the first four bytes of a hash of name, type and key.
public struct KeyID: Sendable, Hashable, CustomStringConvertible {
    public let value: UInt32

    public init(_ value: UInt32) { self.value = value }

    /// The four bytes in big-endian order.
    public var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

    public var description: String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 8 - text.count) + text
    }

    init(_ bytes: some Sequence<UInt8>) { value = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }
}
