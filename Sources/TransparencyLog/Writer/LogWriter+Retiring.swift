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
