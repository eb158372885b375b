import Attestation
import Core
import Kubernetes
import OCI
import Policy
import Rehearsal
import Synchronization

@testable import Admission

/// A policy, an image with minted evidence, and registries whose behaviour a test changes as it goes.
struct Harbour {
    static let opening = Instant(seconds: 1_790_000_000)
    static let repository = "registry.example/org/app"
    static let issuer = WorkflowSigner.githubIssuer
    static let deployer = "repo:org/app:environment:prod"

    let bundle: PolicyBundle
    let mint: Mint
    let registry: Registry

    /// - Parameters:
    ///   - gates: the gates the policy requires; each is passed.
    ///   - elsewhere: whether there is a second repository for evidence.
    init(gates: [String] = [], elsewhere: Bool = false) throws {
        var requirements = Requirements()
        requirements.gates = gates
        requirements.provenance = ProvenanceRequirement()
        let stage = try Stage(Self.bundle(requirements, elsewhere: elsewhere), at: Self.opening)
        bundle = stage.bundle
        mint = stage.mint
        registry = Registry()
        for name in ["a", "b"] {
            for content in [EvidencePiece.Content.signature, .provenance(ProvenanceContent())] {
                try attach(content, to: Self.image(name))
            }
            for gate in gates { try attach(.testResult(TestContent(gate: gate)), to: Self.image(name)) }
        }
    }

    static func image(_ name: String) -> Digest { .of(Array("image \(name)".utf8)) }

    func attach(
        _ content: EvidencePiece.Content, to image: Digest, workflow: String = "release.yml",
        at time: Instant = opening - .seconds(600), in repository: String = repository
    ) throws {
        let signer = PieceSigner.workflow(
            WorkflowSigner(repository: "org/app", workflow: workflow, ref: "refs/tags/v1.0.0"))
        let minted = try mint.mint(
            EvidencePiece(content, by: signer, at: .absolute(time)), about: image, reference: repository)
        try registry.images.withLock { try $0.attach(minted, to: image, in: repository) }
    }

    private static func bundle(_ requirements: Requirements, elsewhere: Bool) throws -> PolicyBundle {
        let subject = try Glob("https://github.com/org/app/.github/workflows/release.yml@refs/tags/*")
        let signer = SignerRule.identity(IdentityPolicy(issuer: .exact(issuer), subject: .glob(subject)))
        var policy = DeployPolicy(
            name: "app", namespaces: [try Glob("app")], images: [try Glob("registry.example/org/*")],
            bindings: [
                Binding(
                    repository: "org/app", environments: ["prod"], signers: [signer],
                    deployers: [RequesterRule(issuer: .exact(issuer), subject: .exact(deployer))])
            ], requirements: requirements, gates: requirements.gates.map { Gate(name: $0, signers: [signer]) })
        if elsewhere { policy.evidenceRepositories = ["registry.example/org/evidence"] }
        guard let version = SemanticVersion("1.0.0") else { throw Problem(text: "1.0.0 is no version") }
        return PolicyBundle(
            manifest: BundleManifest(name: "harbour", version: version, expires: opening + .seconds(90 * 86_400)),
            digest: Digest.of(Array("harbour".utf8)), origin: .signed(roles: ["policy"]), policies: [policy],
            environments: [
                EnvironmentMap(
                    name: "harbour",
                    entries: [.init(clusters: ["eu-1"], namespaces: [try Glob("app")], environment: "prod")])
            ],
            clusters: [
                ClusterIdentity(
                    cluster: "eu-1",
                    users: [ClusterIdentity.UserMapping(issuer: issuer, usernamePrefix: "\(issuer)#")])
            ], trustRoots: [TrustRootDocument(name: "harbour", source: .publicGood)])
    }

    func admitter(
        _ cache: EvidenceCache?, wasAdmitted: Bool = false, fetching: EvidenceFetching = EvidenceFetching()
    ) throws -> Admitter {
        try Admitter(
            bundle: bundle, cluster: "eu-1", places: registry, records: Remembered(isSo: wasAdmitted), cache: cache,
            fetching: fetching)
    }

    /// A Deployment that is new, or that is scaled up as it is.
    static func request(_ images: [String] = ["a"], scalesUp: Bool = false) throws -> AdmissionRequest {
        func deployment(replicas: Int64) -> JSONValue {
            let containers = images.map { name -> JSONValue in
                ["name": .string(name), "image": .string("\(repository)@\(image(name))")]
            }
            return [
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": ["name": "app", "namespace": "app", "uid": "deployment-1"],
                "spec": [
                    "replicas": .integer(replicas), "selector": ["matchLabels": ["app": "app"]],
                    "template": [
                        "metadata": ["labels": ["app": "app"], "annotations": ["mc.repo": "org/app"]],
                        "spec": ["containers": .array(containers)],
                    ],
                ],
            ]
        }
        let review: JSONValue = [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "request": [
                "uid": "6ebe49d6-642d-41a1-b498-a4140b6827b8",
                "kind": ["group": "apps", "version": "v1", "kind": "Deployment"],
                "resource": ["group": "apps", "version": "v1", "resource": "deployments"], "name": "app",
                "namespace": "app", "operation": scalesUp ? "UPDATE" : "CREATE",
                "userInfo": ["username": .string("\(issuer)#\(deployer)"), "groups": ["system:authenticated"]],
                "object": deployment(replicas: scalesUp ? 3 : 1),
                "oldObject": scalesUp ? deployment(replicas: 1) : .null, "dryRun": false,
            ],
        ]
        return try AdmissionReview(parsing: review.canonical).request
    }

    struct Problem: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }
}

/// A record that knows every template, or none.
struct Remembered: AdmissionRecords {
    let isSo: Bool

