package import Outgoing

/// Asks a database that speaks Bolt: Neo4j, or another such as ArcadeDB or Memgraph.
package final class BoltClient: Sendable {
    package let address: BoltAddress
    private let options: BoltOptions
    private let pacing: Pacing
    private let pool: ConnectionPool

    /// Nothing is sent before the first query.
    package init(
        _ address: BoltAddress, credentials: BoltCredentials, options: BoltOptions = BoltOptions(),
        pacing: Pacing = .real()
    ) {
        self.address = address
        self.options = options
        self.pacing = pacing
        pool = ConnectionPool(address: address, credentials: credentials, options: options, pacing: pacing)
    }

    /// Closes what is idle; the client is of no use afterwards.
    package func close() async { await pool.close() }

    /// Logs on, or asks a connection that is there already.
    ///
    /// - Returns: who answers.
    package func check() async throws(BoltError) -> BoltServer {
        try await lend { connection in
            _ = try await connection.ask(.reset)
            return connection.server
        }
    }

    /// Runs a query in a transaction of its own and gives its records.
    ///
    /// It is tried once; what must be tried again after a deadlock belongs into ``transaction(mode:retry:_:)``.
    ///
    /// - Parameter parameters: the values of `$name` in the query; values never stand in the query's text.
    /// - Throws: ``BoltError``; with code `tooLarge` when there are more records than ``BoltOptions/records``.
    @discardableResult
    package func query(
        _ cypher: String, _ parameters: [String: BoltValue] = [:], mode: BoltMode = .write
    ) async throws(BoltError) -> [[String: BoltValue]] {
        try await run(cypher, parameters, mode: mode).records
    }

    /// Runs a query in a transaction of its own and gives its records, and what it did.
    @discardableResult
    package func run(
        _ cypher: String, _ parameters: [String: BoltValue] = [:], mode: BoltMode = .write
    ) async throws(BoltError) -> BoltResult {
        let options = options
        return try await lend {
            [extra = extra(mode), place = QueryPlace.text(address.description, cypher)] connection in
            let rows = BoltRows(connection, batch: options.batch, place: place)
            try await rows.start(cypher, parameters, extra)
            return try await rows.collect(options)
        }
    }

    /// Runs a query in a transaction of its own and gives its records as they come.
    ///
    /// - Parameter body: reads them; what it leaves is dropped, and the server told so.
    /// - Throws: ``BoltError``, or what the body throws.
    @discardableResult
    package func stream<Value: Sendable>(
        _ cypher: String, _ parameters: [String: BoltValue] = [:], mode: BoltMode = .read,
        _ body: @Sendable (BoltRows) async throws -> Value
    ) async throws -> Value {
        let place = QueryPlace.text(address.description, cypher)
        return try await pool.with { [options, extra = extra(mode)] connection in
            let rows = BoltRows(connection, batch: options.batch, place: place)
            try await rows.start(cypher, parameters, extra)
            do {
                let value = try await body(rows)
                try await rows.discard()
                return value
            } catch {
                // Not read to its end: the reset that follows costs less than the rest.
                try? await connection.end()
                throw error
            }
        }
    }

    /// Runs queries that happen together or not at all, and tries again what failed by chance.
    ///
    /// - Parameters:
    ///   - retry: which failures are tried again.
    ///   - body: asks; it may be called several times. Whatever it throws undoes the transaction.
    /// - Throws: ``BoltError``, or what the body throws; with code `unknownOutcome` when the connection was lost while
    ///   the transaction was being committed.
    @discardableResult
    package func transaction<Value: Sendable>(
        mode: BoltMode = .write, retry: BoltRetry = BoltRetry(),
        _ body: @Sendable (BoltTransaction) async throws -> Value
    ) async throws -> Value {
        var failures = 0
        while true {
            do {
                return try await attempt(mode, body)
            } catch let error as BoltError where retry.covers(error) && failures + 1 < retry.attempts {
                failures += 1
                await pacing.sleep(retry.backoff.pause(after: failures, jitter: pacing.jitter()))
                if Task.isCancelled { throw BoltError(.cancelled, "the caller gave up", at: address.description) }
            }
        }
    }

    private func attempt<Value: Sendable>(
        _ mode: BoltMode, _ body: @Sendable (BoltTransaction) async throws -> Value
    ) async throws -> Value {
        try await pool.with { [options, extra = extra(mode), place = address.description] connection in
            _ = try await connection.ask(.begin(extra: extra))
            let transaction = BoltTransaction(connection, options, place: place)
            do {
                let value = try await body(transaction)
                try await transaction.commit()
                return value
            } catch {
                await transaction.rollback()
                throw error
            }
        }
    }

    private func lend<Value: Sendable>(
        _ work: @Sendable (BoltConnection) async throws -> Value
    ) async throws(BoltError) -> Value {
        do { return try await pool.with(work) } catch { throw ChannelFailure.error(error, at: address.description) }
    }

    private func extra(_ mode: BoltMode) -> [String: BoltValue] {
        var extra = mode.extra
        if let database = address.database { extra["db"] = .string(database) }
        // The server gives up when nobody waits any longer.
        let milliseconds = options.deadline.components.seconds.multipliedReportingOverflow(by: 1_000)
        if !milliseconds.overflow, milliseconds.partialValue > 0 {
            extra["tx_timeout"] = .int(milliseconds.partialValue)
        }
        return extra
    }
}
