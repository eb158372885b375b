internal import Attestation
internal import Core
internal import Policy

/// A range of bundle versions as an expression for the text of a claimed version, which has no order of its own in
/// Kyverno: `v28.1`, `v28.1.0`.
///
/// Numbers are written without leading zeros, so that their order can be said digit by digit.
enum VersionCondition {
    /// An RE2 expression that the texts of exactly those versions match that lie in the range.
    static func pattern(_ range: VersionRange) -> String? {
        let parts = range.description.split(separator: ",").map { $0.filter { $0 != " " } }
        guard parts.count == 1, let part = parts.first else { return nil }
        let comparison = String(part.prefix { "<>=".contains($0) })
        guard let version = BundleVersion(String(part.dropFirst(comparison.count))) else { return nil }
        let patch = version.patch == 0 ? "(?:[.]0)?" : "[.]\(version.patch)"
        switch comparison {
        case "", "=": return "^v\(version.major)[.]\(version.minor)\(patch)$"
        case ">=", ">":
            var ways = [
                "\(above(version.major))[.]\(number)(?:[.]\(number))?",
                "\(version.major)[.]\(above(version.minor))(?:[.]\(number))?",
                "\(version.major)[.]\(version.minor)[.]\(above(version.patch))",
            ]
            if comparison == ">=" { ways.append("\(version.major)[.]\(version.minor)\(patch)") }
            return "^v(?:\(ways.joined(separator: "|")))$"
        default: return nil
        }
    }

    private static let number = "(?:0|[1-9][0-9]*)"

    /// The decimal numbers that are greater.
    static func above(_ number: Int) -> String {
        let digits = Array(String(number).utf8).map { Int($0) - 0x30 }
        var ways: [String] = []
        for (index, digit) in digits.enumerated() where digit < 9 {
            let head = digits[..<index].map(String.init).joined()
            let rest = digits.count - index - 1
            ways.append("\(head)[\(digit + 1)-9]" + String(repeating: "[0-9]", count: rest))
        }
        ways.append("[1-9]" + String(repeating: "[0-9]", count: digits.count) + "[0-9]*")
        return "(?:\(ways.joined(separator: "|")))"
    }
}
