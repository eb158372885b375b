internal import Core
internal import Dispatch
internal import Synchronization

/// The one writer of a log on disk.
///
/// An append returns when its entry is on the disk, in the journal; all that wait at the same time share one flush. In
/// the background entries become tiles, and at most every ``LogOptions/publishInterval`` a signed checkpoint is
/// published (C2SP tlog-tiles). See `docs/reference/log.md`.
public final class LogWriter: Sendable {
    /// The log's folder.
    public let folder: String
    /// The key the checkpoints verify with; its name is the log's origin.
    public let verifierKey: VerifierKey
    /// What opening found.
    public let recovery: LogRecovery

    let options: LogOptions
    private let signer: NoteSigner
    private let lock: Mutex<DiskFile?>
    private let commits = DispatchQueue(label: "mc.log.commit")
    let integration = DispatchQueue(label: "mc.log.integrate")
    let retirement = DispatchQueue(label: "mc.log.retire")
    let state: Mutex<State>
    let journal: Mutex<Journal>
    let integrator: Mutex<Integrator>

    struct Waiting: Sendable {
        let record: JournalBatch.Record
        let continuation: CheckedContinuation<UInt64, any Error>
    }

    struct State: Sendable {
        var waiting: [Waiting] = []
        var pendingBytes = 0
        var isCommitting = false
        var isIntegrating = false
        var isPublishScheduled = false
        var isCosigning = false
        var isRetiring = false
        var isPreparing = false
        /// Appends are refused.
        var isClosed = false
        /// The lock is given up: another writer may have the files.
        var isSealed = false
        var failure: LogError?
        var integrationFailure: LogError?
        /// Durable entries that are in no full bundle; the first is `tailStart`, a multiple of 256.
        var tail: [JournalBatch.Record]
        var tailStart: UInt64
        var published: SignedCheckpoint
        var journalBytes: UInt64
        var tileBytes: UInt64

        var size: UInt64 { tailStart + UInt64(tail.count) }
        var bytes: UInt64 { journalBytes + tileBytes }
    }

    /// Opens a log, or begins one in a folder without any.
    ///
    /// - Parameters:
    ///   - folder: is made when it is not there.
    ///   - signer: signs the checkpoints (type 0x01); its name is the log's origin.
    /// - Throws: ``LogError`` `locked` when another process writes it, `inconsistent` when journal, tiles and the
    ///   published checkpoint contradict each other, `malformed` when the key is a witness's, or what the disk says.
    public static func open(folder: String, signer: NoteSigner, options: LogOptions = LogOptions()) async throws
        -> LogWriter
    {
        let folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let writer = try await withCheckedThrowingContinuation { continuation in
            // Reading the journal may take a second; the caller's threads are for others meanwhile.
            DispatchQueue.global().async {
                continuation.resume(with: Result { try LogWriter(folder: folder, signer: signer, options: options) })
            }
        }
        // The first file's zeros are worth waiting for; those of later ones are written meanwhile.
        writer.startPreparing(isPatient: false)
        await withCheckedContinuation { continuation in writer.retirement.async { continuation.resume() } }
        if writer.recovery.size > 0 { try await writer.publish() }
        let bytes = writer.integrator.withLock { integrator in
            integrator.compare(false)
            integrator.measure()
            return integrator.tileBytes
        }
        writer.state.withLock { $0.tileBytes = bytes }
        return writer
    }

    private init(folder: String, signer: NoteSigner, options: LogOptions) throws {
        guard signer.verifierKey.type == .ed25519 else {
            throw LogError(.malformed, "a log signs with a key of type 1, saw a witness's of type 4")
        }
        let disk = options.disk
        try disk.makeFolders("\(folder)/journal")
        guard let lock = try DiskFile(locking: "\(folder)/journal/lock", disk: disk) else {
            throw LogError(
                .locked, "another process writes this log; stop it, or give this one a folder of its own",
                location: folder)
        }
        let published = try Self.checkpoint(folder: folder, signer: signer, disk: disk)
        let found = try LogRecoverer(
            folder: folder, disk: disk, options: options, checkpoint: published.checkpoint
        ).run()
        self.folder = folder
        self.signer = signer
        self.options = options
        self.lock = Mutex(lock)
        verifierKey = signer.verifierKey
        recovery = found.recovery
        journal = Mutex(found.journal)
        integrator = Mutex(found.integrator)
        state = Mutex(
            State(
                tail: found.tail, tailStart: found.integrator.fullSize, published: published,
                journalBytes: found.journal.bytes, tileBytes: found.integrator.tileBytes))
    }

