import Core
import Foundation
import Sigstore
import TestSupport
import Testing

/// sigstore-python on the same mutants: nothing that it refuses is verified here.
///
/// `MC_SIGSTORE_PYTHON` names a Python that has the package `sigstore`.
@Suite(.enabled(if: SharedData.isPresent, "conformance data"))
struct DifferentialTests {
    private static let python = ProcessInfo.processInfo.environment["MC_SIGSTORE_PYTHON"]

    /// What sigstore-python cannot verify at all, by name and reason; checked to be true.
    private static let unsupported: [String: String] = [
        "intoto-with-custom-trust-root": "entries of kind intoto",
        "sigstore-js-2.1.0-bundle.json": "entries of kind intoto",
        "happy-path-v0.1 without inclusionProof": "bundles without an inclusion proof",
    ]

    /// Where sigstore-python is stricter on purpose, and why this verifier is not.
    private static func isDeliberate(_ mutation: Mutation, _ base: MutationBase) -> Bool {
        // Bundles of version 0.1 need no inclusion proof (bundle specification); sigstore-python demands one of all.
        guard base.document["mediaType"] == "application/vnd.dev.sigstore.bundle+json;version=0.1" else { return false }
        return mutation.place.contains(".inclusionProof") && ["removed", "null"].contains(mutation.change)
    }

    private static let siblings: Set<String> = [
        "rekor2-happy-path", "rekor2-checkpoint-two-sigs-cosigned", "happy-path-v0.1 without inclusionProof",
    ]

    private struct Mutant {
        let base: MutationBase
        let mutation: Mutation
        let isVerifiedHere: Bool
    }

    @Test(.enabled(if: python != nil, "skipped: MC_SIGSTORE_PYTHON names no python that has sigstore"))
    func nothingThatSigstorePythonRefusesIsVerified() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mutants-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var mutants: [String: Mutant] = [:]
        var cases: [JSONValue] = []
        // Bases of one family differ in their checkpoint's signatures alone.
        let bases = MutationTests.bases.filter { base in
            base.peer != nil && (base.family == base.name || Self.siblings.contains(base.name))
        }
        for (number, base) in bases.enumerated() {
            guard let peer = base.peer, let artifact = base.artifactPath else { continue }
            let name = String(number)
            try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
            cases.append([
                "folder": .string(name), "artifact": .string(try SharedData.url(artifact).path),
                "trustedRoot": .string(try SharedData.url(peer.trustRoot).path), "identity": .string(peer.identity),
                "issuer": .string(peer.issuer),
            ])
            try write(base.document, to: folder.appending(path: "\(name)/genuine.json"))
            guard Self.unsupported[base.name] == nil else { continue }
            for (index, mutation) in Self.mutations(of: base).enumerated() {
                guard let document = mutation(base.document) else { continue }
                let path = "\(name)/\(index).json"
                try write(document, to: folder.appending(path: path))
                mutants[path] = Mutant(
                    base: base, mutation: mutation, isVerifiedHere: base.verdict(on: document)?.evidence != nil)
            }
        }
        try write(.array(cases), to: folder.appending(path: "cases.json"))
        let verdicts = try ask(folder)

