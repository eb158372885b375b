internal import Core

/// Audits a whole log: computes every tile and the root again from the entries, and compares.
///
/// It reads bundle by bundle in constant memory. Whoever can write the folder and holds the log's key can rewrite all of
/// it consistently; that is detected by a checkpoint from before, which a witness or an old proof keeps.
public struct LogVerifier: Sendable {
    public let trust: LogTrust
    /// Checkpoints that were seen earlier and that the log must still contain.
    public let earlier: [SignedCheckpoint]
    /// The log's own latest checkpoint with cosignatures, which it must still contain.
    public let witnessed: SignedCheckpoint?
    private let source: any TileSource

    static let mostFindings = 100

    /// - Parameters:
    ///   - trust: whose signatures the log's own checkpoint must have.
    ///   - earlier: checkpoints kept elsewhere, such as a witness's. When there are any, the witnesses that `trust`
    ///     demands must have signed these, not the latest.
    ///   - witnessed: the log's own `checkpoint.witnessed`, read before the audit begins. A log grows after its witnesses
    ///     have signed, so they may have signed this one instead of the latest.
    public init(
        source: any TileSource, trust: LogTrust, earlier: [SignedCheckpoint] = [], witnessed: SignedCheckpoint? = nil
    ) {
        self.source = source
        self.trust = trust
        self.earlier = earlier
        self.witnessed = witnessed
    }

    /// What an audit found.
    public struct Report: Sendable, Hashable {
        /// The checkpoint the log shows, if there is one.
        public let checkpoint: SignedCheckpoint?
        /// Entries that were read and hashed.
        public let entries: UInt64
        /// Everything that does not hold, at most 100; nothing when the log is what its checkpoint says.
        public let findings: [LogFinding]
        /// The largest checkpoint that as many witnesses as demanded have signed, and at least one: what comes after it
        /// rests on the log's own word.
        public let vouched: SignedCheckpoint?

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
                    ], vouched: nil)
            }
            signed = try SignedCheckpoint(bytes)
        } catch let error as LogError where error.code == .malformed || error.code == .tooLarge {
            return Report(
                checkpoint: nil, entries: 0,
                findings: [
                    LogFinding(
                        .malformed, place: "checkpoint", observed: error.message, expected: "a signed checkpoint")
                ], vouched: nil)
        }
        // The latest checkpoint may be too new for cosignatures; an earlier one then carries the witnesses' word.
        let isLatestOnly = earlier.isEmpty && witnessed == nil
        findings += trust.verify(signed, place: "checkpoint", threshold: isLatestOnly ? trust.threshold : 0)
        var others = earlier.enumerated().map { (place: "earlier checkpoint \($0 + 1)", signed: $1) }
        for other in others { findings += trust.verify(other.signed, place: other.place) }
        if let witnessed {
            let isElsewhere = !earlier.isEmpty || trust.witnesses(of: signed).count >= trust.threshold
            others.append((place: "checkpoint.witnessed", signed: witnessed))
            findings += trust.verify(
                witnessed, place: "checkpoint.witnessed", threshold: isElsewhere ? 0 : trust.threshold)
        }
        var audit = TreeAudit(source: source, size: signed.checkpoint.size, limit: Self.mostFindings)
        for other in others { audit.watch(other.signed.checkpoint.size) }
        try await audit.run(progress: progress)
        findings += audit.findings
        let root = audit.root
        if audit.isComplete, root != signed.checkpoint.root {
            findings.append(
                LogFinding(
                    .root, place: "checkpoint", observed: "the root \(root) of the \(audit.entries) entries",
                    expected: "\(signed.checkpoint.root), which the checkpoint says"))
        }
        for other in others {
            findings += compare(other.signed.checkpoint, with: signed.checkpoint, audit, other.place)
        }
        let vouched = ([signed] + others.map(\.signed)).filter {
            trust.witnesses(of: $0).count >= max(1, trust.threshold)
        }.max { $0.checkpoint.size < $1.checkpoint.size }
        return Report(
            checkpoint: signed, entries: audit.entries, findings: Array(findings.prefix(Self.mostFindings)),
            vouched: vouched)
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
