internal import Core
internal import Glibc

/// What may be done to a log's folder besides by its writer.
public enum LogFolder {
    /// What became of cosignatures for a checkpoint.
    public enum Attachment: Sendable, Hashable {
        /// They stand in the published checkpoint.
        case published
        /// They stand in `checkpoint.witnessed` only: the log is being written, or has a newer checkpoint.
        case kept
        /// They stand nowhere: somebody cosigned a newer checkpoint meanwhile.
        case superseded
    }

    /// Adds cosignatures to a log's checkpoint, beside those that it has from others.
    ///
    /// The checkpoint is rewritten only while nobody else writes the log, so that it cannot go back.
    ///
    /// - Throws: ``LogError`` when the folder cannot be written.
    public static func attach(
        _ signatures: [NoteSignature], to signed: SignedCheckpoint, folder: String
    ) async throws -> Attachment {
        let disk = Disk()
        let isKept = try keep(signatures, for: signed, folder: folder, disk: disk)
        guard Disk.exists("\(folder)/journal"), let lock = try DiskFile(locking: "\(folder)/journal/lock", disk: disk)
        else { return isKept ? .kept : .superseded }
        defer { withExtendedLifetime(lock) {} }
        let latest = try await LogReader(folder: folder).checkpoint()
        guard latest.checkpoint == signed.checkpoint else { return isKept ? .kept : .superseded }
        try disk.replace(
            "\(folder)/checkpoint", latest.adding(signatures).bytes, draft: "\(folder)/checkpoint.draft",
            isDurable: true)
        return .published
    }

    /// Keeps cosignatures in `checkpoint.witnessed`, with those that are there for the same checkpoint.
    ///
    /// The writer and `mc log witness add` may do so at the same time; each reads and replaces the file under a lock.
    ///
    /// - Returns: whether they are kept; not when there are some for a newer checkpoint.
    /// - Throws: ``LogError`` when the file cannot be read or written.
    static func keep(
        _ signatures: [NoteSignature], for signed: SignedCheckpoint, folder: String, disk: Disk
    ) throws(LogError) -> Bool {
        let path = "\(folder)/checkpoint.witnessed"
        let lock = try locked(path, disk)
        defer { withExtendedLifetime(lock) {} }
        var whole = signed
        // One that cannot be read vouches for nothing and gives way.
        if let bytes = try Disk.read(path, atMost: SignedNote.maximumBytes.limit),
            let known = try? SignedCheckpoint(bytes),
            known.checkpoint.origin.utf8.elementsEqual(signed.checkpoint.origin.utf8)
        {
            if known.checkpoint.size > signed.checkpoint.size { return false }
            if known.note.text == signed.note.text { whole = signed.adding(known.note.signatures) }
        }
        try disk.replace(path, whole.adding(signatures).bytes, draft: "\(path).draft", isDurable: true)
        return true
    }

    private static func locked(_ path: String, _ disk: Disk) throws(LogError) -> DiskFile {
        for _ in 0..<200 {
            if let lock = try DiskFile(locking: "\(path).lock", disk: disk) { return lock }
            usleep(10_000)
        }
        throw LogError(.locked, "another process holds its lock for more than two seconds", location: path)
    }
}
