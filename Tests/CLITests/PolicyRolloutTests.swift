import Core
import Foundation
import TestCluster
import TestSupport
import Testing
import TransparencyLog

/// `mc policy readiness`, `approve`, `enforce`, `relax` and `replay`, as an operator uses them.
@Suite("mc policy, rolling out") struct PolicyRolloutTests {
    /// A desk with a signed bundle and a log of three clean days in the namespace payments.
    private static func desk() async throws -> (desk: PolicyDesk, options: String) {
        let desk = try await PolicyDesk()
        try await desk.release()
        let verified = try await desk.mc("policy verify bundle --trust trust.yaml -o json")
        let digest = try #require(JSONValue(parsing: Array(verified.output.utf8))["digest"]?.string)
        let writer = try await LogWriter.open(
            folder: "\(desk.path)/log",
            signer: NoteSigner(name: "log.example/1", type: .ed25519, seed: Array(repeating: 7, count: 32)))
        let now = Instant(seconds: Int64(Date().timeIntervalSince1970))
        for hour in stride(from: 72, to: 0, by: -2) {
            try await writer.append(entry(at: now - .seconds(hour * 3_600), bundle: digest))
        }
        try await writer.close()
        try FileManager.default.createDirectory(
            atPath: "\(desk.path)/approvals", withIntermediateDirectories: true)
        return (desk, "--log log --policy bundle --trust trust.yaml --approvals approvals")
    }

    private static func entry(at: Instant, bundle: String) -> [UInt8] {
        let decision: JSONValue = [
            "schema": "https://mc.internal/schemas/decision.v1.json", "decision": "allow", "enforcedResult": "allow",
            "mode": "Audit", "at": .string("\(at)"), "cluster": "prod-eu", "namespace": "payments",
            "environment": "prod", "tenant": .null, "operation": "CREATE", "dryRun": false,
            "object": [
                "group": "apps", "kind": "Deployment", "name": "app", "uid": .null, "ownerUid": .null,
                "templateDigest": .null,
            ],
            "requester": ["username": "alice", "groups": []],
            "bundle": ["version": "28.1.0", "digest": .string(bundle), "signed": true], "policies": [], "images": [],
            "findings": [], "waiversUsed": [],
        ]
        let entry: JSONValue = [
            "schema": "https://mc.internal/schemas/log-entry.v1.json",
            "decisionDigest": .string("\(Digest.of(decision.canonical))"), "decision": decision,
            "at": .string("\(at)"), "cluster": "prod-eu", "namespace": "payments", "images": [], "outcome": "allow",
            "enforcedResult": "allow",
        ]
        return entry.canonical
    }

    private static let approve =
        "policy approve --namespace payments --policy bundle --trust trust.yaml --reason clean "
        + "-o approvals/payments.dsse.json"

    @Test func aNamespaceGoesToEnforceAndBack() async throws {
        let (desk, options) = try await Self.desk()
        let waiting = try await desk.mc("policy readiness \(options)")
        #expect(waiting.status == 1 && waiting.output.contains("no-approval"), "\(waiting.all)")
        let refused = try await desk.mc("policy enforce payments \(options)")
        #expect(refused.status == 1 && refused.output.isEmpty && refused.error.contains("no-approval"))
        // Nobody approves for somebody else.
        for attempt in [
            "--owner alice --key bob.pem", "--owner alice --key mallory.pem", "--owner mallory --key mallory.pem",
        ] {
            #expect(try await desk.mc("\(Self.approve) \(attempt)").status == 1, "\(attempt)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(desk.path)/approvals").isEmpty)
        let approved = try await desk.mc("\(Self.approve) --owner alice --key alice.pem")
        #expect(approved.status == 0 && approved.output.contains("alice"), "\(approved.all)")
        let ready = try await desk.mc("policy readiness \(options) -o json")
        let json = try JSONValue(parsing: Array(ready.output.utf8))
        #expect(ready.status == 0 && json["namespaces"]?.array?.first?["state"] == "ready", "\(ready.all)")
        let printed = try await desk.mc("policy enforce payments \(options)")
        #expect(
            printed.status == 0 && printed.output.hasPrefix("kubectl patch namespace payments --type merge --patch"))
        // One that is not ready keeps the others back, and an override does not.
        let both = try await desk.mc("policy enforce payments checkout \(options)")
        #expect(both.status == 1 && both.output.isEmpty && both.error.contains("checkout is not ready"))
        let forced = try await desk.mc("policy enforce checkout \(options) --override INC-4711")
        #expect(forced.status == 0 && forced.output.contains("override: INC-4711"))
    }

