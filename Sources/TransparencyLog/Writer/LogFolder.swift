/// What may be done to a log's folder besides by its writer.
public enum LogFolder {
    /// What became of cosignatures for a checkpoint.
    public enum Attachment: Sendable, Hashable {
        /// They stand in the published checkpoint.
        case published
        /// They stand in `checkpoint.witnessed` only: the log is being written, or has a newer checkpoint.
        case kept
    }

    /// Adds cosignatures to a log's checkpoint.
    ///
    /// The checkpoint is rewritten only while nobody else writes the log, so that it cannot go back.
    ///
    /// - Throws: ``LogError`` when the folder cannot be written.
    public static func attach(
        _ signatures: [NoteSignature], to signed: SignedCheckpoint, folder: String
    ) async throws -> Attachment {
        let disk = Disk()
        let cosigned = signed.adding(signatures)
        try disk.replace(
            "\(folder)/checkpoint.witnessed", cosigned.bytes, draft: "\(folder)/checkpoint.witnessed.draft",
            isDurable: true)
        guard Disk.exists("\(folder)/journal"), let lock = try DiskFile(locking: "\(folder)/journal/lock", disk: disk)
        else { return .kept }
        defer { withExtendedLifetime(lock) {} }
        let latest = try await LogReader(folder: folder).checkpoint()
        guard latest.checkpoint == signed.checkpoint else { return .kept }
        try disk.replace(
            "\(folder)/checkpoint", latest.adding(signatures).bytes, draft: "\(folder)/checkpoint.draft",
            isDurable: true)
        return .published
    }
}
