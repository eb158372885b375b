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

    /// Parses `algorithm:value`; `nil` when there is no algorithm or no value, or a known hash is malformed.
    public init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else { return nil }
        algorithm = String(text[..<colon])
        value = String(text[text.index(after: colon)...])
        guard !value.isEmpty, isWellFormed else { return nil }
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