    /// The checkpoint that was published last; a log without any entry gets its first.
    private static func checkpoint(folder: String, signer: NoteSigner, disk: Disk) throws -> SignedCheckpoint {
        let path = "\(folder)/checkpoint"
        guard let bytes = try Disk.read(path, atMost: SignedNote.maximumBytes.limit) else {
            guard JournalSegment.all(in: "\(folder)/journal").isEmpty, !Disk.exists("\(folder)/tile") else {
                throw LogError(
                    .inconsistent,
                    "the checkpoint is missing, but there are entries; restore it from a copy, a witness or a proof",
                    location: path)
            }
            let empty = Checkpoint(origin: signer.verifierKey.name, size: 0, root: MerkleTree.emptyRoot)
            let signed = try SignedCheckpoint(empty, signers: [signer])
            try disk.replace(path, signed.bytes, draft: "\(folder)/journal/draft-0", isDurable: true)
            return signed
        }
        let signed: SignedCheckpoint
        do {
            signed = try SignedCheckpoint(bytes)
        } catch {
            throw LogError(.inconsistent, "is no checkpoint: \(error.message)", location: path)
        }
        let findings = try LogTrust(log: signer.verifierKey).verify(signed)
        guard findings.isEmpty else {
            throw LogError(
                .inconsistent,
                "was not signed by this key (\(signer.verifierKey)): \(findings[0]); open the log with its own key, or begin "
                    + "another in an empty folder", location: path)
        }
        return signed
    }

    /// Appends an entry and waits until it is durable.
    ///
    /// A cancelled task waits as well: the entry may be on the disk already.
    ///
    /// - Parameter entry: at most 65,535 bytes; of something larger log the digest.
    /// - Returns: its index.
    /// - Throws: ``LogError`` `tooLarge`, `overloaded` when too much waits already, `full`, `unwritable`, `broken` after
    ///   a failed flush, or `closed`. The entry is not in the log then, except that after `broken` it may turn out to
    ///   be there when the log is opened again.
    @discardableResult
    public func append(_ entry: [UInt8]) async throws -> UInt64 {
        do {
            try EntryBundle.maximumEntryBytes.check(entry.count)
        } catch {
            throw LogError(.tooLarge, "\(error); log the digest of something larger")
        }
        // Hashed here, so that many callers share the work.
        let record = JournalBatch.Record(entry: entry, leaf: MerkleTree.leafHash(entry))
        return try await withCheckedThrowingContinuation { continuation in
            let (refusal, isFirst) = state.withLock { state -> (LogError?, Bool) in
                if let reason = reason(toRefuse: entry.count, state) { return (reason, false) }
                state.waiting.append(Waiting(record: record, continuation: continuation))
                state.pendingBytes += entry.count
                defer { state.isCommitting = true }
                return (nil, !state.isCommitting)
            }
            if let refusal { return continuation.resume(throwing: refusal) }
            if isFirst { commits.async { self.commit() } }
        }
    }

    private func reason(toRefuse count: Int, _ state: State) -> LogError? {
        if state.isClosed { return LogError(.closed, "the log is closed", location: folder) }
        if let failure = state.failure { return failure }
        if let failure = state.integrationFailure { return failure }
        guard state.waiting.count < options.maximumWaiting,
            state.pendingBytes + count <= options.maximumPendingBytes
        else {
            return LogError(
                .overloaded,
                "\(state.waiting.count) appends and \(state.pendingBytes) bytes wait for the disk; try again shortly",
                location: folder)
        }
        return nil
    }

