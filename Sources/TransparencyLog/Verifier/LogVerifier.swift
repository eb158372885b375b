internal import Core

/// Audits a whole log: computes every tile and the root again from the entries, and compares.
///
/// It reads bundle by bundle in constant memory. Whoever can write the folder and holds the log's key can rewrite all of
/// it consistently; that is detected by a checkpoint from before, which a witness or an old proof keeps.
public struct LogVerifier: Sendable {
    public let trust: LogTrust
    /// Checkpoints that were seen earlier and that the log must still contain.
    public let earlier: [SignedCheckpoint]
    private let source: any TileSource

    static let mostFindings = 100

    /// - Parameters:
    ///   - trust: whose signatures the log's own checkpoint must have.
    ///   - earlier: checkpoints kept elsewhere, such as a witness's. When there are any, the witnesses that `trust`
    ///     demands must have signed these, not the latest.
    public init(source: any TileSource, trust: LogTrust, earlier: [SignedCheckpoint] = []) {
        self.source = source
        self.trust = trust
        self.earlier = earlier
    }

    /// What an audit found.
    public struct Report: Sendable, Hashable {
        /// The checkpoint the log shows, if there is one.
        public let checkpoint: SignedCheckpoint?
        /// Entries that were read and hashed.
        public let entries: UInt64
        /// Everything that does not hold, at most 100; nothing when the log is what its checkpoint says.
        public let findings: [LogFinding]

        public var isVerified: Bool { checkpoint != nil && findings.isEmpty }
    }

    /// Audits the log.
    ///
    /// - Parameter progress: is told the number of entries after each bundle.
    /// - Throws: what the source throws when it cannot be reached; whatever it answers is judged in the report.
    public func verify(progress: (@Sendable (UInt64) -> Void)? = nil) async throws -> Report {
        var findings: [LogFinding] = []
        let signed: SignedCheckpoint
        do {
            guard let bytes = try await source.checkpoint() else {
                return Report(
                    checkpoint: nil, entries: 0,
                    findings: [
                        LogFinding(.missing, place: "checkpoint", observed: "none", expected: "the log's checkpoint")
                    ])
            }
            signed = try SignedCheckpoint(bytes)
        } catch let error as LogError where error.code == .malformed || error.code == .tooLarge {
            return Report(
                checkpoint: nil, entries: 0,
                findings: [
                    LogFinding(
                        .malformed, place: "checkpoint", observed: error.message, expected: "a signed checkpoint")
                ])
        }
        // The latest checkpoint may be too new for cosignatures; an earlier one then carries the witnesses' word.
        findings += trust.verify(signed, place: "checkpoint", threshold: earlier.isEmpty ? trust.threshold : 0)
        for (number, one) in earlier.enumerated() {
            findings += trust.verify(one, place: "earlier checkpoint \(number + 1)")
        }
        var audit = TreeAudit(source: source, size: signed.checkpoint.size, limit: Self.mostFindings)
        for one in earlier { audit.watch(one.checkpoint.size) }
        try await audit.run(progress: progress)
        findings += audit.findings
        let root = audit.root
        if audit.isComplete, root != signed.checkpoint.root {
            findings.append(
                LogFinding(
                    .root, place: "checkpoint", observed: "the root \(root) of the \(audit.entries) entries",
                    expected: "\(signed.checkpoint.root), which the checkpoint says"))
        }
        for (number, one) in earlier.enumerated() {
            findings += compare(one.checkpoint, with: signed.checkpoint, audit, "earlier checkpoint \(number + 1)")
        }
        return Report(
            checkpoint: signed, entries: audit.entries, findings: Array(findings.prefix(Self.mostFindings)))
    }

    private func compare(
        _ earlier: Checkpoint, with latest: Checkpoint, _ audit: TreeAudit, _ place: String
    ) -> [LogFinding] {
        guard earlier.size <= latest.size else {
            return [
                LogFinding(
                    .fork, place: place, observed: "the log shows only \(latest.size) entries",
                    expected: "at least the \(earlier.size) it had committed to")
            ]
        }
        guard let root = audit.roots[earlier.size], root != earlier.root else { return [] }
        return [
            LogFinding(
                .fork, place: place, observed: "the first \(earlier.size) entries have the root \(root)",
                expected: "\(earlier.root), which the log had committed to: it shows two histories")
        ]
    }
}