        for (number, base) in bases.enumerated() {
            let isVerified = verdicts["\(number)/genuine.json"] == "verified"
            #expect(
                isVerified == (Self.unsupported[base.name] == nil),
                "\(base.name): \(verdicts["\(number)/genuine.json"] ?? "no verdict")")
        }
        var stricter: [String: Int] = [:]
        for (path, mutant) in mutants.sorted(by: { $0.key < $1.key }) {
            let verdict = try #require(verdicts[path], "no verdict for \(path)")
            if verdict != "verified" {
                #expect(
                    !mutant.isVerifiedHere || Self.isDeliberate(mutant.mutation, mutant.base),
                    "\(mutant.base.name) \(mutant.mutation): verified here, but \(verdict)")
            } else if !mutant.isVerifiedHere {
                stricter["\(mutant.base.family)\(mutant.mutation.kindOfPlace)", default: 0] += 1
            }
        }
        // sigstore-python takes the log from the checkpoint's key hint and the index from the proof alone.
        #expect(stricter.keys.contains { $0.hasSuffix(".logId.keyId") || $0.hasSuffix(".logId.keyId<base64>") })
        #expect(stricter.keys.contains { $0.hasSuffix("tlogEntries[].logIndex") })
        let verified = mutants.values.count(where: \.isVerifiedHere)
        let theirs = mutants.keys.count { verdicts[$0] == "verified" }
        print(
            "\(mutants.count) mutants: \(verified) verified here, \(theirs) by sigstore-python, \(stricter.values.reduce(0, +)) by it alone"
        )
        if ProcessInfo.processInfo.environment["MC_MUTATIONS"] != nil {
            for (place, count) in stricter.sorted(by: { $0.key < $1.key }) {
                print("refused here alone: \(count) of \(place)")
            }
        }
    }

    /// Foreign log ids and indices pass sigstore-python; here they are refused wherever something authenticates them.
    @Test(arguments: MutationTests.bases.filter { $0.form == .bundle })
    func foreignLogIsRefused(base: MutationBase) throws {
        let hasPromise = base.has(MutationBase.promise)
        let isVersion2 = base.family == "rekor2"
        let others = try MutationTests.bases.flatMap { try Self.logIDs($0) }
        var changes: [(String, [Step], JSONValue)] = Set(others).map {
            ("log id", [.member("logId"), .member("keyId")], .string($0))
        }
        changes += ["0", "1", "735000", "4611686018427387904"].map {
            ("proof index", [.member("inclusionProof"), .member("logIndex")], .string($0))
        }
        // Nothing but a promise, or the proof of a v2 entry, says what the global index is.
        if hasPromise || isVersion2 {
            changes += ["0", "1", "735000", "4611686018427387904"].map {
                ("log index", [.member("logIndex")], .string($0))
            }
        }
        for (what, path, value) in changes {
            let mutation = Mutation(path: MutationBase.entry + path, change: what) { _ in .replaced(.json(value)) }
            guard let mutant = mutation(base.document) else { continue }
            #expect(base.verdict(on: mutant)?.evidence == nil, "\(what) \(value)")
        }
    }

    private static func logIDs(_ base: MutationBase) throws -> [String] {
        guard let peer = base.peer else { return [] }
        let root = try JSONValue(parsing: SharedData.bytes(peer.trustRoot))
        return (root["tlogs"]?.array ?? []).compactMap { $0["logId"]?["keyId"]?.string }
    }

    private static func mutations(of base: MutationBase) -> [Mutation] {
        let share = Mutator.Share(outer: 4, inner: 1, keepsDER: false)
        let sample = Mutator.mutations(
            of: base.document, donors: MutationBase.donors(for: base, among: MutationTests.bases),
            share: MutationTests.isExhaustive(base) ? Mutator.Share(outer: 200, inner: 8, keepsDER: true) : share,
            seed: 5)
        let swapped = ((try? MutationTests.bases.flatMap { try logIDs($0) }) ?? []).reduce(into: Set<String>()) {
            $0.insert($1)
        }
        return sample
            + swapped.sorted().map { other in
                Mutation(path: MutationBase.entry + [.member("logId"), .member("keyId")], change: "log \(other)") { _ in
                    .replaced(.json(.string(other)))
                }
            }
    }

    private func write(_ value: JSONValue, to url: URL) throws { try Data(value.canonical).write(to: url) }

    /// Runs the script on the folder and gives its verdict by file.
    private func ask(_ folder: URL) throws -> [String: String] {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Differential/sigstore_python.py").standardized
        let output = folder.appending(path: "verdicts.txt")
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.python))
        process.arguments = [script.path, folder.path]
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        var verdicts: [String: String] = [:]
        for line in try String(contentsOf: output, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard parts.count >= 2 else { continue }
            verdicts[parts[1]] = parts[0] == "verified" ? "verified" : "refused: \(parts.last ?? "")"
        }
        return verdicts
    }
}
