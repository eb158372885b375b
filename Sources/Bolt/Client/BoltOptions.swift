package import Core
package import Outgoing

/// How a database is asked.
package struct BoltOptions: Sendable {
    /// Whose certificates are accepted by `bolt+s`.
    package enum Trust: Sendable, Hashable {
        /// The machine's authorities.
        case system
        /// These authorities and no others, as PEM.
        case authorities(String)
    }

    package var trust = Trust.system
    /// The client's name and version, as the server's logs show them.
    package var agent = "mc/1"
    /// Whether credentials are sent without TLS to another machine, where everybody on the way can read them.
    package var sendsCredentialsInClear = false

    /// For reaching the server, TLS, and logging on, each.
    package var connect = Duration.seconds(10)
    /// How long the server may be silent while an answer is waited for; a NOOP is a sign of life.
    package var silence = Duration.seconds(60)
    /// How long an answer may take with signs of life; the server is told as well.
    package var deadline = Duration.seconds(300)

    /// How many connections there are at most.
    package var connections = 4
    /// How many callers may wait for one.
    package var waiting = 256
    /// How long a caller waits for one.
    package var patience = Duration.seconds(60)
    /// How old a connection may become before it is replaced.
    package var lifetime = Duration.seconds(3_600)
    /// How long a connection may lie idle without being asked whether it is still there.
    package var idle = Duration.seconds(30)

    /// How many records are asked for at a time.
    package var batch = 1_000
    package var limits = PackStreamLimits()
    /// The records of a result that is collected; a larger one is streamed or limited.
    package var records = Cap("records of a result", 100_000)
    /// The bytes of a result that is collected.
    package var resultBytes = Cap("bytes of a result", 256 << 20)

    package init() {}
}

/// Whether a query may write.
package enum BoltMode: Sendable, Hashable {
    case read, write

    var extra: [String: BoltValue] { self == .read ? ["mode": "r"] : [:] }
}

/// Which failed transactions are tried again.
package struct BoltRetry: Sendable {
    /// How often it is tried in all.
    package var attempts: Int
    package var backoff: Backoff
    /// Whether a broken constraint is worth another try: when several writers MERGE the same key at once, the second
    /// try finds what the other made. For anything else it is not.
    package var retriesConstraintFailures: Bool
    /// Whether doing it twice is the same as once: it is tried again when nobody knows whether it was committed.
    package var isIdempotent: Bool

    package init(
        attempts: Int = 6, backoff: Backoff = Backoff(base: .milliseconds(50), longest: .seconds(5)),
        retriesConstraintFailures: Bool = false, isIdempotent: Bool = false
    ) {
        self.attempts = attempts
        self.backoff = backoff
        self.retriesConstraintFailures = retriesConstraintFailures
        self.isIdempotent = isIdempotent
    }

    /// For batches of MERGE: they may be done twice, and compete for keys.
    package static let merging = BoltRetry(attempts: 12, retriesConstraintFailures: true, isIdempotent: true)
    package static let never = BoltRetry(attempts: 1)

    func covers(_ error: BoltError) -> Bool {
        error.isTransient || error.isLoss || (retriesConstraintFailures && error.isConstraintFailure)
            || (isIdempotent && error.code == .unknownOutcome)
    }
}
