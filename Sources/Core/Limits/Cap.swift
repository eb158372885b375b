/// A limit on one dimension of an input, named so that an error can say which one was passed.
public struct Cap: Sendable, Hashable, CustomStringConvertible {
    /// What is limited, in plain words, such as "bundle bytes" or "log entries".
    public let name: String
    /// The largest accepted value.
    public let limit: Int

    public init(_ name: String, _ limit: Int) {
        self.name = name
        self.limit = limit
    }

    public var description: String { "\(name) ≤ \(limit)" }

    /// Checks a value against the cap.
    ///
    /// - Throws: ``CapExceeded`` when `value` is larger than the limit.
    @inlinable
    public func check(_ value: Int) throws(CapExceeded) {
        if value > limit { throw CapExceeded(cap: self, seen: value) }
    }
}

/// An input that is larger than what is accepted; nothing of it was evaluated.
public struct CapExceeded: Error, Sendable, Hashable, CustomStringConvertible {
    public let cap: Cap
    /// The value seen, or the smallest value that is known to be exceeded.
    public let seen: Int

    public init(cap: Cap, seen: Int) {
        self.cap = cap
        self.seen = seen
    }

    public var description: String { "too large: \(seen) \(cap.name), at most \(cap.limit) are accepted" }
}
