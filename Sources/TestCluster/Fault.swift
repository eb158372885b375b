/// Trouble that the server makes instead of an answer.
package struct Fault: Sendable {
    package enum Action: Sendable {
        /// A Status object.
        case status(Int, reason: String, retryAfter: Int? = nil)
        /// The connection closes without a word.
        case drop
        /// The answer comes this much later.
        case delay(milliseconds: Int)
        /// These bytes with status 200.
        case text(String)
        /// So many bytes of nothing with status 200.
        case flood(bytes: Int)
        /// A watch that is answered and then gives one ERROR event with 410.
        case goneEvent
    }

    /// `nil` for any.
    package let method: String?
    /// A part of the path and query; empty for any.
    package let part: String
    /// How many requests it hits.
    package var times: Int
    package let action: Action

    package init(_ action: Action, method: String? = nil, part: String = "", times: Int = 1) {
        self.action = action
        self.method = method
        self.part = part
        self.times = times
    }

    func hits(_ method: String, _ target: String) -> Bool {
        times > 0 && (self.method == nil || self.method == method) && (part.isEmpty || target.contains(part))
    }
}

/// A request as it came.
package struct SeenRequest: Sendable {
    package let method: String
    /// The path with the query, still escaped.
    package let target: String
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
