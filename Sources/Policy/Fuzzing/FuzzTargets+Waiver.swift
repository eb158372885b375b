internal import Core
internal import YAML

extension FuzzTargets {
    // Ed25519, because it is fast and its signatures are the same each time.
    private static let approver = try? PrivateKey(generating: .ed25519)
    private static let now = Instant(seconds: 1_770_000_000)
    private static let fuzzedFile = "fuzz.dsse.json"

    /// A signed waiver, its payload, a revocation list, and what else is read of bundles.
    ///
    /// What is fuzzed is everything behind the signature, too, so payloads are signed here by an approver's key.
    public static func waiver(_ bytes: [UInt8]) -> String? {
        guard let approver else { return "a key can be made" }
        var payloads = [bytes]
        if let document = try? SignedDocument(parsing: bytes) {
            guard (try? SignedDocument(parsing: document.bytes)) == document else { return "an envelope reads the same" }
            if let violation = unsigned(bytes, approver) { return violation }
            payloads.append(document.unverifiedPayload)
        }
        for payload in payloads {
            if let violation = signed(payload, approver) ?? list(payload, approver) ?? others(payload) {
                return violation
            }
        }
        return draft(bytes)
    }

    private static func bundle(_ key: PrivateKey) -> PolicyBundle? {
        guard let version = SemanticVersion("1.0.0") else { return nil }
        let names = ["alice", "team-security"].map { BundleManifest.Approver(name: $0, keys: [key.publicKey]) }
        return PolicyBundle(
            manifest: BundleManifest(name: "fuzz", version: version, expires: now, approvers: names),
            digest: .of([]), origin: .unsigned, policies: [], environments: [], clusters: [], trustRoots: [])
    }

    private static func book(
        _ files: [(path: String, bytes: [UInt8])], _ key: PrivateKey
    ) -> (book: WaiverBook, problems: [WaiverProblem])? {
        bundle(key).map { WaiverBook.verifying(files, bundle: $0, now: now) }
    }

    private static func unsigned(_ bytes: [UInt8], _ key: PrivateKey) -> String? {
        guard let result = book([(fuzzedFile, bytes)], key) else { return nil }
        if !result.book.entries.isEmpty || result.book.revocations != nil { return "nobody signed this" }
        return result.problems.count == 1 ? nil : "what does not count is told once"
    }

    private static func signed(_ payload: [UInt8], _ key: PrivateKey) -> String? {
        guard
            let document = try? SignedDocument(payload: payload, type: WaiverDocument.payloadType, signers: [key]),
            let fresh = try? SignedDocument(
                payload: RevocationList(issued: now).payload, type: RevocationList.payloadType, signers: [key]),
            let (book, problems) = book([(fuzzedFile, document.bytes), ("list", fresh.bytes)], key)
        else { return "what is signed can be read" }
        if book.entries.count + problems.count != 1 { return "a waiver counts or a problem is told" }
        if let problem = problems.first { return line(problem.description) }
        guard let entry = book.entries.first else { return nil }
        let waiver = entry.waiver
        if WaiverDocument.payload(waiver) != payload || entry.digest != .of(payload) {
            return "a waiver has one payload and one digest"
        }
        if waiver.approvers.contains(where: { WaiverDocument.isSamePerson($0, waiver.owner) }) {
            return "nobody approves their own waiver"
        }
        if waiver.expires > waiver.notBefore + WaiverTerms.longestLife { return "no waiver lasts longer than any may" }
        if !PolicyRules.waivable.contains(waiver.rule) { return "only rules that may be waived are waived" }
        if waiver.scope.namespace.utf8.contains(where: { "*?[".utf8.contains($0) }) { return "a scope is one namespace" }
        if book.standing(of: entry, at: waiver.expires) == .active { return "an expired waiver does not count" }
        if book.standing(of: entry, at: waiver.notBefore - .seconds(1)) == .active { return "nor one that is to come" }
        return nil
    }

    private static func list(_ payload: [UInt8], _ key: PrivateKey) -> String? {
        guard
            let document = try? SignedDocument(payload: payload, type: RevocationList.payloadType, signers: [key]),
            let (book, problems) = book([(fuzzedFile, document.bytes)], key)
        else { return "what is signed can be read" }
        for problem in problems {
            if let violation = line(problem.description) { return violation }
        }
        if let revocations = book.revocations, revocations.issued > now { return "no list is of the future" }
        guard let list = try? RevocationList(payload: payload) else {
            return book.revocations == nil ? nil : "a list that cannot be read does not count"
        }
        return (try? RevocationList(payload: list.payload)) == list ? nil : "a list reads the same"
    }

    private static func others(_ payload: [UInt8]) -> String? {
        if let order = try? RollbackOrder(verified: payload), (try? RollbackOrder(verified: order.payload)) != order {
            return "a rollback reads the same"
        }
        if let memory = try? VersionMemory(parsing: payload),
            (try? VersionMemory(parsing: memory.json.canonical)) != memory
        {
            return "a memory of versions reads the same"
        }
        return nil
    }

    private static func draft(_ bytes: [UInt8]) -> String? {
        _ = try? RoleTrust(parsing: bytes, file: fuzzedFile)
        guard let waiver = try? WaiverDocument.read(yaml: bytes, file: fuzzedFile) else { return nil }
        let written = Array(YAMLWriter.text(WaiverDocument.json(waiver)).utf8)
        guard (try? WaiverDocument.read(yaml: written, file: fuzzedFile)) == waiver else {
            return "a draft reads as it was written"
        }
        let read = try? WaiverDocument.read(verified: WaiverDocument.payload(waiver), file: fuzzedFile)
        return read == waiver ? nil : "a draft can be signed"
    }

    private static func line(_ text: String) -> String? {
        text.utf8.contains { $0 < 0x20 } ? "a message is one line" : nil
    }
}
