import AsyncHTTPClient
import Core
import Foundation
import Kubernetes
import Policy
import Rehearsal
import Synchronization
import TestCluster
import TestSupport
import Testing
import TransparencyLog

/// The real `mc serve` as a process, asked over HTTPS.
@Suite("mc serve", .serialized, .timeLimit(.minutes(2))) struct ServeTests {
    private static let table = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Fixtures/reviews/expectations.yaml").standardized.path

    /// Runs the server while `body` asks it, and ends it well.
    private func serve(
        _ desk: ServeDesk, _ body: @Sendable (ServeProcess, HTTPClient) async throws -> Void
    ) async throws {
        let server = try await ServeProcess(in: desk.path)
        let client = try desk.client()
        do {
            try await body(server, client)
            try await client.shutdown()
        } catch {
            try? await client.shutdown()
            throw error
        }
        #expect(try await server.end(SIGTERM) == 0, "\(server.error)")
    }

    private func verify(_ desk: ServeDesk) async throws -> UInt64 {
        let key = try desk.text("log.pub").trimmingCharacters(in: .whitespacesAndNewlines)
        let report = try await LogVerifier(
            source: FolderTileSource(folder: "\(desk.path)/log"), trust: LogTrust(log: VerifierKey(key))
        ).verify()
        #expect(report.isVerified, "\(report.findings)")
        return report.entries
    }

    private func entries(_ desk: ServeDesk) async throws -> [LogRecord] {
        let reader = LogReader(folder: "\(desk.path)/log")
        let checkpoint = try await reader.checkpoint().checkpoint
        var records: [LogRecord] = []
        for try await (_, entry) in reader.entries(from: 0, in: checkpoint) {
            records.append(try LogRecord(parsing: entry))
        }
        return records
    }

    // MARK: The recorded reviews

    @Test(.enabled(if: SharedData.isPresent, "\(SharedData.missing)"))
    func everyRecordedReviewIsAnsweredAsTheTableSays() async throws {
        let data = try #require(SharedData.root?.path)
        let test = try TestPlayer.read(Self.table)
        let files = CaseFiles(folder: (Self.table as NSString).deletingLastPathComponent, data: data)
        let cases = test.cases.filter { if case .reviewFile = $0.question { true } else { false } }
        #expect(cases.count > 45)
        // Evidence about every image that a row wants it for.
        var images: Set<Digest> = []
        for script in cases { images.formUnion(Self.images(try Self.body(script, files))) }
        let desk = try await ServeDesk()
        try desk.writeEvidence(about: images.sorted { $0.description < $1.description })
        let bare = try await ServeDesk()
        try bare.folder.write("policy/root.json", desk.text("policy/root.json"))
        for (desk, isBare) in [(desk, false), (bare, true)] {
            try await serve(desk) { (server, client) async throws in
                for script in cases where script.images.allSatisfy(\.evidence.isEmpty) == isBare {
                    try await Self.play(script, files, desk, server, client)
                }
            }
            _ = try await verify(desk)
        }
    }

    private static func body(_ script: AdmissionCase, _ files: CaseFiles) throws -> [UInt8] {
        guard case .reviewFile(let name) = script.question else { return [] }
        let bytes = try files.read(name)
        guard let user = script.requester, case .object(var review) = try JSONValue(parsing: bytes),
            case .object(var request)? = review["request"]
        else { return bytes }
        request["userInfo"] = [
            "username": .string(user.username), "groups": .array(user.groups.map { .string($0) }),
            "extra": .object(
                JSONObject(
                    user.extra.map { extra in
                        JSONObject.Member(key: extra.key, value: .array(extra.values.map { .string($0) }))
                    })),
        ]
        review["request"] = .object(request)
        return JSONValue.object(review).canonical
    }

    private static func images(_ body: [UInt8]) -> Set<Digest> {
        guard let review = try? AdmissionReview(parsing: body),
            let workload = try? review.request.workload(custom: [])
        else { return [] }
        return Set(
            workload.images.compactMap { use in
                use.image.flatMap { text in
                    text.contains("ghcr.io/org/")
                        ? text.split(separator: "@").dropFirst().first.flatMap { Digest(String($0)) } : nil
                }
            })
    }

    private static func play(
        _ script: AdmissionCase, _ files: CaseFiles, _ desk: ServeDesk, _ server: ServeProcess, _ client: HTTPClient
    ) async throws {
        desk.cluster.clearFaults()
        for plural in ["deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs"] {
            for object in desk.cluster.objects(plural) { desk.cluster.remove(object) }
        }
        if let owners = script.owners {
            for owner in owners {
                switch owner {
                case .file(let name):
                    let json = try JSONValue(parsing: try files.read(name))
                    desk.cluster.put(json["request"]?["object"] ?? json)
                case .object(let object): desk.cluster.put(object)
                }
            }
        } else {
            desk.cluster.fail(Fault(.status(503, reason: "ServiceUnavailable"), part: "/apis/apps", times: 100))
        }
        let (status, json) = try await client.review(try body(script, files), at: server)
        switch script.expectation.result {
        case .error(let part):
            #expect(status == 400 && json["error"]?.string?.contains(part) == true, "\(script.name): \(json)")
        case .decision(let outcome):
            #expect(json.annotation("decision") == outcome.rawValue, "\(script.name): \(json.message)")
            let rules = Set((json.annotation("rules") ?? "").split(separator: ",").map(String.init))
            #expect(rules == script.expectation.rules, "\(script.name): \(json.message)")
            #expect(json.isAllowed == (outcome == .allow), "\(script.name)")
            let sent = try JSONValue(parsing: try body(script, files))
            #expect(json["apiVersion"] == sent["apiVersion"], "\(script.name)")
            #expect(json["response"]?["uid"] == sent["request"]?["uid"], "\(script.name)")
            let isDry = sent["request"]?["dryRun"] == .bool(true)
            #expect((json.annotation("log") == nil) == isDry, "\(script.name)")
        }
    }

    // MARK: Messages

    @Test func whatIsUndecidedIsForPeople() async throws {
        let desk = try await ServeDesk { $0.replacing("standIn: evidence", with: "standIn: \"127.0.0.1:9\"") }
        try await serve(desk) { (server, client) async throws in
            let undecided = try await client.review(ServeDesk.review("web").canonical, at: server).json
            let lines = undecided.message.split(separator: "\n").map(String.init)
            #expect(
                lines.first == "Pod web could not be decided by policy bundle 1.0.0:"
                    && lines.dropFirst().first == "- evidence-unavailable (policy payments)")
            #expect(lines.dropFirst(2).first == "  image:    \(ServeDesk.reference)")
            // What the evidence would have shown is not known, so nothing else is said.
            #expect(lines.count { $0.hasPrefix("- ") } == 1)
            #expect(lines.dropFirst(3).first?.hasPrefix("  observed: 127.0.0.1:9/org/app: ") == true)
            #expect(
                lines.contains(
                    "  remedy:   Check that the registry is reachable and mc's credentials may read it, then try again."
                ))
        }
    }

    @Test func denialsAndWarningsAreForPeople() async throws {
        let desk = try await ServeDesk()
        try await serve(desk) { (server, client) async throws in
            let denied = try await client.review(
                ServeDesk.review("web", image: "ghcr.io/org/app:1.0").canonical, at: server
            ).json
            #expect(
                denied.message.hasPrefix(
                    """
                    Pod web denied by policy bundle 1.0.0:
                    - evidence-missing (policy payments)
                      image:    ghcr.io/org/app:1.0
                      observed: no verified evidence about the image
                      expected: a signature by subject glob \
                    "https://github.com/org/app/.github/workflows/release.yml@refs/tags/*" from issuer exactly \
                    "https://token.actions.githubusercontent.com"
                      remedy:   Sign or attest the image by digest, or check that the expected identity and predicate \
                    type are the build's.
                    - image-digest-missing (policy payments)
                      image:    ghcr.io/org/app:1.0
                      observed: ghcr.io/org/app:1.0 names no digest
                      expected: ghcr.io/org/app@sha256:…

                    """), "\(denied.message)")
            // Until the namespaces are known all of them count as Enforce.
            var audited = JSONValue.null
            for _ in 0..<40 {
                audited = try await client.review(
                    ServeDesk.review("web", image: "ghcr.io/org/app:1.0", namespace: "trial").canonical, at: server
                ).json
                if audited.isAllowed == true { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(audited.isAllowed == true)
            let warned = "would be denied in Enforce: image-digest-missing: ghcr.io/org/app:1.0: "
            #expect(audited.warnings.contains("\(warned)ghcr.io/org/app:1.0 names no digest"))
        }
    }

    // MARK: The end of the process

    /// The digests of decisions by the places that answers named.
    private final class Acknowledged: Sendable {
        private let places = Mutex<[String: String]>([:])

        var all: [String: String] { places.withLock { $0 } }

        func note(_ place: String, _ digest: String) { places.withLock { $0[place] = digest } }
    }

    @Test func aKilledServerLosesNothingItAnswered() async throws {
        let desk = try await ServeDesk()
        let server = try await ServeProcess(in: desk.path)
        let client = try desk.client()
        let acknowledged = Acknowledged()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for number in 0..<10_000 {
                        // Allows and denials; each is one of its kind.
                        let user = number % 3 == 0 ? "user-\(worker)-\(number)" : ServeDesk.deployer
                        let review = ServeDesk.review("web-\(worker)-\(number)", user: user).canonical
                        guard let answer = try? await client.review(review, at: server) else { return }
                        guard let place = answer.json.annotation("log"),
                            let digest = answer.json.annotation("decision-digest")
                        else { continue }
                        acknowledged.note(place, digest)
                    }
                }
            }
            group.addTask {
                let start = ContinuousClock.now
                while acknowledged.all.count < 150, ContinuousClock.now - start < .seconds(20) {
                    try? await Task.sleep(for: .milliseconds(5))
                }
                _ = try? await server.end(SIGKILL)
            }
        }
        try await client.shutdown()
        let answers = acknowledged.all
        #expect(answers.count >= 150)
        try await serve(desk) { (server, client) async throws in
            let status = try await client.ask("/api/v1/status", at: server).json
            guard case .integer(let size)? = status["log"]?["size"] else {
                Issue.record("no size: \(status)")
                return
            }
            // The kill may have come between two requests; then nothing is there that was not answered.
            #expect(Int(size) >= answers.count)
        }
        let size = try await verify(desk)
        let records = try await entries(desk)
        #expect(records.count == Int(size))
        for (place, digest) in answers {
            let index = try #require(place.split(separator: "#").last.flatMap { Int($0) })
            guard index < records.count, case .decision(let entry) = records[index] else {
                Issue.record("\(place) is no decision")
                continue
            }
            #expect("\(entry.decisionDigest)" == digest, "\(place)")
        }
    }

    @Test func aSecondServerOnTheSameLogSaysSo() async throws {
        let desk = try await ServeDesk()
        try await serve(desk) { (_, _) async throws in
            let run = try await Tool.run(["serve", "--config", "mc.yaml"], in: desk.path)
            #expect(run.status == 2, "\(run.all)")
            #expect(run.error.contains("another process") && run.error.contains("log"), "\(run.error)")
        }
        // Once the first has ended, there is no second.
        try await serve(desk) { (_, _) async throws in }
    }

    @Test(arguments: [
        ("log.key", "nokey: there is no such file", "nokey"),
        ("certificate: tls.crt", "none.crt: there is no such file", "certificate: none.crt"),
        ("key: tls.key", "certificate and key cannot be used together", "key: tls.crt"),
        ("cluster: recorded", "cluster", "clusters: recorded"),
        (#"listen: "127.0.0.1:0", certificate"#, "address", #"listen: "nowhere", certificate"#),
        ("poll: 1s", "poll", "poll: soon"),
    ]) func whatCannotStartSaysWhy(_ old: String, _ named: String, _ new: String) async throws {
        let desk = try await ServeDesk { $0.replacing(old, with: new) }
        let run = try await Tool.run(["serve", "--config", "mc.yaml"], in: desk.path)
        #expect(run.status == 2 && run.error.contains(named), "\(run.all)")
        #expect(!run.error.contains("Swift."), "\(run.error)")
    }

    // MARK: Mounted files

    /// Puts a folder's files where a ConfigMap's would be: names that are links through `..data`, which is swapped.
    private func mount(_ desk: ServeDesk, _ source: String, at mount: String, _ generation: Int) throws {
        let manager = FileManager.default
        let root = "\(desk.path)/\(mount)"
        let data = "..2026_\(generation)"
        try manager.createDirectory(atPath: root, withIntermediateDirectories: true)
        try manager.copyItem(atPath: "\(desk.path)/\(source)", toPath: "\(root)/\(data)")
        try manager.createSymbolicLink(atPath: "\(root)/..next", withDestinationPath: data)
        #expect(rename("\(root)/..next", "\(root)/..data") == 0)
        for name in try manager.contentsOfDirectory(atPath: "\(root)/\(data)") {
            try? manager.createSymbolicLink(atPath: "\(root)/\(name)", withDestinationPath: "..data/\(name)")
        }
    }

    @Test func aSwappedMountIsTakenOverAndABadOneIsNot() async throws {
        let desk = try await ServeDesk { $0.replacing("bundle: policy", with: "bundle: mounted") }
        try mount(desk, "policy", at: "mounted", 1)
        let files = desk
        try await serve(desk) { (server, client) async throws in
            func version(_ expected: String) async throws -> Bool {
                for _ in 0..<100 {
                    let status = try await client.ask("/api/v1/status", at: server).json
                    if status["bundle"]?["version"]?.string == expected { return true }
                    try await Task.sleep(for: .milliseconds(50))
                }
                return false
            }
            func warned(_ isWarned: Bool) async throws -> Bool {
                for _ in 0..<100 {
                    let status = try await client.ask("/api/v1/status", at: server).json
                    let warnings = (status["warnings"]?.array ?? []).compactMap(\.string)
                    if warnings.contains(where: { $0.hasPrefix("the bundle that lies there") }) == isWarned {
                        return status["ready"] == .bool(true)
                    }
                    try await Task.sleep(for: .milliseconds(50))
                }
                return false
            }
            #expect(try await version("1.0.0"))
            let manifest = try files.text("policy/bundle.yaml")
            try files.folder.write("policy/bundle.yaml", manifest.replacing("1.0.0", with: "1.1.0"))
            try mount(files, "policy", at: "mounted", 2)
            #expect(try await version("1.1.0"))
            // A bundle that nobody can read.
            try files.folder.write("policy/cluster.yaml", "kind: [")
            try mount(files, "policy", at: "mounted", 3)
            #expect(try await warned(true))
            #expect(try await version("1.1.0"))
            #expect(try await client.review(ServeDesk.review("web").canonical, at: server).json.isAllowed == true)
            // The mount goes back to what it was.
            try FileManager.default.removeItem(atPath: "\(files.path)/mounted/..data")
            try FileManager.default.createSymbolicLink(
                atPath: "\(files.path)/mounted/..data", withDestinationPath: "..2026_2")
            #expect(try await warned(false))
        }
    }
}
