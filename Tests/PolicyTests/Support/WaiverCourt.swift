import Core

@testable import Policy

/// A bundle with approvers, and waivers signed for it.
struct WaiverCourt {
    static let now = Instant(seconds: 1_770_000_000)
    static let image = Digest.of(Array("image".utf8))
    static let rules = WaivableRules(
        always: ["hermetic-required", "gate-missing"],
        onDemand: ["image-digest-missing", "signature-invalid", "identity-mismatch"],
        known: ["environment-mismatch"])

    static let alice = key()
    static let bob = key()
    static let stranger = key()

    static func key() -> PrivateKey {
        guard let key = try? PrivateKey(generating: .p256) else { preconditionFailure("no key can be made") }
        return key
    }

    static func bundle(terms: WaiverTerms = WaiverTerms(), approvers: [(String, PrivateKey)]? = nil) -> PolicyBundle {
        guard let version = SemanticVersion("28.1.0") else { preconditionFailure("28.1.0 is a version") }
        let names = approvers ?? [("alice", alice), ("bob", bob)]
        let manifest = BundleManifest(
            name: "payments", version: version, expires: now + .seconds(86_400 * 30),
            approvers: names.map { .init(name: $0.0, keys: [$0.1.publicKey]) }, waivers: terms)
        return PolicyBundle(
            manifest: manifest, digest: .of([1]), origin: .signed(roles: ["policy"]), policies: [], environments: [],
            clusters: [], trustRoots: [])
    }

    /// A waiver that holds: an hour, by alice.
    static func waiver(_ change: (inout Waiver) -> Void = { _ in }) -> Waiver {
        var waiver = Waiver(
            id: "W-2026-014", rule: "hermetic-required", scope: .init(namespace: "payments", image: image),
            waiverClass: "emergency", owner: "team-payments", approvers: ["alice"], reason: "the mirror is down",
            notBefore: now - .seconds(600), expires: now + .seconds(3_000))
        change(&waiver)
        return waiver
    }

    static func sign(_ payload: [UInt8], _ type: String, _ keys: [PrivateKey]) throws -> [UInt8] {
        try SignedDocument(payload: payload, type: type, signers: keys).bytes
    }

    static func signed(_ waiver: Waiver, by keys: [PrivateKey] = [alice]) throws -> [UInt8] {
        try sign(WaiverDocument.payload(waiver), WaiverDocument.payloadType, keys)
    }

    static func signed(_ list: RevocationList, by keys: [PrivateKey] = [bob]) throws -> [UInt8] {
        try sign(list.payload, RevocationList.payloadType, keys)
    }

    /// A fresh list that revokes nothing.
    static func freshList() throws -> (path: String, bytes: [UInt8]) {
        ("revocations.dsse.json", try signed(RevocationList(issued: now - .seconds(60))))
    }

    /// What a waiver's JSON becomes after a change that its signature covers.
    static func forged(
        _ change: (inout JSONObject) -> Void, by keys: [PrivateKey] = [alice]
    ) throws -> [UInt8] {
        guard case .object(var document) = WaiverDocument.json(waiver()) else { return [] }
        change(&document)
        return try sign(JSONValue.object(document).canonical, WaiverDocument.payloadType, keys)
    }

    static func read(
        _ files: [(path: String, bytes: [UInt8])], bundle: PolicyBundle = bundle(), trust: RoleTrust? = nil
    ) throws -> (book: WaiverBook, problems: [WaiverProblem]) {
        WaiverBook.verifying(files + [try freshList()], bundle: bundle, rules: rules, trust: trust, now: now)
    }
}

extension JSONObject {
    /// Changes a member of `spec`.
    mutating func spec(_ name: String, _ value: JSONValue?) {
        guard case .object(var spec)? = self["spec"] else { return }
        spec[name] = value
        self["spec"] = .object(spec)
    }
}
