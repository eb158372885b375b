internal import Core

/// An open transaction: what is done within it happens wholly or not at all.
///
/// One query at a time; it is of no use after a query failed, or after the body it was given to has ended.
package final class BoltTransaction {
    private let connection: BoltConnection
    private let options: BoltOptions
    private let place: String
    private var rows: BoltRows?
    private var failure: BoltError?
    /// What all its queries did together.
    package private(set) var counters = BoltSummary.Counters()

    init(_ connection: BoltConnection, _ options: BoltOptions, place: String) {
        self.connection = connection
        self.options = options
        self.place = place
    }

    /// Runs a query and gives its records.
    @discardableResult
    package nonisolated(nonsending) func query(
        _ cypher: String, _ parameters: [String: BoltValue] = [:]
    ) async throws(BoltError) -> [[String: BoltValue]] { try await run(cypher, parameters).records }

    /// Runs a query and gives its records, and what it did.
    ///
    /// - Throws: ``BoltError``; the transaction is undone then.
    @discardableResult
    package nonisolated(nonsending) func run(
        _ cypher: String, _ parameters: [String: BoltValue] = [:]
    ) async throws(BoltError) -> BoltResult {
        do throws(BoltError) {
            let result = try await open(cypher, parameters).collect(options)
            note(result.summary)
            return result
        } catch {
            failure = failure ?? error
            throw error
        }
    }

    /// Runs a query and gives its records as they come; those left over are dropped by the next query.
    package nonisolated(nonsending) func rows(_ cypher: String, _ parameters: [String: BoltValue] = [:])
        async throws(BoltError) -> BoltRows
    {
        do throws(BoltError) {
            let opened = try await open(cypher, parameters)
            rows = opened
            return opened
        } catch {
            failure = failure ?? error
            throw error
        }
    }

    private nonisolated(nonsending) func open(_ cypher: String, _ parameters: [String: BoltValue])
        async throws(BoltError) -> BoltRows
    {
        try await settle()
        let opened = BoltRows(connection, batch: options.batch, place: QueryPlace.text(place, cypher))
        try await opened.start(cypher, parameters, [:])
        return opened
    }

    private func note(_ summary: BoltSummary?) {
        if let summary { counters = counters + summary.counters }
    }

    /// Ends the query before.
    private nonisolated(nonsending) func settle() async throws(BoltError) {
        if let failure {
            throw BoltError(.misuse, "the transaction was undone when a query failed: \(failure.message)", at: place)
        }
        guard let open = rows else { return }
        rows = nil
        do throws(BoltError) { try await open.discard() } catch {
            failure = error
            throw error
        }
        note(open.summary)
    }

    /// - Throws: what failed before, even when the body has overlooked it.
    nonisolated(nonsending) func commit() async throws(BoltError) {
        if let failure { throw failure }
        try await settle()
        _ = try await connection.ask(.commit)
        failure = BoltError(.misuse, "the transaction has ended", at: place)
    }

    /// Undoes everything; a connection on which that fails is closed, which undoes it as well.
    nonisolated(nonsending) func rollback() async {
        failure = failure ?? BoltError(.misuse, "the transaction has ended", at: place)
        // By RESET rather than ROLLBACK: it ends a result that is half read, too.
        do throws(BoltError) { _ = try await connection.end() } catch { await connection.abandon() }
    }
}

/// Which query an error is about.
enum QueryPlace {
    /// The text of a query holds no values, which are given apart as parameters.
    static func text(_ place: String, _ cypher: String) -> String {
        let words = cypher.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return "\(place): \(words.excerpt(120))"
    }
}
