import Attestation
import Core
import TestAuthority

@testable import Policy

/// A request that is allowed, with everything a policy can demand; each test changes one thing of it.
struct Scene: Sendable {
    static let now = Instant(seconds: 1_790_000_000)
    static let built = now - .seconds(2 * 86_400)
    static let image = Digest.of(Array("the image".utf8))
    static let arm = Digest.of(Array("the image for arm64".utf8))
    static let amd = Digest.of(Array("the image for amd64".utf8))
    static let template = Digest.of(Array("the template".utf8))
    static let bundleDigest = Digest.of(Array("the bundle".utf8))
    static let githubIssuer = "https://token.actions.githubusercontent.com"
    static let auditor = "https://auditor.example/verifier"
    static let auditPolicy = Digest.of(Array("the auditor's policy".utf8))
    static let listedBuilder = "https://github.com/actions/runner/github-hosted"
    static let replicaSets = "system:serviceaccount:kube-system:replicaset-controller"
    static let flux = "system:serviceaccount:flux-system:kustomize-controller"

    var now = Self.now
    var facts: AdmissionFacts
    var policies: [DeployPolicy]
    var environments: [EnvironmentMap]
    var clusters: [ClusterIdentity]
    var manifest: BundleManifest
    /// Why mc itself cannot vouch for the decision.
    var doubt: Decision.Doubt?
    var waivers: [WaiverBook.Entry] = []
    var revocations: WaiverBook.Revocations? = .init(
        revoked: [:], issued: now - .seconds(3_600), staleAt: now + .seconds(82_800))

    init() throws {
        policies = [try Self.policy("payments")]
        environments = [
            EnvironmentMap(
                name: "clusters",
                entries: [
                    .init(
                        clusters: ["prod-1"], namespaces: [try Glob("payments")], environment: "prod", tenant: "team-a"),
                    .init(clusters: ["prod-1"], namespaces: [try Glob("payments-stage")], environment: "staging"),
                ])
        ]
        clusters = [
            ClusterIdentity(
                cluster: "prod-1",
                users: [
                    .init(
                        issuer: Self.githubIssuer, usernamePrefix: "github:",
                        claims: ["repository": "example.test/repository"])
                ],
                gitOpsControllers: [.init(serviceAccount: Self.flux, repositories: ["org/app"])],
                registryAliases: [.init(alias: "harbor.example/ghcr", registry: "ghcr.io")])
        ]
        let version = try Self.require(SemanticVersion("28.1.0"))
        manifest = BundleManifest(name: "main", version: version, expires: Self.now + .seconds(30 * 86_400))
        facts = AdmissionFacts(
            cluster: "prod-1", namespace: "payments", operation: .create, change: .template,
            object: .init(
                group: "apps", kind: "Deployment", name: "app", uid: nil, templateDigest: Self.template),
            requester: Requester(
                username: "github:repo:org/app:environment:prod", groups: ["system:authenticated", "github"],
                extra: ["example.test/repository": ["org/app"]]))
        facts.environmentLabels = ["prod"]
        facts.images = [try Self.image(evidence: .init(whole: .init(digest: Self.image, verified: Self.evidence())))]
        facts.history.admitted = [
            .init(image: Self.image, environment: "staging", at: Self.now - .seconds(86_400 + 3_600), decision: "d1")
        ]
    }

    static func image(
        _ name: String = "ghcr.io/org/app", digest: Digest = image, uses: [String] = ["app"],
        repository: String? = "org/app", evidence: ImageEvidence
    ) throws -> ImageFacts {
        let text = "\(name)@\(digest)"
        return ImageFacts(
            text: text, uses: uses, reference: .success(try ImageReference(text)), digest: digest,
            repository: repository, evidence: evidence)
    }

    static func binding(_ repository: String = "org/app") throws -> Binding {
        Binding(
            repository: repository, repositoryID: "632596897", environments: ["prod"],
            signers: [try Party.release.rule(), try Party.second.rule()],
            deployers: [
                RequesterRule(
                    issuer: .exact(githubIssuer), subject: .exact("repo:org/app:environment:prod"),
                    claims: ["repository": .exact("org/app")])
            ])
    }

    static func policy(_ name: String) throws -> DeployPolicy {
        var requirements = Requirements()
        requirements.provenance = ProvenanceRequirement(
            builders: [try Glob(listedBuilder)], maxAge: .seconds(30 * 86_400))
        requirements.sbom = BillRequirement(maxAge: .seconds(30 * 86_400))
        requirements.deliveryClaims = DeliveryRequirement(
            bundleVersion: try require(VersionRange(">= v28.0")), hermetic: true, maxAge: .seconds(30 * 86_400))
        requirements.gates = ["unit"]
        requirements.promotedFrom = PromotionRequirement(environment: "staging", soak: .seconds(86_400))
        requirements.verificationSummary = SummaryRequirement(
            verifiers: [.init(id: auditor, signers: [try Party.verifier.rule()])], levels: ["SLSA_BUILD_LEVEL_3"],
            policyDigests: [auditPolicy])
        return DeployPolicy(
            name: name, namespaces: [try Glob("payments"), try Glob("shared-*")], images: [try Glob("ghcr.io/org/*")],
            bindings: [try binding()], requirements: requirements,
            gates: [Gate(name: "unit", signers: [try Party.gate.rule()], maxAge: .seconds(30 * 86_400))])
    }

