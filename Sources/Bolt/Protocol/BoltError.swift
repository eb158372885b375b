internal import Core

/// Why the database could not be asked, or what it answered instead of a result.
///
/// An error holds neither credentials nor the parameters of a query.
package struct BoltError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, Sendable {
            case configuration, unavailable, version, unauthorized, failure, malformed, tooLarge, timeout, busy
            case closed, unknownOutcome, cancelled, misuse
        }
        private let value: Value

        /// An address, a certificate or an option that cannot be used; nothing was sent.
        package static let configuration = Code(value: .configuration)
        /// Not reachable, or TLS failed.
        package static let unavailable = Code(value: .unavailable)
        /// The server speaks other versions of Bolt.
        package static let version = Code(value: .version)
        /// The server does not accept the credentials.
        package static let unauthorized = Code(value: .unauthorized)
        /// The server refused the query; `serverCode` says why.
        package static let failure = Code(value: .failure)
        /// The answer is not what the protocol says.
        package static let malformed = Code(value: .malformed)
        /// A cap was passed.
        package static let tooLarge = Code(value: .tooLarge)
        /// No answer in time.
        package static let timeout = Code(value: .timeout)
        /// All connections are in use, and too many callers wait or one waited too long.
        package static let busy = Code(value: .busy)
        /// The connection was lost before the work was done; what was not committed is undone by the server.
        package static let closed = Code(value: .closed)
        /// The connection was lost while a transaction was being committed: it may have happened or not.
        package static let unknownOutcome = Code(value: .unknownOutcome)
        /// The caller gave up.
        package static let cancelled = Code(value: .cancelled)
        /// A transaction or its rows were used after their end.
        package static let misuse = Code(value: .misuse)

        package var description: String { value.rawValue }
    }

    package let code: Code
    /// What was seen, what was expected, and what to do.
    package let message: String
    /// The server, and what it was asked, such as `bolt://127.0.0.1:7687/lineage: MERGE (n …`.
    package let place: String
    /// The server's own code, such as `Neo.ClientError.Schema.ConstraintValidationFailed`.
    package let serverCode: String?
    /// The server's GQL status, such as `22N41`; servers before Bolt 5.7 mostly give none.
    package let gqlStatus: String?

    /// How much of a message is kept, in UTF-8 bytes; it may quote an answer.
    private static let longestMessage = 1_000

    package init(
        _ code: Code, _ message: String, at place: String, serverCode: String? = nil, gqlStatus: String? = nil
    ) {
        self.code = code
        // It may quote an answer, which must not forge the lines of a log.
        self.message = PrintableText.plain(message.excerpt(Self.longestMessage))
        self.place = PrintableText.plain(place.excerpt(Self.longestMessage))
        self.serverCode = serverCode.map { PrintableText.plain($0.excerpt(200)) }
        self.gqlStatus = gqlStatus.map { PrintableText.plain($0.excerpt(20)) }
    }

    package var description: String {
        let said = serverCode.map { "\($0): \(message)" } ?? message
        return place.isEmpty ? said : "\(place): \(said)"
    }

    /// The same with another place.
    func at(_ place: String) -> BoltError {
        BoltError(code, message, at: place, serverCode: serverCode, gqlStatus: gqlStatus)
    }

    /// The same with another code.
    func with(_ code: Code) -> BoltError {
        BoltError(code, message, at: place, serverCode: serverCode, gqlStatus: gqlStatus)
    }
}

extension BoltError {
    /// Whether the same transaction may succeed a moment later: deadlocks, leader changes, pages changed meanwhile.
    package var isTransient: Bool {
        guard let serverCode, code == .failure || code == .unauthorized else { return false }
        // Somebody ended these on purpose (Neo4j, "Status codes"): a second try would defy them.
        let ended = ["Neo.TransientError.Transaction.Terminated", "Neo.TransientError.Transaction.LockClientStopped"]
        if ended.contains(where: { serverCode.isSame(as: $0) }) { return false }
        return serverCode.utf8.starts(with: "Neo.TransientError.".utf8)
    }

    /// Whether a uniqueness or existence constraint was broken.
    ///
    /// Of two transactions that MERGE the same new key at once some servers fail one by this; the second try finds it.
    package var isConstraintFailure: Bool {
        guard let serverCode, code == .failure else { return false }
        return serverCode.utf8.starts(with: "Neo.ClientError.Schema.Constraint".utf8)
    }

    /// Whether the server was not reached, or was lost before anything could have been committed.
    package var isLoss: Bool { code == .unavailable || code == .closed }
}
