package import Attestation
internal import Core

/// A range of claimed bundle versions, such as `>= v28.0` or `>= v28.0, < v29.0`; all parts must hold.
package struct VersionRange: Sendable, Hashable, CustomStringConvertible {
    private enum Comparison: String, Sendable, CaseIterable {
        // The longer come first: `>=` begins with `>`.
        case atLeast = ">="
        case atMost = "<="
        case above = ">"
        case below = "<"
        case equal = "="
    }

    private struct Part: Sendable, Hashable {
        let comparison: Comparison
        let version: BundleVersion
    }

    private let parts: [Part]
    package let description: String

    /// Parses a range; `nil` when it is not one. A version without a sign means exactly that one.
    package init?(_ text: String) {
        guard text.utf8.count <= 256 else { return nil }
        var parts: [Part] = []
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            let trimmed = piece.trimmingSpaces
            let comparison = Comparison.allCases.first { trimmed.hasPrefix($0.rawValue) }
            let version = trimmed.dropFirst(comparison?.rawValue.count ?? 0).trimmingSpaces
            guard let version = BundleVersion(String(version)) else { return nil }
            parts.append(Part(comparison: comparison ?? .equal, version: version))
        }
        guard (1...8).contains(parts.count) else { return nil }
        self.parts = parts
        description = text
    }

    /// Whether a version lies in the range.
    package func contains(_ version: BundleVersion) -> Bool {
        parts.allSatisfy { part in
            switch part.comparison {
            case .atLeast: version >= part.version
            case .atMost: version <= part.version
            case .above: version > part.version
            case .below: version < part.version
            case .equal: version == part.version
            }
        }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