    /// A policy that asks for a signature alone.
    static func plainPolicy(_ name: String) throws -> DeployPolicy {
        DeployPolicy(
            name: name, namespaces: [try Glob("payments")], images: [try Glob("ghcr.io/org/*")],
            bindings: [try binding()])
    }

    /// Everything that the default policy demands.
    static func evidence(about image: Digest = image) throws -> [EvidenceItem] {
        [
            try provenance(about: image), try bill(about: image), try claims(about: image), try gate(about: image),
            try summary(about: image),
        ]
    }

    static func require<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Mint.Failure(description: "a test's own value is missing") }
        return value
    }

    var book: WaiverBook { WaiverBook(entries: waivers, revocations: revocations) }

    var bundle: PolicyBundle {
        PolicyBundle(
            manifest: manifest, digest: Self.bundleDigest, origin: .signed(roles: ["policy"]), policies: policies,
            environments: environments, clusters: clusters, trustRoots: [])
    }

    func decide() -> Decision {
        var facts = facts
        facts.waivers = book
        let decision = Policy.decide(facts, by: bundle, at: now)
        return doubt.map { decision.doubting($0, facts.change) } ?? decision
    }
}

// What tests change.
extension Scene {
    var policy: DeployPolicy {
        get { policies[0] }
        set { policies[0] = newValue }
    }

    var requirements: Requirements {
        get { policies[0].requirements }
        set { policies[0].requirements = newValue }
    }

    /// The evidence on the image itself.
    var evidence: [EvidenceItem] {
        get { facts.images[0].evidence.whole?.verified ?? [] }
        set { facts.images[0].evidence.whole?.verified = newValue }
    }

    var refused: [RefusedEvidence] {
        get { facts.images[0].evidence.whole?.refused ?? [] }
        set { facts.images[0].evidence.whole?.refused = newValue }
    }

    /// Replaces the evidence of one predicate type.
    mutating func replace(_ predicateType: String, by items: EvidenceItem...) {
        evidence.removeAll { $0.evidence.statement?.predicateType == predicateType }
        evidence += items
    }

    /// Adds a waiver that counts unless told otherwise.
    mutating func waive(
        _ rule: RuleID, id: String = "W-1", namespace: String = "payments", image: Digest = image,
        notBefore: Instant = now - .seconds(3_600), expires: Instant = now + .seconds(3_600)
    ) {
        waivers.append(
            Self.waiver(rule, id: id, namespace: namespace, image: image, notBefore: notBefore, expires: expires))
    }

    static func waiver(
        _ rule: RuleID, id: String = "W-1", namespace: String = "payments", image: Digest = image,
        notBefore: Instant = now - .seconds(3_600), expires: Instant = now + .seconds(3_600)
    ) -> WaiverBook.Entry {
        WaiverBook.Entry(
            waiver: Waiver(
                id: id, rule: rule, scope: .init(namespace: namespace, image: image), waiverClass: "emergency",
                owner: "team-payments", approvers: ["team-security"], reason: "a test", notBefore: notBefore,
                expires: expires), digest: Digest.of(Array("waiver \(id)".utf8)))
    }

    mutating func revoke(_ id: String, issued: Instant = now - .seconds(3_600)) {
        revocations = .init(
            revoked: [Digest.of(Array("waiver \(id)".utf8)): now - .seconds(60)], issued: issued,
            staleAt: issued + .seconds(86_400))
    }

    /// The request of a replica set's controller for a Pod of an owner that fits.
    mutating func askAsController() {
        facts.object = .init(
            group: "", kind: "Pod", name: "app-1", uid: nil, templateDigest: Self.template)
        facts.requester = Requester(username: Self.replicaSets, groups: ["system:serviceaccounts"])
        facts.ownerClaim = .init(kind: "ReplicaSet", name: "app-5f", uid: "owner-uid")
        facts.owner = .found(uid: "owner-uid", templateMatches: true, templateDigest: Self.template)
    }

    /// Records that the owner's template was admitted.
    mutating func admitBefore(
        uid: String = "owner-uid", template: Digest = template, at time: Instant = now - .seconds(86_400)
    ) {
        facts.history.templates.append(.init(ownerUID: uid, templateDigest: template, at: time))
    }

    /// Makes the image an index of two platforms, with evidence on each.
    mutating func split(index: [EvidenceItem], amd: [EvidenceItem], arm: [EvidenceItem]) {
        facts.images[0].evidence = ImageEvidence(
            whole: .init(digest: Self.image, verified: index),
            platforms: [
                .init(digest: Self.amd, platform: "linux/amd64", verified: amd),
                .init(digest: Self.arm, platform: "linux/arm64", verified: arm),
            ])
    }
}

