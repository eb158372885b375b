import Core
import Foundation
import TestSupport
import Testing
import TransparencyLog

/// A writer that is killed at any point loses nothing it has acknowledged, and its log stays one history.
///
/// Fifteen kills by default; `MC_KILLS=200 swift test --filter LogCrash` for as many as wanted.
@Suite("Log crash") struct LogCrashTests {
    static let kills = ProcessInfo.processInfo.environment["MC_KILLS"].flatMap { Int($0) } ?? 15

    @Test(.timeLimit(.minutes(30))) func nothingAcknowledgedIsLost() async throws {
        let folder = try TemporaryFolder()
        let log = "\(folder.path)/log"
        let made = try await Tool.run(["log", "key", "new", "--name", "crash.example", "-o", "\(folder.path)/key"])
        #expect(made.status == 0, "\(made.all)")
        let trust = try LogTrust(log: VerifierKey(made.output.trimmingCharacters(in: .newlines)))
        var random = SeededGenerator(seed: UInt64(Self.kills))
        var acknowledged: [UInt64: String] = [:]
        var last: SignedCheckpoint?
        var stopped = 0
        for run in 0..<Self.kills {
            let (output, error, wasKilled) = try await append(
                folder, run: run, killedAfter: .milliseconds(random.below(run.isMultiple(of: 3) ? 60 : 400)))
            #expect(error.isEmpty, "run \(run): \(error)")
            if wasKilled { stopped += 1 }
            for (index, leaf) in Self.acknowledgements(output) {
                #expect(acknowledged.updateValue(leaf, forKey: index) == nil, "index \(index) was given twice")
            }
            guard FileManager.default.fileExists(atPath: "\(log)/checkpoint") else { continue }
            last = try await Self.follow(last, log: log, trust: trust, run: run)
        }
        #expect(stopped > Self.kills / 2)
        // One more opening takes up what no checkpoint covers yet.
        let final = try await append(folder, run: Self.kills, killedAfter: nil)
        for (index, leaf) in Self.acknowledgements(final.output) { acknowledged[index] = leaf }
        let report = try await LogVerifier(
            source: FolderTileSource(folder: log), trust: trust, earlier: last.map { [$0] } ?? []
        ).verify()
        #expect(report.findings == [])
        let checkpoint = try #require(report.checkpoint).checkpoint
        #expect(acknowledged.count > Self.kills)
        var missing = acknowledged
        for try await (index, entry) in LogReader(folder: log).entries(from: 0, in: checkpoint) {
            guard let leaf = missing.removeValue(forKey: index) else { continue }
            #expect("\(MerkleTree.leafHash(entry))" == leaf, "entry \(index)")
        }
        #expect(missing.isEmpty, "lost: \(missing.keys.sorted().prefix(10))")
    }

    /// The published checkpoint is signed and continues the one before.
    static func follow(
        _ last: SignedCheckpoint?, log: String, trust: LogTrust, run: Int
    ) async throws -> SignedCheckpoint {
        let reader = LogReader(folder: log)
        let signed = try await reader.checkpoint()
        #expect(trust.verify(signed).isEmpty, "run \(run)")
        guard let last else { return signed }
        let (old, new) = (last.checkpoint, signed.checkpoint)
        #expect(new.size >= old.size, "run \(run): the checkpoint went back")
        let proof = try await reader.consistencyProof(from: old.size, to: new.size)
        #expect(
            MerkleTree.isConsistent(from: old.size, root: old.root, to: new.size, root: new.root, proof: proof),
            "run \(run): the checkpoint was forked")
        return signed
    }

    /// What a writer printed; the last line may have been cut by the kill.
    static func acknowledgements(_ output: String) -> [(UInt64, String)] {
        output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { line in
            let parts = line.split(separator: " ")
            return parts.count == 2 ? UInt64(parts[0]).map { ($0, String(parts[1])) } : nil
        }
    }

    /// Runs a writer that has more to append than it gets time for.
    private func append(
        _ folder: TemporaryFolder, run: Int, killedAfter delay: Duration?
    ) async throws -> (output: String, error: String, wasKilled: Bool) {
        let lines = (0..<(delay == nil ? 100 : 20_000)).map { "{\"run\":\(run),\"line\":\($0)}\n" }.joined()
        let input = try folder.write("input", lines)
        let output = try folder.write("output", "")
        let error = try folder.write("error", "")
        let process = Process()
        process.executableURL = URL(filePath: try Tool.path.get())
        process.arguments = [
            "log", "append", "--log", "\(folder.path)/log", "--key", "\(folder.path)/key", "--parallel", "64",
            "--publish-every", "20",
        ]
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: input))
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: error))
        let (identifiers, started) = AsyncStream.makeStream(of: Int32.self)
        async let killer: Void = {
            guard let delay else { return }
            for await identifier in identifiers {
                try? await Task.sleep(for: delay)
                kill(identifier, SIGKILL)
            }
        }()
        let reason = try await withCheckedThrowingContinuation {
            (done: CheckedContinuation<Process.TerminationReason, any Error>) in
            process.terminationHandler = { done.resume(returning: $0.terminationReason) }
            do {
                try process.run()
                started.yield(process.processIdentifier)
            } catch {
                process.terminationHandler = nil
                done.resume(throwing: error)
            }
            started.finish()
        }
        await killer
        return (
            try String(contentsOfFile: output, encoding: .utf8), try String(contentsOfFile: error, encoding: .utf8),
            reason == .uncaughtSignal
        )
    }
}
