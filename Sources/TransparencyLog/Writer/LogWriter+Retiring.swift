internal import Dispatch
internal import Synchronization

extension LogWriter {
    /// Removes what the tiles have made superfluous: narrower partial tiles, and the journal's files once the tiles of
    /// their entries are on the disk and under a published checkpoint.
    ///
    /// Flushing tiles may take long, so it has a queue of its own. Only the integration queue comes here.
    func startRetiring(before published: UInt64) {
        let full = integrator.withLock { integrator in
            integrator.removeReplaced()
            return integrator.fullSize
        }
        let segments = journal.withLock { $0.segments(before: min(full, published)) }
        let starts = state.withLock { state -> Bool in
            guard !segments.isEmpty, !state.isRetiring else { return false }
            state.isRetiring = true
            return true
        }
        guard starts else { return }
        let files = integrator.withLock { $0.takeUnsynced() }
        retirement.async {
            defer { self.state.withLock { $0.isRetiring = false } }
            self.retire(segments, after: files)
        }
    }

    /// Writes the zeros of the next journal file in advance, unless they are there or there is little room.
    func startPreparing(isPatient: Bool = true) {
        retirement.async {
            defer { self.state.withLock { $0.isPreparing = false } }
            let isSealed = self.state.withLock { $0.isSealed }
            let (isReady, path) = self.journal.withLock { ($0.hasSpare, $0.sparePath) }
            guard !isReady, !isSealed else { return }
            let (disk, count) = (self.options.disk, self.options.segmentBytes)
            let needed = 4 * count + self.options.reserveBytes
            let used = self.state.withLock { $0.bytes }
            if let limit = self.options.maximumBytes, used + needed > limit { return }
            if let available = Disk.available(self.folder), available < needed { return }
            let draft = "\(self.folder)/journal/draft-spare"
            do throws(LogError) {
                try disk.makeZeros(draft, count: count, isPatient: isPatient)
                try disk.move(draft, to: path)
            } catch {
                // The next file grows as it is written.
                try? disk.remove(draft)
                return
            }
            let bytes = self.journal.withLock { journal in
                journal.hasSpare = true
                return journal.bytes
            }
            self.state.withLock { $0.journalBytes = bytes }
        }
    }

    private func retire(_ segments: [JournalSegment], after files: [String]) {
        let disk = options.disk
        do throws(LogError) {
            try Integrator.sync(files, in: folder, disk: disk)
        } catch {
            // The journal's files stay until the next time; nothing depends on their absence.
            return integrator.withLock { $0.giveBack(files) }
        }
        do throws(LogError) {
            for segment in segments { try disk.remove(segment.path) }
            try disk.syncFolder("\(folder)/journal")
        } catch {
            return
        }
        let bytes = journal.withLock { journal in
            journal.forget(segments)
            return journal.bytes
        }
        state.withLock { $0.journalBytes = bytes }
    }
}
