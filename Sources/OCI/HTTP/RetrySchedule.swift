/// Decides whether and when a failed request is tried again: exponential with jitter, bounded in number and time.
struct RetrySchedule: Sendable, Hashable {
    /// How a try failed.
    enum Failure: Sendable, Hashable {
        case status(Int, retryAfter: Duration?)
        /// No connection, or one that broke. A server that accepts and is silent is not among these: it would be
        /// silent again.
        case connection
    }

    /// How many tries may follow the first.
    var maximum = 3
    /// The first pause before jitter; it doubles with each try.
    var base: Duration = .milliseconds(200)
    /// The longest pause, also when the server asks for a longer one.
    var longest: Duration = .seconds(10)

    /// - Parameters:
    ///   - tries: how many tries have failed, this one included.
    ///   - jitter: a random number from 0 up to 1.
    ///   - remaining: the time left until the deadline.
    /// - Returns: the pause before the next try; `nil` to give up.
    func pause(after failure: Failure, tries: Int, jitter: Double, remaining: Duration) -> Duration? {
        guard tries <= maximum else { return nil }
        var asked: Duration = .zero
        switch failure {
        case .connection: break
        case .status(let status, let retryAfter):
            guard status == 429 || (500...599).contains(status), status != 501 else { return nil }
            asked = retryAfter ?? .zero
        }
        let backoff = base * Double(1 << min(tries - 1, 16)) * (0.5 + jitter / 2)
        let pause = min(max(backoff, asked), longest)
        return pause < remaining ? pause : nil
    }

    /// The pause of a `Retry-After` field in seconds (RFC 9110 §10.2.3). Its date form is ignored: it would tie the
    /// schedule to the server's clock.
    static func retryAfter(_ field: String?) -> Duration? {
        guard let field, field.utf8.count <= 9, field.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Int(field)
        else { return nil }
        return .seconds(seconds)
    }
}
