public import Core

/// A span of time in which a key or an authority counts; both ends are inclusive, and either may be open.
public struct ValidityWindow: Sendable, Hashable, CustomStringConvertible {
    /// The first instant that counts; `nil` leaves the past open.
    public let start: Instant?
    /// The last instant that counts; `nil` leaves the future open.
    public let end: Instant?

    /// Makes a window; without arguments it holds every instant.
    public init(start: Instant? = nil, end: Instant? = nil) {
        self.start = start
        self.end = end
    }

    /// Whether an instant lies in the window.
    public func contains(_ instant: Instant) -> Bool {
        if let start, instant < start { return false }
        if let end, instant > end { return false }
        return true
    }

    /// Whether either end is closed, so that a time is needed to judge.
    public var isBounded: Bool { start != nil || end != nil }

    /// Both ends in words.
    public var description: String {
        "\(start.map(\.description) ?? "any time") to \(end.map(\.description) ?? "any time")"
    }
}
