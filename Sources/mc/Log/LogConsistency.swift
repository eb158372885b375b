import ArgumentParser
import Core
import TransparencyLog

struct LogConsistency: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Show that a log continues what it was.",
        discussion: """
            --from is a size, or the file of a checkpoint that was kept; --to is a size, the latest checkpoint's when \
            absent. The proof's hashes are printed in base64, one a line (RFC 6962 §2.1.2). Exit 1 when the log does \
            not continue the checkpoint.
            """)

    @OptionGroup var folder: LogOption

    @Option(help: ArgumentHelp("The earlier size, or a checkpoint's file.", valueName: "size|file"))
    var from: String

    @Option(help: "The later size.")
    var to: UInt64?

    @Option(help: ArgumentHelp("The log's public key; both checkpoints must be signed by it.", valueName: "key"))
    var key: String?

    func run() async throws {
        let reader = try folder.reader()
        let latest = try await reader.checkpoint()
        let covered = latest.checkpoint.size
        let earlier = UInt64(from) == nil ? try LogInput.checkpoint(from) : nil
        if let key {
            let trust = try LogTrust(log: LogInput.key(key))
            let findings = trust.verify(latest) + (earlier.map { trust.verify($0, place: from) } ?? [])
            try refuse(findings)
        }
        let old = earlier?.checkpoint.size ?? UInt64(from) ?? 0
        let new = to ?? covered
        guard new <= covered else {
            throw InputError(folder.log, "the checkpoint covers \(covered) entries, not \(new)")
        }
        if let earlier, old > covered {
            try refuse([
                LogFinding(
                    .fork, place: folder.log, observed: "the log has only \(covered) entries",
                    expected: "at least the \(earlier.checkpoint.size) of \(from)")
            ])
        }
        guard old <= new else { throw UsageError("--from \(old) is after --to \(new)") }
        let newRoot = try await reader.root(at: new, covered: covered)
        let oldRoot: TreeHash
        if let earlier {
            oldRoot = earlier.checkpoint.root
        } else {
            oldRoot = try await reader.root(at: old, covered: covered)
        }
        let proof = try await reader.consistencyProof(from: old, to: new)
        let holds = MerkleTree.isConsistent(from: old, root: oldRoot, to: new, root: newRoot, proof: proof)
        if new == covered, newRoot != latest.checkpoint.root {
            try refuse([
                LogFinding(
                    .root, place: folder.log, observed: "the tiles make the root \(newRoot)",
                    expected: "\(latest.checkpoint.root), which the checkpoint says")
            ])
        }
        if !holds {
            try refuse([
                LogFinding(
                    .fork, place: folder.log,
                    observed: "the first \(old) entries have not the root \(oldRoot) of \(from)",
                    expected: "a log that continues what it had committed to")
            ])
        }
        for hash in proof { Console.standard.print("\(hash)") }
        Console.standard.error("consistent  \(old) \(oldRoot) → \(new) \(newRoot)")
    }

    private func refuse(_ findings: [LogFinding]) throws {
        guard !findings.isEmpty else { return }
        for finding in findings { Console.standard.error("mc: " + LogReport.line(finding)) }
        throw Outcome.refused
    }
}
