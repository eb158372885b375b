/// What a connection is in the middle of, without the connection: bytes and wishes come in, actions come out.
///
/// One request is worked on at a time (RUN and its first PULL travel together). After a failure the machine says RESET
/// itself and reports the failure when the connection is usable again. Whatever breaks the protocol closes it.
package struct ConnectionMachine: Sendable {
    /// What is known before the first byte.
    package struct Setup: Sendable, Hashable {
        package var credentials: BoltCredentials
        /// The client's name and version, such as `mc/1.0`.
        package var agent: String
        package var limits: PackStreamLimits
        /// Where the server is, for messages.
        package var place: String

        package init(
            credentials: BoltCredentials, agent: String = "mc/1", limits: PackStreamLimits = PackStreamLimits(),
            place: String
        ) {
            self.credentials = credentials
            self.agent = agent
            self.limits = limits
            self.place = place
        }
    }

    /// What a caller may wish for.
    package enum Command: Sendable, Hashable {
        /// A query and its first batch; within a transaction when one was begun.
        case run(String, parameters: [String: BoltValue], extra: [String: BoltValue], batch: Int)
        /// The next batch of the query's records.
        case more(batch: Int)
        /// No more records; the query is still carried out.
        case discard
        case begin(extra: [String: BoltValue])
        case commit
        case rollback
        /// Ends whatever goes on.
        case reset
        case goodbye
    }

    /// What is to be done outside.
    package enum Action: Sendable, Hashable {
        case send([UInt8])
        case tell(Event)
        case close
    }

    package enum Event: Sendable, Hashable {
        /// Logged on, or reset as asked.
        case ready
        /// The names of a record's fields.
        case fields([String])
        /// A record, and how many bytes it took.
        case record([BoltValue], bytes: Int)
        /// The batch is over, the result is not.
        case batchEnded
        /// What was asked for is done.
        case done(BoltSummary)
        /// What was asked for was refused; the connection is usable, its transaction is gone.
        case failed(BoltError)
        /// The connection is of no more use.
        case closed(BoltError)
    }

    enum Phase: Sendable, Hashable {
        case new
        case negotiating([UInt8])
        case greeting
        case idle
        /// Answers are to come.
        case working
        /// The query has more records than were asked for.
        case paused
        /// A RESET is to be answered; what failed is reported then.
        case resetting(BoltError?)
        case closed
    }

    enum Expected: Sendable, Hashable { case hello, logon, run, pull, begin, commit, rollback, reset }

    package let setup: Setup
    var phase = Phase.new
    /// The requests that are not answered yet, oldest first.
    var expected: [Expected] = []
    var framing: ChunkFraming
    var fieldCount: Int?
    var qid: Int64?
    var isInTransaction = false
    /// Whether a query outside of a transaction may have written something.
    var mayHaveWritten = false

    /// The version both sides agreed on.
    package internal(set) var version: BoltVersion?
    /// What the server calls itself, such as `Neo4j/5.13.0`.
    package internal(set) var server: String?

    package init(_ setup: Setup) {
        self.setup = setup
        framing = ChunkFraming(cap: setup.limits.bytes)
    }

    /// Whether a new query can be sent.
    package var isIdle: Bool { phase == .idle && !isInTransaction }
    package var isClosed: Bool { phase == .closed }

    /// The connection is there.
    package mutating func opened() -> [Action] {
        guard phase == .new else { return [] }
        phase = .negotiating([])
        return [.send(Handshake.request)]
    }

    /// The connection is gone, or is to be given up for a reason.
    package mutating func closed(_ reason: BoltError) -> [Action] {
        guard phase != .closed else { return [] }
        var reason = reason
        if case .resetting(let failure?) = phase {
            reason = failure
        } else if expected.contains(.commit), reason.code != .cancelled {
            reason = BoltError(
                .unknownOutcome, "the transaction may have been committed or not: \(reason.message)", at: reason.place)
        } else if mayHaveWritten, reason.code == .closed, phase == .working || phase == .paused {
            reason = BoltError(
                .unknownOutcome, "the query may have been carried out or not: \(reason.message)", at: reason.place)
        }
        phase = .closed
        expected = []
        return [.tell(.closed(reason)), .close]
    }

    /// A caller's wish.
    ///
    /// - Throws: ``BoltError`` with code `misuse` when this is not the moment for it, or `tooLarge` for a parameter
    ///   that cannot be written; nothing was sent then.
    package mutating func send(_ command: Command) throws(BoltError) -> [Action] {
        if case .closed = phase { throw BoltError(.closed, "the connection is closed", at: setup.place) }
        switch command {
        case .run(let query, let parameters, let extra, let batch):
            guard phase == .idle else { throw misuse("a query was sent before the last one's result was read") }
            let bytes =
                try encode(.run(query, parameters: parameters, extra: extra)) + encode(.pull(n: batch, qid: nil))
            // Known of what is read only; nobody else can tell by the query's text.
            mayHaveWritten = !isInTransaction && extra["mode"] != "r"
            fieldCount = nil
            qid = nil
            return start([.run, .pull], bytes)
        case .more(let batch):
            guard phase == .paused else { throw misuse("no query has more records") }
            return start([.pull], try encode(.pull(n: batch, qid: qid)))
        case .discard:
            guard phase == .paused else { throw misuse("no query has records to discard") }
            return start([.pull], try encode(.discard(n: -1, qid: qid)))
        case .begin(let extra):
            guard isIdle else { throw misuse("a transaction is open, or a result is unread") }
            return start([.begin], try encode(.begin(extra)))
        case .commit, .rollback:
            guard phase == .idle, isInTransaction else { throw misuse("there is no transaction to end") }
            return start(
                [command == .commit ? .commit : .rollback], try encode(command == .commit ? .commit : .rollback))
        case .reset:
            // One is on its way.
            if case .resetting = phase { return [] }
            guard [.idle, .working, .paused].contains(phase) else { throw misuse("the connection is not logged on") }
            expected.append(.reset)
            phase = .resetting(nil)
            return [.send(try encode(.reset))]
        case .goodbye:
            let bytes = phase == .new ? [] : try encode(.goodbye)
            let isFramed = if case .negotiating = phase { false } else { phase != .new }
            phase = .closed
            expected = []
            return (isFramed ? [.send(bytes)] : []) + [.close]
        }
    }

    private mutating func start(_ answers: [Expected], _ bytes: [UInt8]) -> [Action] {
        expected += answers
        phase = .working
        return [.send(bytes)]
    }

    func encode(_ request: BoltRequest) throws(BoltError) -> [UInt8] {
        do throws(PackStreamError) { return ChunkFraming.frame(try request.encoded()) } catch {
            throw BoltError(.tooLarge, "\(request.name) cannot be written: \(error.message)", at: setup.place)
        }
    }

    private func misuse(_ message: String) -> BoltError { BoltError(.misuse, message, at: setup.place) }
}
