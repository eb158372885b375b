import Admission
import Attestation
import Core
import Foundation
import Kubernetes
import Lineage
import OCI
import Policy
import Recording
import TestAuthority

/// The second half of the demo: a signed policy decides about deployments, and lineage says why one is there.
struct DemoAdmission {
    let folder: URL
    let now: Instant
    let console: Console
    let authority: Authority
    let evidence: DemoEvidence
    private let policy: DemoPolicy

    init(folder: URL, now: Instant, console: Console, authority: Authority, evidence: DemoEvidence) throws {
        self.folder = folder
        self.now = now
        self.console = console
        self.authority = authority
        self.evidence = evidence
        policy = try DemoPolicy(folder: folder)
    }

    /// A deployment, and what must become of it.
    fileprivate struct Scene {
        let title: String
        let name: String
        let evidence: [SigningRequest]
        var environment = "prod"
        let outcome: Decision.Outcome
        let rules: Set<RuleID>
        /// When it is decided, if not now.
        var at: Instant?

        /// The same scene before its waiver ended.
        var allowed: Scene {
            Scene(
                title: title, name: name, evidence: evidence, environment: environment, outcome: .allow, rules: [],
                at: at)
        }
    }

    /// Tells the story.
    ///
    /// - Parameter image: the signed image of the first half.
    /// - Returns: whether every step came out as it must.
    func tell(_ image: DemoImage) async throws -> Bool {
        try policy.write(trustedRoot: authority.trustedRootJSON(), now: now)
        let store = try SQLiteStore(path: folder.appending(path: "lineage.db").path)
        console.print(
            """

            5. A policy bundle, signed by the policy role, binds who may sign and who may deploy to a repository and \
            an environment. The pipeline deploys:
            """)
        var holds = try await decide(
            Scene(
                title: "the signed image", name: "image", evidence: [], outcome: .allow, rules: []),
            image, store)
        console.print("\n6. The same deployment, with one thing wrong:")
        for scene in try scenes() {
            var other = try DemoImage(path: folder.appending(path: scene.name).path, program: program(scene.name))
            try other.attach(
                try scene.evidence.map { request in
                    .bundle(try authority.mint(about(other.image.digest, request)).json, predicateType: type(request))
                })
            if scene.name == Self.waived {
                let start = now - .seconds(5_400)
                let waiver = try policy.waive(
                    "hermetic-required", of: other.image.digest, from: start, until: now - .seconds(60))
                console.print(
                    "\n   (\(waiver.owner) has a waiver of hermetic-required, approved by team-security, that ended at "
                        + "\(waiver.expires). Before its end:)")
                var before = scene
                before.at = waiver.expires - .seconds(1)
                holds = try await decide(before.allowed, other, store) && holds
            }
            holds = try await decide(scene, other, store) && holds
        }
        return try await why(image, store) && holds
    }

    private static let waived = "not-hermetic"

    private func scenes() throws -> [Scene] {
        let good = evidence
        let mallory = DemoEvidence(authority: authority, signer: .workflow(repository: "mallory/app"), time: good.time)
        // The evidence's subject is set once the image's digest is known.
        let nothing = Digest.of([UInt8]())
        return [
            Scene(
                title: "an image that nobody signed", name: "unsigned", evidence: [], outcome: .deny,
                rules: ["evidence-missing", "provenance-missing", "sbom-missing", "delivery-claims-missing"]),
            Scene(
                title: "an image of somebody else's workflow", name: "wrong-identity",
                evidence: [
                    mallory.provenance(of: nothing), mallory.billOfMaterials(of: nothing),
                    mallory.deliveryClaims(of: nothing),
                ], outcome: .deny,
                rules: ["identity-mismatch", "provenance-missing", "sbom-missing", "delivery-claims-missing"]),
            Scene(
                title: "a good image, in a manifest meant for staging", name: "wrong-environment",
                evidence: good.all(of: nothing), environment: "staging", outcome: .deny, rules: ["environment-mismatch"]
            ),
            Scene(
                title: "a build with network, its waiver expired a minute ago", name: Self.waived,
                evidence: [
                    good.provenance(of: nothing), good.billOfMaterials(of: nothing),
                    good.deliveryClaims(of: nothing, hermetic: false),
                ], outcome: .deny, rules: ["hermetic-required", "waiver-expired"]),
        ]
    }

