/// Something in a log or proof that is not as it should be: where, what was seen and what was expected.
public struct LogFinding: Sendable, Hashable, CustomStringConvertible {
    /// What does not hold.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A checkpoint without a valid signature of the log's key, or with a forged one.
        case signature
        /// A checkpoint of another log.
        case origin
        /// Fewer witnesses signed than are demanded, or a signature in a witness's name is forged.
        case witness
        /// An entry that is not what the tree holds in its place: edited, reordered or replaced.
        case entry
        /// Hashes that do not follow from the entries.
        case tile
        /// Something that the checkpoint demands is not there: truncated.
        case missing
        /// The root is not the checkpoint's.
        case root
        /// Two checkpoints that cannot both be of one log: a fork, or one that went back.
        case fork
        /// Something that cannot be read as what it should be.
        case malformed
    }

    public let kind: Kind
    /// The file, entry or line it is about.
    public let place: String
    public let observed: String
    public let expected: String

    public init(_ kind: Kind, place: String, observed: String, expected: String) {
        self.kind = kind
        self.place = place
        self.observed = observed
        self.expected = expected
    }

    public var description: String { "\(kind.rawValue): \(place): observed \(observed); expected \(expected)" }
}
