import Attestation
import Core
import TestSupport

@testable import Policy

/// Pieces of evidence to draw from, minted once.
struct EvidencePool: Sendable {
    /// Of bound and listed signers, good and flawed; none of them an adverse word.
    let bound: [EvidenceItem]
    /// FAILED of listed signers: the one exception to monotonicity.
    let adverse: [EvidenceItem]
    /// Of signers whom nobody listed.
    let strangers: [EvidenceItem]

    private static let pools = Result { () throws -> [Digest: EvidencePool] in
        var pools: [Digest: EvidencePool] = [:]
        for image in [Scene.image, Scene.amd, Scene.arm] { pools[image] = try EvidencePool(about: image) }
        return pools
    }

    static func about(_ image: Digest) throws -> EvidencePool { try Scene.require(pools.get()[image]) }

    private init(about image: Digest) throws {
        let old = Scene.now - .seconds(40 * 86_400)
        let later = Scene.built + .seconds(3_600)
        let waiver = Scene.waiver("hermetic-required", id: "W-9")
        let stray = Party.release { $0.sourceRepositoryURI = "https://github.com/evil/app" }
        bound =
            try Scene.evidence(about: image) + [
                Mint.signature(about: image), Mint.signature(about: image, by: .second),
                Mint.signature(about: image, by: stray),
                Scene.provenance(about: image, builder: "https://evil.example"),
                Scene.provenance(about: image, source: "https://github.com/evil/app"),
                Scene.provenance(about: image, at: old), Scene.bill(about: image, describing: Digest.of([1])),
                Scene.bill(about: image, at: old), Scene.spdx(about: image),
                Scene.claims(about: image, hermetic: false), Scene.claims(about: image, version: "v1.0"),
                Scene.claims(about: image, unknown: "x"), Scene.claims(about: image, waivers: [waiver]),
                Scene.claims(about: image, at: old), Scene.gate(about: image, at: old),
                Scene.gate("unit", .warned, about: image, at: later), Scene.gate("lint", about: image),
                Scene.gate(about: image, at: old).logged(50), Scene.gate(about: image, at: later).logged(3),
                Scene.gate(about: image).timeless, Scene.bill(about: image).timeless,
                Scene.summary(about: image, environment: "staging", at: later),
                Scene.summary(about: image, expires: Scene.now), Scene.summary(about: image, environment: nil),
                Scene.summary(about: image, at: later).logged(60),
                Mint.statement("https://example.test/x", [:], about: image),
                Mint.statement(Scene.billType, ["bomFormat": "else"], about: image),
            ]
        adverse = try [
            Scene.gate("unit", .failed, about: image), Scene.gate("unit", .failed, about: image, at: old),
            Scene.gate("unit", .failed, about: image, at: later).logged(20),
            Scene.gate("unit", .failed, about: image).timeless, Scene.summary(.failed, about: image),
            Scene.summary(.failed, about: image, environment: nil, at: old),
            Scene.summary(.failed, about: image, environment: "staging", at: later),
        ]
        strangers = try [
            Mint.signature(about: image, by: .stranger), Scene.provenance(about: image, by: .stranger),
            Scene.bill(about: image, by: .stranger), Scene.claims(about: image, by: .stranger),
            Scene.gate(about: image, by: .stranger),
            Scene.gate("unit", .failed, about: image, by: .stranger, at: later),
            Scene.summary(about: image, by: .stranger), Scene.summary(.failed, about: image, by: .stranger, at: later),
            Mint.signature(about: image, by: .key(9)),
        ]
    }
}

extension Scene {
    /// A scene that may be allowed, denied or undetermined, each often enough.
    static func random(_ random: inout SeededGenerator) throws -> Scene {
        var scene = try Scene()
        try scene.varyPolicies(&random)
        try scene.varyEvidence(&random)
        scene.varyRequest(&random)
        scene.varyWaivers(&random)
        return scene
    }