    /// Writes what waits, batch by batch, until nothing does. Only the commit queue comes here.
    private func commit() {
        while true {
            let batch = state.withLock { state -> [Waiting] in
                var bytes = 0
                var count = 0
                while count < state.waiting.count, bytes < JournalBatch.maximumBytes / 2 {
                    bytes += state.waiting[count].record.entry.count + JournalBatch.recordOverhead
                    count += 1
                }
                if count == 0 { state.isCommitting = false }
                let batch = Array(state.waiting.prefix(count))
                state.waiting.removeFirst(count)
                return batch
            }
            if batch.isEmpty { return }
            let first = state.withLock { $0.size }
            do throws(LogError) {
                try write(batch, first: first)
            } catch {
                let entries = batch.reduce(0) { $0 + $1.record.entry.count }
                state.withLock { $0.pendingBytes -= entries }
                for one in batch { one.continuation.resume(throwing: error) }
                continue
            }
            let (integrates, publishes) = state.withLock { state -> (Bool, Bool) in
                state.tail += batch.map(\.record)
                let integrates = !state.isIntegrating && state.tail.count >= TilePath.fullWidth
                if integrates { state.isIntegrating = true }
                defer { state.isPublishScheduled = true }
                return (integrates, !state.isPublishScheduled)
            }
            for (offset, one) in batch.enumerated() { one.continuation.resume(returning: first + UInt64(offset)) }
            if integrates { integration.async { self.integrate() } }
            if publishes { schedulePublishing() }
        }
    }

    private func write(_ batch: [Waiting], first: UInt64) throws(LogError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        let bytes = JournalBatch.encode(batch.lazy.map(\.record), first: first)
        try checkRoom(UInt64(bytes.count))
        let (outcome, journalBytes, hasSpare) = journal.withLock { journal -> (Journal.Failure?, UInt64, Bool) in
            do throws(Journal.Failure) {
                try journal.append(bytes, first: first)
                return (nil, journal.bytes, journal.hasSpare)
            } catch {
                return (error, journal.bytes, true)
            }
        }
        state.withLock { $0.journalBytes = journalBytes }
        if !hasSpare { prepareOnce() }
        guard let outcome else { return }
        guard outcome.isBroken else { throw outcome.error }
        let failure = LogError(
            .broken,
            "\(outcome.error); what the disk holds is unknown, so nothing is appended until the log is opened again",
            location: folder)
        state.withLock { $0.failure = failure }
        throw failure
    }

    private func prepareOnce() {
        let starts = state.withLock { state -> Bool in
            defer { state.isPreparing = true }
            return !state.isPreparing
        }
        if starts { startPreparing() }
    }

    /// Whether a batch and the tiles made of it fit without touching the reserve.
    private func checkRoom(_ count: UInt64) throws(LogError) {
        let needed = 2 * count + options.reserveBytes
        if let limit = options.maximumBytes {
            // What waits in memory will be in tiles as well.
            let used = state.withLock { $0.bytes + UInt64($0.pendingBytes) }
            guard used + needed <= limit else {
                throw LogError(
                    .full,
                    "the log has \(used) of the \(limit) bytes it may use, \(options.reserveBytes) of which stay in reserve; "
                        + "raise the limit", location: folder)
            }
        }
        if let available = Disk.available(folder), available < needed {
            throw LogError(
                .full,
                "the volume has \(available) bytes left, \(options.reserveBytes) of which stay in reserve; make room or "
                    + "enlarge it", location: folder)
        }
    }

    private func schedulePublishing() {
        let interval = options.publishInterval.components
        let delay = Double(interval.seconds) + Double(interval.attoseconds) / 1e18
        integration.asyncAfter(deadline: .now() + delay) { [weak self] in
            guard let self else { return }
            self.state.withLock { $0.isPublishScheduled = false }
            // What went wrong is in the state, and makes appends fail until it goes well again.
            if (try? self.publishNow()) == nil {
                let again = self.state.withLock { state -> Bool in
                    defer { state.isPublishScheduled = true }
                    return !state.isPublishScheduled && state.failure == nil && !state.isClosed
                }
                if again { self.schedulePublishing() }
            }
        }
    }

