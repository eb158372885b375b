package import TransparencyLog

extension LogWriter: EntryLog {
    /// The name of the key, which is the log's (C2SP tlog-checkpoint).
    package var origin: String { verifierKey.name }
}
