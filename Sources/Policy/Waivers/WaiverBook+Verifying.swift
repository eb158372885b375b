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
                let document = try Self.document(file.bytes, file.path)
                if document.claimedType.isSame(as: RevocationList.payloadType) {
                    lists.append((try verifier.verifyRevocations(document, file: file.path), file.path))
                } else {
                    waivers.append(try verifier.verify(document, file: file.path))
                }
            } catch {
                problems.append(error)
            }
        }
        let (entries, beside) = Self.entries(waivers, verifier)
        problems += beside
        for (list, file) in lists where list.issued > now {
            problems.append(
                WaiverProblem(
                    .revocations, "it was issued at \(list.issued), in the future; now is \(now)", file: file,
                    field: "issued"))
        }
        let revocations = Self.revocations(
            lists.map(\.list), maximumAge: bundle.manifest.waivers.revocationsMaxAge, now: now)
        return (WaiverBook(entries: entries, revocations: revocations), problems)
    }

    private static func document(_ bytes: [UInt8], _ path: String) throws(WaiverProblem) -> SignedDocument {
        if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
            throw WaiverProblem(
                .unsigned, "a draft that nobody signed does not count; sign it by mc waiver sign", file: path)
        }
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
        guard let newest = lists.map(\.issued).filter({ $0 <= now }).max() else { return nil }
        var revoked: [Digest: Instant] = [:]
        for entry in lists.flatMap(\.revoked) {
            revoked[entry.digest] = min(revoked[entry.digest] ?? entry.at, entry.at)
        }
        return Revocations(revoked: revoked, issued: newest, staleAt: newest + maximumAge)
    }
}
