internal import Core

/// A version by SemVer 2.0.0, without build metadata: two builds of one version would be two bundles of one name.
package struct SemanticVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    private enum Identifier: Sendable, Hashable, Comparable {
        case number(Int64)
        case text(String)

        // SemVer §11.4: numbers are lower than texts, texts compare by their ASCII bytes.
        static func < (left: Identifier, right: Identifier) -> Bool {
            switch (left, right) {
            case (.number(let left), .number(let right)): left < right
            case (.number, .text): true
            case (.text, .number): false
            case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
            }
        }
    }

    private let numbers: [Int64]
    private let prerelease: [Identifier]
    package let description: String

    /// Parses a version; `nil` when it is not one.
    package init?(_ text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Self.number($0) }
        guard parts.count == 3, numbers.count == 3 else { return nil }
        var identifiers: [Identifier] = []
        if halves.count == 2 {
            for part in halves[1].split(separator: ".", omittingEmptySubsequences: false) {
                guard !part.isEmpty, part.utf8.allSatisfy(Self.isIdentifierByte) else { return nil }
                if part.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                    guard let number = Self.number(part) else { return nil }
                    identifiers.append(.number(number))
                } else {
                    identifiers.append(.text(String(part)))
                }
            }
        }
        self.numbers = numbers
        prerelease = identifiers
        description = text
    }

    // Digits without leading zeros that fit in 15 places.
    private static func number(_ text: Substring) -> Int64? {
        guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text.utf8.count == 1 || text.utf8.first != 0x30
        else { return nil }
        return Int64(text)
    }

    private static func isIdentifierByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    package static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        // SemVer §11.3: a pre-release comes before the release itself.
        if left.prerelease.isEmpty || right.prerelease.isEmpty {
            return !left.prerelease.isEmpty && right.prerelease.isEmpty
        }
        return left.prerelease.lexicographicallyPrecedes(right.prerelease)
    }
}