    private mutating func varyPolicies(_ random: inout SeededGenerator) throws {
        if random.oneIn(3) { policies.append(try Self.plainPolicy("second")) }
        if random.oneIn(4) { policies.append(try Self.policy("third")) }
        for index in policies.indices {
            var policy = policies[index]
            if random.oneIn(3) { policy.mode = .audit }
            if random.oneIn(4) { policy.requirements.provenance = nil }
            if random.oneIn(4) { policy.requirements.sbom = nil }
            if random.oneIn(4) { policy.requirements.deliveryClaims = nil }
            if random.oneIn(4) { policy.requirements.gates = [] }
            if random.oneIn(3) { policy.requirements.promotedFrom = nil }
            if random.oneIn(4) { policy.requirements.verificationSummary = nil }
            if random.oneIn(6) { policy.requirements.signers = 2 }
            if random.oneIn(4) { policy.bindings.append(try Self.binding()) }
            if random.oneIn(4) {
                policy.bindings[0].signers = [try Party.second.rule()]
            }
            if random.oneIn(6) { policy.interactive = .deny }
            policies[index] = policy
        }
        if random.oneIn(5) { manifest.defaultMode = .audit }
        if random.oneIn(3) {
            manifest.waivers.waivable = [
                SignatureRules.identityMismatch.id, SignatureRules.signatureInvalid.id, SignerRules.evidenceMissing.id,
                SignerRules.repositoryMismatch.id,
            ].filter { _ in random.oneIn(2) }
        }
        if random.oneIn(30) { manifest.expires = now }
        if random.oneIn(5) { environments.append(EnvironmentMap(name: "again", entries: [environments[0].entries[0]])) }
    }

    private mutating func varyEvidence(_ random: inout SeededGenerator) throws {
        if random.oneIn(3) {
            split(
                index: try Self.some(&random, about: Self.image), amd: try Self.some(&random, about: Self.amd),
                arm: try Self.some(&random, about: Self.arm))
        } else {
            evidence = try Self.some(&random, about: Self.image)
        }
        if random.oneIn(4) { refused = [Self.refusal("identity-mismatch"), Self.refusal("signature-invalid")] }
        if random.oneIn(5) { facts.images[0].evidence.unread = ["b: 503", "a: timed out"] }
        if random.oneIn(6) { facts.history.admitted = [] }
        if random.oneIn(10) { facts.history.unavailable = "locked" }
        if random.oneIn(4) {
            let copy = facts.images[0]
            facts.images.append(copy)
            facts.images[1].uses = ["second"]
            if random.oneIn(4) { facts.images[1].repository = "org/other" }
        }
    }

    private static func some(_ random: inout SeededGenerator, about image: Digest) throws -> [EvidenceItem] {
        let pool = try EvidencePool.about(image)
        var items = random.oneIn(4) ? [] : try evidence(about: image)
        items += random.some(of: pool.bound).filter { _ in random.oneIn(3) }
        items += pool.adverse.filter { _ in random.oneIn(12) }
        items += pool.strangers.filter { _ in random.oneIn(4) }
        return items
    }

    private mutating func varyRequest(_ random: inout SeededGenerator) {
        switch random.below(12) {
        case 0: facts.requester = Requester(username: "alice")
        case 1: facts.requester = Requester(username: Self.flux)
        case 2, 3, 4:
            askAsController()
            if random.oneIn(2) { admitBefore() }
            if random.oneIn(8) { facts.owner = .absent }
            if random.oneIn(8) { facts.owner = .unavailable("timed out") }
        case 5:
            facts.change = .unchangedTemplate
            facts.object.uid = "own-uid"
            admitBefore(uid: "own-uid")
        case 6 where random.oneIn(2): facts.change = .interactive("exec")
        case 6 where random.oneIn(2): facts.change = .unknownKind
        case 6: facts.change = .harmless("deletion")
        default: break
        }
        if random.oneIn(20) { facts.environmentLabels = ["staging", "dev"] }
        if random.oneIn(20) { facts.images[0].repository = nil }
        if random.oneIn(20) { facts.namespace = "shared-1" }
        if random.oneIn(10) { facts.namespaceMode = random.oneIn(2) ? .stale : .enforce }
        for index in policies.indices where random.oneIn(6) {
            policies[index].requirements.sbom?.maxAge = .seconds(86_400 + Int64(random.below(80_000)))
        }
    }

    static let waivableRules: [RuleID] =
        PolicyRules.waivable + PolicyRules.mayBeMadeWaivable + [RequesterRules.mismatch.id, CoverageRules.noPolicy.id]

