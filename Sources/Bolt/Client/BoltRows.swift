internal import Core

/// The records of one query as they come, each by its fields' names.
///
/// The server is asked for a batch at a time, and for the next when this one is used up.
package final class BoltRows {
    private let connection: BoltConnection
    private let batch: Int
    private let place: String
    private var pending: [ConnectionMachine.Event] = []
    private var index = 0
    private var isEnded = false

    /// The names of a record's fields.
    package private(set) var fields: [String] = []
    /// What the query did; known after the last record.
    package private(set) var summary: BoltSummary?
    /// The bytes of the records so far.
    private(set) var bytes = 0

    init(_ connection: BoltConnection, batch: Int, place: String) {
        self.connection = connection
        self.batch = Swift.max(batch, 1)
        self.place = place
    }

    nonisolated(nonsending) func start(
        _ query: String, _ parameters: [String: BoltValue], _ extra: [String: BoltValue]
    ) async throws(BoltError) {
        do throws(BoltError) {
            try await connection.send(.run(query, parameters: parameters, extra: extra, batch: batch))
        } catch {
            isEnded = true
            throw error.at(place)
        }
    }

    /// The next record; `nil` after the last.
    ///
    /// - Throws: ``BoltError`` when the query was refused or the connection lost.
    package nonisolated(nonsending) func next() async throws(BoltError) -> [String: BoltValue]? {
        while !isEnded {
            guard let event = try await event() else { continue }
            switch event {
            case .record(let values, let size):
                bytes += size
                return Dictionary(zip(fields, values)) { $1 }
            case .batchEnded: try await send(.more(batch: batch))
            default: try take(event)
            }
        }
        return nil
    }

    /// Leaves out the records that are still to come; the query is carried out all the same.
    package nonisolated(nonsending) func discard() async throws(BoltError) {
        while !isEnded {
            guard let event = try await event() else { continue }
            switch event {
            case .record: continue
            case .batchEnded: try await send(.discard)
            default: try take(event)
            }
        }
    }

    private nonisolated(nonsending) func event() async throws(BoltError) -> ConnectionMachine.Event? {
        if index < pending.count {
            index += 1
            return pending[index - 1]
        }
        do throws(BoltError) { pending = try await connection.next() } catch {
            isEnded = true
            throw error.at(place)
        }
        index = 0
        return nil
    }

    private func take(_ event: ConnectionMachine.Event) throws(BoltError) {
        switch event {
        case .fields(let names): fields = names
        case .done(let summary):
            self.summary = summary
            isEnded = true
        case .failed(let error), .closed(let error):
            isEnded = true
            throw error.at(place)
        case .ready, .record, .batchEnded: break
        }
    }

    private nonisolated(nonsending) func send(_ command: ConnectionMachine.Command) async throws(BoltError) {
        do throws(BoltError) { try await connection.send(command) } catch {
            isEnded = true
            throw error.at(place)
        }
    }
}

extension BoltRows: AsyncSequence {
    package struct Iterator: AsyncIteratorProtocol {
        let rows: BoltRows

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(BoltError) -> [String: BoltValue]? { try await rows.next() }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(rows: self) }
}

/// A result that was collected.
package struct BoltResult: Sendable, Hashable {
    package var fields: [String]
    package var records: [[String: BoltValue]]
    package var summary: BoltSummary
}

extension BoltRows {
    /// All records.
    ///
    /// - Throws: ``BoltError``; with code `tooLarge` when there are more than the caps allow.
    nonisolated(nonsending) func collect(_ options: BoltOptions) async throws(BoltError) -> BoltResult {
        var records: [[String: BoltValue]] = []
        while let record = try await next() {
            records.append(record)
            do throws(CapExceeded) {
                try options.records.check(records.count)
                try options.resultBytes.check(bytes)
            } catch {
                await connection.abandon()
                throw BoltError(.tooLarge, "\(error); add LIMIT, or stream the records", at: place)
            }
        }
        return BoltResult(fields: fields, records: records, summary: summary ?? BoltSummary())
    }
}