    private func decide(_ scene: Scene, _ image: DemoImage, _ store: SQLiteStore) async throws -> Bool {
        let manifest = folder.appending(path: "deployment-\(scene.name).yaml")
        try Data(deployment(scene, image.image.digest).utf8).write(to: manifest)
        let at = scene.at ?? now
        let bundle = try PolicyFolder.bundle(policy.folder.path, trust: policy.trust.path, now: at)
        let (book, problems) = WaiverBook.verifying(
            try PolicyFolder.read(policy.waivers.path), bundle: bundle, rules: .standard, now: at)
        let admitter = try Admitter(
            bundle: bundle, cluster: DemoPolicy.cluster, places: SinglePlace(try LayoutSource(image.path)),
            records: LineageRecords(store), waivers: book)
        let issuer = evidence.signer.issuer
        let user = UserInfo(
            username: "\(issuer)#repo:example/app:environment:prod", groups: ["system:authenticated"])
        let items = try AdmitInput.manifest(
            manifest.path, namespace: DemoPolicy.namespace, user: user, isDryRun: false)
        var holds = problems.isEmpty && items.count == 1
        for item in items {
            let (decision, facts) = try await admitter.resolve(item.request, at: at)
            try await DecisionRecorder(store).record(decision, facts)
            console.print("\n   " + scene.title + (scene.at == nil ? "" : ", then"))
            for line in lines(decision) { console.print("   " + line) }
            holds =
                holds && decision.outcome == scene.outcome
                && Set(decision.blocking.map(\.finding.rule)) == scene.rules
        }
        return holds
    }

    private func lines(_ decision: Decision) -> [String] {
        var lines = [
            console.styled(decision.outcome.rawValue, decision.outcome == .allow ? .good : .bad)
                + "  \(decision.object.kind) \(decision.object.name) in \(decision.namespace)"
        ]
        for item in decision.blocking {
            lines += Table.rows([
                ("rule", item.finding.rule.rawValue), ("observed", item.finding.observed),
                ("expected", item.finding.expected), ("remedy", item.finding.remedy),
            ])
        }
        for waiver in decision.waiversUsed {
            lines += Table.rows([
                ("waiver", "\(waiver.id) of \(waiver.owner) covers \(waiver.rule) until \(waiver.expires)")
            ])
        }
        return lines
    }

    private func why(_ image: DemoImage, _ store: SQLiteStore) async throws -> Bool {
        console.print("\n7. Why is the admitted one there? (mc graph why)\n")
        let event = try PullRequestRecord(githubEvent: Array(Self.pullRequest(evidence.signer).canonical))
        try await store.record([.pullRequest(event)], at: now)
        let report = try await store.why(image.image.digest)
        console.print(
            report.text.split(separator: "\n", omittingEmptySubsequences: false).map { "   " + $0 }
                .joined(separator: "\n").printableLines)
        return report.isKnown && report.decisions.contains { $0.isAdmission }
    }

    /// Commands by which the kept files can be tried by hand.
    static func commands(_ directory: String, _ signer: TestAuthority.CertificateRequest) -> String {
        """
        mc admit -f \((directory + "/deployment-image.yaml").shellQuoted) \\
            --policy \((directory + "/policy").shellQuoted) --trust \((directory + "/trust.yaml").shellQuoted) \\
            --waivers \((directory + "/waivers").shellQuoted) --evidence \((directory + "/image").shellQuoted) \\
            --as issuer=\(signer.issuer),subject=repo:example/app:environment:prod
        mc graph why \(imageDigest(directory)) --store \((directory + "/lineage.db").shellQuoted)
        """
    }

    private static func imageDigest(_ directory: String) -> String {
        let text = (try? String(contentsOfFile: directory + "/deployment-image.yaml", encoding: .utf8)) ?? ""
        return text.split(separator: "@").last.map { String($0.prefix(71)) } ?? "sha256:…"
    }
}

// The parts the scenes are made of.
extension DemoAdmission {
    private func program(_ name: String) -> String { "#!/bin/sh\necho \(name)\n" }

    /// The request about an image that exists now.
    private func about(_ image: Digest, _ request: SigningRequest) -> SigningRequest {
        guard case .statement(let statement) = request.content else { return request }
        var request = request
        request.content = .statement(evidence.statement(statement.predicateType, statement.predicate, of: image))
        return request
    }

    private func type(_ request: SigningRequest) -> String {
        if case .statement(let statement) = request.content { statement.predicateType } else { "" }
    }

    private func deployment(_ scene: Scene, _ image: Digest) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: \(scene.name)
          namespace: \(DemoPolicy.namespace)
          labels: {mc.env: \(scene.environment)}
          annotations: {mc.repo: example/app}
        spec:
          replicas: 1
          selector: {matchLabels: {app: demo}}
          template:
            metadata:
              labels: {app: demo, mc.env: \(scene.environment)}
              annotations: {mc.repo: example/app}
            spec:
              containers:
                - name: app
                  image: registry.example/example/app@\(image)

        """
    }

    private static func pullRequest(_ signer: TestAuthority.CertificateRequest) -> JSONValue {
        let commit = signer.claims.sourceRepositoryDigest ?? ""
        return [
            "action": "closed", "number": 7,
            "pull_request": [
                "number": 7, "title": "Say hello", "html_url": "https://github.com/example/app/pull/7",
                "merged": true, "merge_commit_sha": .string(commit), "user": ["login": "octocat"],
                "head": ["sha": .string(commit)], "base": ["repo": ["full_name": "example/app"]],
            ],
            "repository": ["full_name": "example/app", "html_url": "https://github.com/example/app"],
        ]
    }
}
