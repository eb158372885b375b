internal import Core

/// A version of the form `vMAJOR.MINOR` or `vMAJOR.MINOR.PATCH`, without leading zeros.
public struct BundleVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let major: Int
    public let minor: Int
    /// 0 where none was written: `v28.1` and `v28.1.0` are one version.
    public let patch: Int

    /// At most this many digits a part, so that each fits an integer everywhere.
    private static let digits = Cap("digits of a version's part", 9)

    public init(major: Int, minor: Int, patch: Int = 0) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Parses a version; `nil` when it is not one.
    public init?(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "v"), text.utf8.count <= 32 else { return nil }
        var numbers: [Int] = []
        for part in text.utf8.dropFirst().split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard (1...Self.digits.limit).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }),
                part.count == 1 || part.first != UInt8(ascii: "0")
            else { return nil }
            numbers.append(part.reduce(0) { $0 * 10 + Int($1 - 0x30) })
        }
        guard (2...3).contains(numbers.count) else { return nil }
        self.init(major: numbers[0], minor: numbers[1], patch: numbers.count == 3 ? numbers[2] : 0)
    }

    public static func < (left: BundleVersion, right: BundleVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    public var description: String { "v\(major).\(minor).\(patch)" }
}
