internal import Outgoing

/// The connections to one server: a bounded number, each lent to one caller at a time.
actor ConnectionPool {
    private let address: BoltAddress
    private let credentials: BoltCredentials
    private let options: BoltOptions
    private let pacing: Pacing

    private struct Idle {
        let connection: BoltConnection
        let since: Duration
    }
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<BoltError?, Never>
        let timer: Task<Void, Never>
    }

    /// The last one given back lies last, and is lent first: the others may then grow old.
    private var idle: [Idle] = []
    /// How many are lent, or being opened.
    private var lent = 0
    private var waiters: [Waiter] = []
    private var numbers = 0
    private var isClosed = false

    init(address: BoltAddress, credentials: BoltCredentials, options: BoltOptions, pacing: Pacing) {
        self.address = address
        self.credentials = credentials
        self.options = options
        self.pacing = pacing
    }

    deinit { for entry in idle { entry.connection.close() } }

    /// Lends a connection, for the time of some work.
    ///
    /// A connection that the work leaves in the middle of something is closed.
    func with<Value: Sendable>(
        _ work: @Sendable (BoltConnection) async throws -> Value
    ) async throws -> Value {
        try await admit()
        let connection: BoltConnection
        do {
            connection = try await usable()
        } catch {
            leave()
            throw error
        }
        do {
            let value = try await work(connection)
            await takeBack(connection)
            return value
        } catch {
            await takeBack(connection)
            throw error
        }
    }

    /// Closes what is idle, and refuses whoever comes or waits; what is lent is closed when it comes back.
    func close() {
        isClosed = true
        for entry in idle { entry.connection.close() }
        idle = []
        let refused = waiters
        waiters = []
        for waiter in refused {
            waiter.timer.cancel()
            waiter.continuation.resume(returning: closedError)
        }
    }

    private var closedError: BoltError { BoltError(.misuse, "the client is closed", at: address.description) }

    /// Waits for one of the places, in the order of coming.
    private func admit() async throws(BoltError) {
        guard !isClosed else { throw closedError }
        if lent < max(options.connections, 1) {
            lent += 1
            return
        }
        guard waiters.count < options.waiting else {
            throw BoltError(
                .busy, "all \(options.connections) connections are in use, and \(waiters.count) callers wait already",
                at: address.description)
        }
        numbers += 1
        let number = numbers
        let refusal = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (pacing, patience) = (pacing, options.patience)
                let timer = Task { [weak self] in
                    await pacing.sleep(patience)
                    if !Task.isCancelled {
                        await self?.giveUp(number, .busy, "no connection was free within \(patience)")
                    }
                }
                waiters.append(Waiter(number: number, continuation: continuation, timer: timer))
                if Task.isCancelled { giveUp(number, .cancelled, "the caller gave up") }
            }
        } onCancel: {
            Task { await self.giveUp(number, .cancelled, "the caller gave up") }
        }
        if let refusal { throw refusal }
    }

    private func giveUp(_ number: Int, _ code: BoltError.Code, _ message: String) {
        guard let index = waiters.firstIndex(where: { $0.number == number }) else { return }
        let waiter = waiters.remove(at: index)
        waiter.timer.cancel()
        waiter.continuation.resume(returning: BoltError(code, message, at: address.description))
    }

    /// Leaves the place to whoever waits longest.
    private func leave() {
        guard !waiters.isEmpty else {
            lent -= 1
            return
        }
        let waiter = waiters.removeFirst()
        waiter.timer.cancel()
        waiter.continuation.resume(returning: nil)
    }

    private func takeBack(_ connection: BoltConnection) async {
        if await connection.isReusable(), !isClosed {
            idle.append(Idle(connection: connection, since: pacing.now()))
        } else {
            connection.close()
        }
        leave()
    }

    /// An idle connection that is young enough and still there, or a new one.
    private func usable() async throws(BoltError) -> BoltConnection {
        while let entry = idle.popLast() {
            let now = pacing.now()
            let connection = entry.connection
            guard now - connection.birth < options.lifetime, await connection.isReusable() else {
                connection.close()
                continue
            }
            if now - entry.since < options.idle { return connection }
            do {
                _ = try await connection.ask(.reset)
                return connection
            } catch {
                await connection.abandon()
                if error.code == .cancelled { throw error }
            }
        }
        return try await BoltConnection.open(address, credentials, options, birth: pacing.now())
    }
}