// Evidence.
extension Scene {
    static func provenance(
        about image: Digest = image, builder: String = listedBuilder, source: String? = "https://github.com/org/app",
        repositoryID: String? = nil, by party: Party = .release, at time: Instant = built
    ) throws -> EvidenceItem {
        var parameters = JSONObject()
        if let source {
            parameters["workflow"] = [
                "repository": .string(source), "ref": "refs/tags/v1", "path": ".github/workflows/release.yml",
            ]
        }
        var internals = JSONObject()
        if let repositoryID { internals["github"] = ["repository_id": .string(repositoryID)] }
        return try Mint.statement(
            Provenance.Version.v1.rawValue,
            [
                "buildDefinition": [
                    "buildType": "https://actions.github.io/buildtypes/workflow/v1",
                    "externalParameters": .object(parameters), "internalParameters": .object(internals),
                ], "runDetails": ["builder": ["id": .string(builder)]],
            ], about: image, by: party, at: time)
    }

    static let billType = "https://cyclonedx.org/bom"

    static func bill(
        about image: Digest = image, describing other: Digest? = nil, by party: Party = .release,
        at time: Instant = built
    ) throws -> EvidenceItem {
        var bill: [(String, JSONValue)] = [("bomFormat", "CycloneDX"), ("specVersion", "1.6")]
        if let other {
            let hashes: JSONValue = [["alg": "SHA-256", "content": .string(other.hex)]]
            bill.append(
                ("metadata", ["component": ["type": "container", "name": "app", "hashes": hashes]]))
        }
        let members = bill.map { JSONObject.Member(key: $0.0, value: $0.1) }
        return try Mint.statement(billType, .object(JSONObject(members)), about: image, by: party, at: time)
    }

    static func spdx(about image: Digest = image) throws -> EvidenceItem {
        try Mint.statement(
            "https://spdx.dev/Document", ["spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "app"],
            about: image)
    }

    static func claims(
        about image: Digest = image, version: String = "v28.1", hermetic: Bool? = true,
        waivers: [WaiverBook.Entry] = [], unknown: String? = nil, by party: Party = .release, at time: Instant = built
    ) throws -> EvidenceItem {
        let claims = DeliveryClaims(
            bundleVersion: try require(BundleVersion(version)), hermetic: hermetic,
            waivers: waivers.map { .init(id: $0.waiver.id, digest: $0.digest) })
        guard case .object(var object) = claims.json else { throw Mint.Failure(description: "claims are no object") }
        if let unknown { object[unknown] = true }
        return try Mint.statement(
            DeliveryClaims.predicateType, .object(object), about: image, by: party, at: time)
    }

    static func gate(
        _ name: String = "unit", _ result: TestResult.Result = .passed, about image: Digest = image,
        failed: [String] = [], by party: Party = .gate, at time: Instant = built
    ) throws -> EvidenceItem {
        try Mint.statement(
            TestResult.predicateType,
            [
                "result": .string(result.rawValue), "configuration": [["name": .string(name)]],
                "failedTests": .array(failed.map { .string($0) }),
            ], about: image, by: party, at: time)
    }

    static func summary(
        _ result: VerificationSummary.Result = .passed, about image: Digest = image, id: String = auditor,
        environment: String? = "prod", cluster: String? = nil, policy: Digest? = auditPolicy,
        levels: [String] = ["SLSA_BUILD_LEVEL_3"], expires: Instant? = now + .seconds(86_400),
        by party: Party = .verifier, at time: Instant = built
    ) throws -> EvidenceItem {
        var object = JSONObject()
        object["verifier"] = ["id": .string(id)]
        object["resourceUri"] = "pkg:oci/app"
        var descriptor = JSONObject()
        descriptor["uri"] = "https://auditor.example/policy"
        if let policy { descriptor["digest"] = ["sha256": .string(policy.hex)] }
        object["policy"] = .object(descriptor)
        object["verificationResult"] = .string(result.rawValue)
        object["verifiedLevels"] = .array(levels.map { .string($0) })
        object["mc_environment"] = environment.map { .string($0) }
        object["mc_cluster"] = cluster.map { .string($0) }
        object["mc_expires"] = expires.map { .string($0.description) }
        return try Mint.statement(
            VerificationSummary.predicateType, .object(object), about: image, by: party, at: time)
    }

    static func refusal(_ rule: RuleID, origin: String = "referrer 1") -> RefusedEvidence {
        let rule =
            rule == SignatureRules.identityMismatch.id
            ? SignatureRules.identityMismatch : SignatureRules.signatureInvalid
        return RefusedEvidence(
            origin: origin, finding: Finding(rule, observed: "what was seen", expected: "what was not"))
    }
}
