package import Core

extension WaiverBook {
    /// How many documents are looked at.
    package static let maximumFiles = Cap("waiver documents", 10_000)

    /// The waivers that hold, and what is wrong with the other documents: a bad one never counts and takes none of the
    /// others with it.
    ///
    /// - Parameters:
    ///   - files: signed waivers and revocation lists by path; the path is for messages only.
    ///   - bundle: whose approvers and terms count.
    ///   - rules: which rules may be waived.
    ///   - trust: whose role `revocations` may sign revocation lists beside the approvers.
    ///   - now: the present; a revocation list that was issued later does not keep waivers alive.
    package static func verifying(
        _ files: some Sequence<(path: String, bytes: [UInt8])>, bundle: PolicyBundle, rules: WaivableRules = .standard,
        trust: RoleTrust? = nil, now: Instant
    ) -> (book: WaiverBook, problems: [WaiverProblem]) {
        let verifier = WaiverVerifier(bundle: bundle, rules: rules, trust: trust)
        var problems: [WaiverProblem] = []
        var waivers: [WaiverVerifier.Verified] = []
        var lists: [(list: RevocationList, file: String)] = []
        var drafts: [(digest: Digest, problem: WaiverProblem)] = []
        var signed: Set<Digest> = []
        for (index, file) in files.enumerated() {
            if index >= maximumFiles.limit {
                problems.append(
                    WaiverProblem(
                        .tooLarge, "\(CapExceeded(cap: maximumFiles, seen: index + 1)); no waiver counts",
                        file: file.path))
                // Which of them count must not depend on which come first.
                return (WaiverBook(entries: [], revocations: nil), problems)
            }
            do throws(WaiverProblem) {
                if Self.isDraft(file.path) {
                    drafts.append(Self.draft(file.bytes, file.path))
                    continue
                }
                let document = try Self.document(file.bytes, file.path)
                if document.claimedType.isSame(as: RevocationList.payloadType) {
                    lists.append((try verifier.verifyRevocations(document, file: file.path), file.path))
                } else {
                    signed.insert(.of(document.unverifiedPayload))
                    waivers.append(try verifier.verify(document, file: file.path))
                }
            } catch {
                problems.append(error)
            }
        }
        // A draft that was signed has said all it had to; what the signatures are worth is told of the document.
        problems += drafts.filter { !signed.contains($0.digest) }.map(\.problem)
        let (entries, beside) = Self.entries(waivers, verifier)
        problems += beside
        for (list, file) in lists where list.issued > now {
            problems.append(
                WaiverProblem(
                    .revocations, "it was issued at \(list.issued), in the future; now is \(now)", file: file,
                    field: "issued"))
        }
        problems += Self.gaps(lists, now)
        let revocations = Self.revocations(
            lists.map(\.list), maximumAge: bundle.manifest.waivers.revocationsMaxAge, now: now)
        return (WaiverBook(entries: entries, revocations: revocations), problems)
    }

    private static func isDraft(_ path: String) -> Bool { path.hasSuffix(".yaml") || path.hasSuffix(".yml") }

    /// What would be signed of a draft, and the problem that it is one.
    private static func draft(_ bytes: [UInt8], _ path: String) -> (digest: Digest, problem: WaiverProblem) {
        let waiver = try? WaiverDocument.read(yaml: bytes, file: path)
        return (
            .of(waiver.map(WaiverDocument.payload) ?? bytes),
            WaiverProblem(
                .unsigned, "a draft that nobody signed does not count; sign it by mc waiver sign", file: path)
        )
    }

    private static func document(_ bytes: [UInt8], _ path: String) throws(WaiverProblem) -> SignedDocument {
        do {
            return try SignedDocument(parsing: bytes)
        } catch {
            throw WaiverProblem(.malformed, error.message, file: path, field: error.field)
        }
    }

    private static func entries(
        _ waivers: [WaiverVerifier.Verified], _ verifier: WaiverVerifier
    ) -> ([Entry], [WaiverProblem]) {
        // Copies of one waiver are one waiver.
        var unique: [Digest: WaiverVerifier.Verified] = [:]
        for waiver in waivers where unique[waiver.digest] == nil { unique[waiver.digest] = waiver }
        let all = unique.values.sorted { $0.digest.hex < $1.digest.hex }
        var entries: [Entry] = []
        var problems: [WaiverProblem] = []
        for candidate in all {
            let twin = all.first { $0.waiver.id.isSame(as: candidate.waiver.id) && $0.digest != candidate.digest }
            if let twin {
                problems.append(
                    WaiverProblem(
                        .duplicate,
                        "\(twin.file) has the same id and says something else; neither counts, give one a new id",
                        file: candidate.file, id: candidate.waiver.id, field: "metadata.name"))
            } else if let problem = verifier.renewalProblem(candidate, among: all) {
                problems.append(problem)
            } else {
                entries.append(Entry(waiver: candidate.waiver, digest: candidate.digest))
            }
        }
        return (entries, problems)
    }

    /// What is revoked in any list stays revoked; how fresh the knowledge is, the newest list of the past says.
    private static func revocations(
        _ lists: [RevocationList], maximumAge: Duration, now: Instant
    ) -> Revocations? {
        guard let newest = Self.newest(lists, now) else { return nil }
        var revoked: [Digest: Instant] = [:]
        var reasons: [Digest: String] = [:]
        for entry in lists.flatMap(\.revoked) {
            if let known = revoked[entry.digest], known <= entry.at { continue }
            revoked[entry.digest] = entry.at
            reasons[entry.digest] = entry.reason
        }
        return Revocations(
            revoked: revoked, reasons: reasons, issued: newest.issued, staleAt: newest.issued + maximumAge,
            isIncomplete: Set(newest.revoked.map(\.digest)).count < revoked.count)
    }

    /// The newest list of the past; of several of one instant the one that revokes most.
    private static func newest(_ lists: [RevocationList], _ now: Instant) -> RevocationList? {
        lists.filter { $0.issued <= now }
            .max { ($0.issued, $0.revoked.count) < ($1.issued, $1.revoked.count) }
    }

    /// The lists that revoke what the newest does not.
    private static func gaps(_ lists: [(list: RevocationList, file: String)], _ now: Instant) -> [WaiverProblem] {
        guard let newest = newest(lists.map(\.list), now) else { return [] }
        let known = Set(newest.revoked.map(\.digest))
        return lists.compactMap { list, file in
            guard let first = list.revoked.first(where: { !known.contains($0.digest) }) else { return nil }
            return WaiverProblem(
                .revocations,
                "it revokes \(first.id), which the newest list, of \(newest.issued), lacks; no waiver counts until that "
                    + "is issued anew by mc waiver revoke --refresh, which takes over both",
                file: file, field: "revoked")
        }
    }
}