    static func anyWaiver(_ random: inout SeededGenerator, id: String) -> WaiverBook.Entry {
        waiver(
            waivableRules[random.below(waivableRules.count)], id: id,
            namespace: random.oneIn(8) ? "other" : "payments", image: random.oneIn(8) ? arm : image,
            notBefore: now + .seconds(random.oneIn(6) ? 60 : -200_000),
            expires: now + .seconds([60, 60, 60, 0, -60, -90_000][random.below(6)]))
    }

    private mutating func varyWaivers(_ random: inout SeededGenerator) {
        if random.oneIn(2) { waivers.append(Self.waiver("hermetic-required", id: "W-9")) }
        for number in 0..<random.below(6) { waivers.append(Self.anyWaiver(&random, id: "W-\(number)")) }
        switch random.below(10) {
        case 0: revocations = nil
        case 1: revoke("W-1")
        case 2: revoke("W-2", issued: now - .seconds(86_400))
        default: break
        }
    }

    /// Puts a change to the evidence in some place of some image.
    mutating func attach(_ random: inout SeededGenerator, _ pick: (EvidencePool) -> [EvidenceItem]) throws {
        for index in facts.images.indices {
            var evidence = facts.images[index].evidence
            if let digest = evidence.whole?.digest, random.oneIn(2) {
                evidence.whole?.verified += random.some(of: pick(try EvidencePool.about(digest)))
            }
            for platform in evidence.platforms.indices where random.oneIn(2) {
                let digest = evidence.platforms[platform].digest
                evidence.platforms[platform].verified += random.some(of: pick(try EvidencePool.about(digest)))
            }
            facts.images[index].evidence = evidence
        }
    }

    /// Takes away evidence that the filter lets go.
    mutating func detach(_ random: inout SeededGenerator, _ mayGo: (EvidenceItem) -> Bool) {
        for index in facts.images.indices {
            facts.images[index].evidence.whole?.verified.removeAll { mayGo($0) && random.oneIn(4) }
            for platform in facts.images[index].evidence.platforms.indices {
                facts.images[index].evidence.platforms[platform].verified.removeAll { mayGo($0) && random.oneIn(4) }
            }
        }
    }

    /// The same facts in another order.
    mutating func shuffle(_ random: inout SeededGenerator) {
        policies.shuffle(using: &random)
        environments.shuffle(using: &random)
        clusters.shuffle(using: &random)
        waivers.shuffle(using: &random)
        for index in policies.indices { policies[index].bindings.shuffle(using: &random) }
        for index in clusters.indices {
            clusters[index].users.shuffle(using: &random)
            clusters[index].gitOpsControllers.shuffle(using: &random)
            clusters[index].registryAliases.shuffle(using: &random)
        }
        for index in environments.indices { environments[index].entries.shuffle(using: &random) }
        facts.images.shuffle(using: &random)
        facts.environmentLabels.shuffle(using: &random)
        facts.requester.groups.shuffle(using: &random)
        facts.history.admitted.shuffle(using: &random)
        facts.history.templates.shuffle(using: &random)
        manifest.waivers.waivable.shuffle(using: &random)
        for index in facts.images.indices {
            var evidence = facts.images[index].evidence
            evidence.whole?.verified.shuffle(using: &random)
            evidence.whole?.refused.shuffle(using: &random)
            evidence.platforms.shuffle(using: &random)
            evidence.unread.shuffle(using: &random)
            for platform in evidence.platforms.indices { evidence.platforms[platform].verified.shuffle(using: &random) }
            facts.images[index].evidence = evidence
            facts.images[index].uses.shuffle(using: &random)
        }
        // A dictionary's order depends on its capacity.
        var extra: [String: [String]] = [:]
        extra.reserveCapacity(random.below(64))
        for (key, values) in facts.requester.extra { extra[key] = values }
        facts.requester.extra = extra
    }
}

extension EvidenceItem {
    /// Whether it speaks against the image.
    var isAdverse: Bool {
        switch predicate {
        case .success(.testResult(let result)): result.result == .failed
        case .success(.verificationSummary(let summary)): summary.result == .failed
        default: false
        }
    }
}