    @Test func whatIsAppliedIsWrittenToTheCluster() async throws {
        let desk = try await PolicyDesk()
        let cluster = try await TestCluster(tokens: ["s3cret"])
        for name in ["payments", "checkout"] {
            cluster.put([
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": ["name": .string(name), "labels": ["mc.internal/mode": "Enforce", "team": "a"]],
            ])
        }
        try desk.folder.write(
            "kubeconfig",
            """
            current-context: test
            clusters: [{name: c, cluster: {server: "\(cluster.address)"}}]
            users: [{name: u, user: {token: s3cret}}]
            contexts: [{name: test, context: {cluster: c, user: u, namespace: payments}}]
            """)
        let done = try await desk.mc("policy relax payments --apply --kubeconfig kubeconfig")
        #expect(done.status == 0 && done.output == "1 namespace changed\n", "\(done.all)")
        let labels = cluster.object("namespaces", "payments")?["metadata"]?["labels"]
        #expect(labels?["mc.internal/mode"] == nil && labels?["team"] == "a")
        // What failed is told apart from what was changed before it.
        let second = try await desk.mc("policy relax checkout unknown --apply --kubeconfig kubeconfig")
        #expect(second.status == 2 && second.error.contains("namespace unknown was not changed"), "\(second.all)")
        #expect(second.error.contains("changed before it, and left so: checkout"), "\(second.all)")
        let first = try await desk.mc("policy relax unknown payments --apply --kubeconfig kubeconfig")
        #expect(first.status == 2 && first.error.contains("nothing was changed"), "\(first.all)")
        await cluster.stop()
        // What could be taken for an option is no namespace.
        #expect(try await desk.mc("policy relax -- --all").status == 2)
    }

    @Test func aReplaySaysWhatItCouldNotCompare() async throws {
        let (desk, _) = try await Self.desk()
        let run = try await desk.mc("policy replay --from log --policy bundle --trust trust.yaml -o json")
        let json = try JSONValue(parsing: Array(run.output.utf8))
        #expect(run.status == 2 && json["notCompared"] == 36 && json["gaps"]?.array?.first?["problem"] == "no-facts")
        #expect(run.error.contains("evidence is looked for at each image's own registry"), "\(run.error)")
        let later = try await desk.mc(
            "policy replay --from log --policy bundle --trust trust.yaml --since 2100-01-01T00:00:00Z")
        #expect(later.status == 0 && later.output.hasPrefix("0 decisions"), "\(later.all)")
    }

    @Test(arguments: [
        "readiness --policy bundle", "readiness --log nowhere --policy bundle --trust trust.yaml",
        "readiness --log log --policy bundle --trust trust.yaml --window 1h",
        "readiness --log log --policy bundle --trust trust.yaml --window soon",
        "readiness --log bundle --policy bundle --trust trust.yaml", "replay --policy bundle",
        "replay --from source --policy bundle --trust trust.yaml",
        "replay --from log --policy bundle --trust trust.yaml --since now", "enforce --log log --policy bundle",
        "enforce Payments --log log --policy bundle --trust trust.yaml", "relax",
        "approve --namespace payments --policy bundle --owner alice --reason x --for x --key alice.pem",
    ]) func whatCannotBeEvaluatedEndsWithTwo(arguments: String) async throws {
        let (desk, _) = try await Self.desk()
        let run = try await desk.mc("policy \(arguments)")
        #expect(run.status == 2 && run.output.isEmpty && !run.error.isEmpty, "\(run.all)")
    }
}