    func history(_ query: RecordQuery) async -> AdmissionHistory {
        var history = AdmissionHistory()
        guard isSo else { return history }
        history.templates = query.templates.map {
            .init(ownerUID: $0.ownerUID, templateDigest: $0.digest, at: Harbour.opening)
        }
        return history
    }
}

/// Registries in memory that count, delay, fail and hang as they are told.
final class Registry: EvidencePlaces {
    struct Behaviour: Sendable {
        /// How long the answer to a question takes, by the question and how often anything was asked.
        var delay: @Sendable (String, Int) -> Duration = { _, _ in .zero }
        /// Questions that are never answered, not even when nobody waits any more.
        var hangs: @Sendable (String) -> Bool = { _ in false }
        /// Questions whose answer waits until this is over; they heed cancellation.
        var holds: @Sendable (String) -> Bool = { _ in false }
        /// Questions that fail.
        var fails: @Sendable (String) -> Bool = { _ in false }
    }

    let images = Mutex(MemoryImages())
    let behaviour = Mutex(Behaviour())
    fileprivate let counts = Mutex<(asked: [String], running: Int, most: Int)>(([], 0, 0))

    /// Everything that was asked so far.
    var asked: [String] { counts.withLock { $0.asked } }
    /// How many questions are open.
    var open: Int { counts.withLock { $0.running } }
    /// How many questions were open at once, at most.
    var most: Int { counts.withLock { $0.most } }

    func isDown(_ isDown: Bool) { behaviour.withLock { $0.fails = { _ in isDown } } }

    func sources(for image: ImageReference, and further: [String]) throws(RegistryError) -> [any ImageSource] {
        let sources: Result<[any ImageSource], RegistryError> = images.withLock { images in
            Result { () throws(RegistryError) in try images.sources(for: image, and: further) }
        }
        return try sources.get().map { CountedSource(source: $0, registry: self) }
    }
}

private struct CountedSource: ImageSource {
    let source: any ImageSource
    let registry: Registry

    var place: RegistryError.Place { source.place }

    private func ask<Value: Sendable>(
        _ question: String, _ answer: () async throws(RegistryError) -> Value
    ) async throws(RegistryError) -> Value {
        let number = registry.counts.withLock { counts in
            counts.asked.append(question)
            counts.running += 1
            counts.most = max(counts.most, counts.running)
            return counts.asked.count
        }
        defer { registry.counts.withLock { $0.running -= 1 } }
        let behaviour = registry.behaviour.withLock { $0 }
        if behaviour.hangs(question) {
            // Deaf to cancellation, for as long as a test may take.
            let end = ContinuousClock.now + .seconds(90)
            while ContinuousClock.now < end, registry.behaviour.withLock({ $0.hangs })(question) {
                await Task { try? await Task.sleep(for: .milliseconds(50)) }.value
            }
        }
        while !Task.isCancelled, registry.behaviour.withLock({ $0.holds })(question) {
            try? await Task.sleep(for: .milliseconds(1))
        }
        let delay = behaviour.delay(question, number)
        if delay > .zero { try? await Task.sleep(for: delay) }
        if Task.isCancelled { throw RegistryError(.cancelled, "\(question): the caller gave up", at: place) }
        if behaviour.fails(question) {
            throw RegistryError(.unavailable, "\(question): the registry is down", at: place)
        }
        return try await answer()
    }

    func resolve(_ selector: ImageSelector) async throws(RegistryError) -> Descriptor {
        try await ask("\(selector)") { () async throws(RegistryError) in try await source.resolve(selector) }
    }

    func document(_ digest: Digest, size: Int?) async throws(RegistryError) -> ImageDocument {
        try await ask("manifest \(digest)") { () async throws(RegistryError) in
            try await source.document(digest, size: size)
        }
    }

    func blob(_ digest: Digest, size: Int?, cap: Cap) async throws(RegistryError) -> [UInt8] {
        try await ask("blob \(digest)") { () async throws(RegistryError) in
            try await source.blob(digest, size: size, cap: cap)
        }
    }

    func referrers(of digest: Digest, artifactType: String?) async throws(RegistryError) -> [Descriptor] {
        try await ask("referrers of \(digest)") { () async throws(RegistryError) in
            try await source.referrers(of: digest, artifactType: artifactType)
        }
    }

    func attachments(_ kind: CosignAttachment, to digest: Digest) async throws(RegistryError) -> [Descriptor] {
        try await ask("\(kind.rawValue) of \(digest)") { () async throws(RegistryError) in
            try await source.attachments(kind, to: digest)
        }
    }
}

/// Counts what the cache tells.
final class Counters: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    subscript(name: String) -> Int { counts.withLock { $0[name] ?? 0 } }

    private func add(_ name: String, _ number: Int = 1) { counts.withLock { $0[name, default: 0] += number } }

    var metrics: EvidenceMetrics {
        var metrics = EvidenceMetrics()
        metrics.memoryHit = { self.add("memory") }
        metrics.diskHit = { self.add("disk") }
        metrics.miss = { self.add("miss") }
        metrics.negativeHit = { self.add($0.rawValue) }
        metrics.staleUse = { self.add("stale") }
        metrics.fetched = { _, outcome in self.add("fetched \(outcome.rawValue)") }
        metrics.evicted = { self.add("evicted", $0) }
        metrics.corrupt = { self.add("corrupt") }
        metrics.unwritable = { self.add("unwritable") }
        return metrics
    }
}

extension Decision {
    var words: String { "\(outcome) \(findings.map { "\($0.disposition) \($0.finding)" })" }
    var dispositions: Set<Disposition> { Set(findings.map(\.disposition)).subtracting([.explains]) }
}

/// Waits until something is so; `false` when it does not become so for a minute.
func eventually(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return condition()
}
