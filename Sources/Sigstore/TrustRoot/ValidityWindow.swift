public import Core

/// A span of time in which a key or an authority counts; both ends are inclusive, and either may be open.
public struct ValidityWindow: Sendable, Hashable, CustomStringConvertible {
    public let start: Instant?
    public let end: Instant?

    public init(start: Instant? = nil, end: Instant? = nil) {
        self.start = start
        self.end = end
    }

    public func contains(_ instant: Instant) -> Bool {
        if let start, instant < start { return false }
        if let end, instant > end { return false }
        return true
    }

    public var isBounded: Bool { start != nil || end != nil }

    public var description: String {
        "\(start.map(\.description) ?? "any time") to \(end.map(\.description) ?? "any time")"
    }
}
