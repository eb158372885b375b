internal import Core
internal import Dispatch
internal import Synchronization

extension LogWriter {
    /// The checkpoint that was published last, with the cosignatures that have arrived.
    public var checkpoint: SignedCheckpoint { state.withLock { $0.published } }

    /// How many entries are durable, published or not.
    public var size: UInt64 { state.withLock { $0.size } }

    /// How the log is doing.
    public var status: LogStatus {
        state.withLock { state in
            LogStatus(
                size: state.size, publishedSize: state.published.checkpoint.size, pendingBytes: state.pendingBytes,
                bytes: state.bytes, trouble: state.failure ?? state.integrationFailure)
        }
    }

    /// Reads what has been published.
    public var reader: LogReader { LogReader(folder: folder) }

    /// Entries that are durable, published or not, in order.
    ///
    /// - Parameters:
    ///   - index: the first; none are answered from the size on.
    ///   - count: at most so many, and at most one bundle of 256; ask again from where it ended.
    /// - Throws: ``LogError`` when a bundle cannot be read.
    public func entries(from index: UInt64, count: Int = TilePath.fullWidth) async throws -> [[UInt8]] {
        guard count > 0 else { return [] }
        let (fromMemory, tailStart) = state.withLock { state -> ([[UInt8]], UInt64) in
            guard index >= state.tailStart, index < state.size else { return ([], state.tailStart) }
            let records = state.tail.dropFirst(Int(index - state.tailStart)).prefix(min(count, TilePath.fullWidth))
            return (records.map(\.entry), state.tailStart)
        }
        guard index < tailStart else { return fromMemory }
        let tile = TilePath(.entries, index: index / 256)
        guard let bytes = try Disk.read("\(folder)/\(tile)", atMost: tile.maximumBytes) else {
            throw LogError(.missing, "the bundle is missing; run mc log verify", location: "\(folder)/\(tile)")
        }
        let entries = try EntryBundle.decode(bytes, count: TilePath.fullWidth)
        return Array(entries.dropFirst(Int(index % 256)).prefix(count))
    }

    /// Asks the cosigners for a checkpoint that was just published, unless they are still busy with an earlier one.
    func startCosigning(_ signed: SignedCheckpoint) {
        guard !options.cosigners.isEmpty, signed.checkpoint.size > 0 else { return }
        let starts = state.withLock { state -> Bool in
            defer { state.isCosigning = true }
            return !state.isCosigning
        }
        guard starts else { return }
        let (cosigners, reader) = (options.cosigners, reader)
        Task { [weak self] in
            let signatures = await withTaskGroup(of: [NoteSignature].self) { group in
                for cosigner in cosigners {
                    group.addTask { (try? await cosigner.cosign(signed, reader: reader)) ?? [] }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            self?.attach(signatures, to: signed)
        }
    }

    /// Adds cosignatures to the checkpoint they were given for, if it is still the published one, and keeps it as the
    /// latest with cosignatures in any case.
    private func attach(_ signatures: [NoteSignature], to signed: SignedCheckpoint) {
        integration.async {
            defer { self.state.withLock { $0.isCosigning = false } }
            let isSealed = self.state.withLock { $0.isSealed }
            guard !signatures.isEmpty, !isSealed else { return }
            let cosigned = signed.adding(signatures)
            // A failure leaves the checkpoint without cosignatures, as if they had not arrived.
            _ = try? LogFolder.keep(signatures, for: signed, folder: self.folder, disk: self.options.disk)
            let isLatest = self.state.withLock { $0.published.checkpoint == signed.checkpoint }
            guard isLatest, (try? self.put(cosigned)) != nil else { return }
            self.state.withLock { $0.published = cosigned }
        }
    }
}