    /// Writes full bundles out of the tail. Only the integration queue comes here.
    ///
    /// - Returns: what the disk said when it refused.
    @discardableResult
    private func integrate() -> LogError? {
        defer { state.withLock { $0.isIntegrating = false } }
        while true {
            let (records, start) = state.withLock { state -> ([JournalBatch.Record], UInt64) in
                if state.isSealed { return ([], 0) }
                return (Array(state.tail.prefix(TilePath.fullWidth)), state.tailStart)
            }
            guard records.count == TilePath.fullWidth else { return nil }
            do throws(LogError) {
                let bytes = try integrator.withLock { integrator throws(LogError) -> UInt64 in
                    // An attempt that failed later may have got further.
                    if integrator.fullSize == start { try integrator.add(records) }
                    return integrator.tileBytes
                }
                let count = records.reduce(0) { $0 + $1.entry.count }
                state.withLock { state in
                    state.tail.removeFirst(TilePath.fullWidth)
                    state.tailStart += UInt64(TilePath.fullWidth)
                    state.pendingBytes -= count
                    state.tileBytes = bytes
                }
            } catch {
                state.withLock { $0.integrationFailure = error }
                return error
            }
        }
    }

    /// Publishes a checkpoint of everything that is durable now. Only the integration queue comes here.
    @discardableResult
    private func publishNow() throws -> SignedCheckpoint {
        do {
            let isSealed = state.withLock { $0.isSealed }
            guard !isSealed else { throw LogError(.closed, "the log is closed", location: folder) }
            let integration = integrate()
            let (tail, size, published, failure) = state.withLock { state in
                // What has arrived meanwhile waits for the next one.
                let tail = state.tail.prefix(TilePath.fullWidth - 1)
                return (
                    tail, state.tailStart + UInt64(tail.count), state.published,
                    state.failure ?? integration
                )
            }
            if let failure { throw failure }
            let (root, bytes) = try integrator.withLock { integrator throws(LogError) in
                (try integrator.publish(tail), integrator.tileBytes)
            }
            state.withLock { $0.tileBytes = bytes }
            guard size != published.checkpoint.size else {
                state.withLock { $0.integrationFailure = nil }
                return published
            }
            let checkpoint = Checkpoint(origin: verifierKey.name, size: size, root: root)
            let signed = try SignedCheckpoint(checkpoint, signers: [signer])
            try put(signed)
            startRetiring(before: size)
            state.withLock { state in
                state.published = signed
                state.integrationFailure = nil
            }
            startCosigning(signed)
            return signed
        } catch let error as LogError {
            state.withLock { if !$0.isSealed { $0.integrationFailure = error } }
            throw error
        }
    }

    /// Puts a checkpoint in the place of the one before.
    func put(_ signed: SignedCheckpoint, as name: String = "checkpoint") throws(LogError) {
        try options.disk.replace(
            "\(folder)/\(name)", signed.bytes, draft: "\(folder)/journal/draft-\(name)", isDurable: true)
    }

    /// Publishes a checkpoint that covers everything that is durable now.
    ///
    /// - Returns: the published checkpoint.
    /// - Throws: ``LogError`` when the disk refuses or the log is broken.
    @discardableResult
    public func publish() async throws -> SignedCheckpoint {
        try await withCheckedThrowingContinuation { continuation in
            integration.async { continuation.resume(with: Result { try self.publishNow() }) }
        }
    }

    /// Waits for appends under way, publishes a last checkpoint and refuses everything after.
    ///
    /// - Throws: ``LogError`` when the last checkpoint cannot be published; what is durable stays durable.
    public func close() async throws {
        let isFirst = state.withLock { state -> Bool in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        await withCheckedContinuation { continuation in commits.async { continuation.resume() } }
        defer { lock.withLock { $0 = nil } }
        try await withCheckedThrowingContinuation { continuation in
            integration.async {
                let result = Result { _ = try self.publishNow() }
                // Whatever comes later in this queue finds it closed and lets the files be.
                self.state.withLock { $0.isSealed = true }
                // Files are removed only under the lock.
                self.retirement.async { continuation.resume(with: result) }
            }
        }
    }
}
