public import Core

/// One entry of an in-toto DigestSet: an algorithm's name and the value it gives.
///
/// Most are hashes; some name content otherwise, such as `gitCommit` or `gce_image_id`, and match by text alone.
public struct SubjectDigest: Sendable, Hashable, CustomStringConvertible {
    public let algorithm: String
    public let value: String

    public init(algorithm: String, value: String) {
        self.algorithm = algorithm
        self.value = value
    }

    public init(_ digest: Digest) {
        algorithm = digest.algorithm.rawValue
        value = digest.hex
    }

    /// Parses `algorithm:value`; `nil` when either is not a plain word, or a known hash is malformed.
    public init?(_ text: String) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        algorithm = String(text[..<colon])
        value = String(text[text.utf8.index(after: colon)...])
        // A missing file called app:1.0.tgz is not a digest.
        guard Self.isWord(algorithm), Self.isWord(value), isWellFormed else { return nil }
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
                    UInt8(ascii: "="):
                    true
                default: false
                }
            }
    }

    /// The entry as a digest, when its algorithm is one that bytes can be checked with.
    public var digest: Digest? {
        guard let known = DigestAlgorithm(rawValue: algorithm), let bytes = Hex.decode(value) else { return nil }
        return Digest(known, bytes: bytes)
    }

    var isWellFormed: Bool { DigestAlgorithm(rawValue: algorithm) == nil || digest != nil }

    public var description: String { "\(algorithm):\(value)" }

    // Swift's == on strings is canonical equivalence of Unicode; evidence is compared byte by byte.
    public static func == (left: SubjectDigest, right: SubjectDigest) -> Bool {
        left.algorithm.isSame(as: right.algorithm) && left.value.isSame(as: right.value)
    }
}
