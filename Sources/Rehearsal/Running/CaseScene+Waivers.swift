internal import Core
internal import Policy

extension CaseScene {
    /// The case's waivers, signed by the stand-ins of the bundle's approvers and verified as all waivers are, with the
    /// digest of each by id.
    ///
    /// - Throws: ``RehearsalError`` when one of them does not hold: what a case describes is to reach the decision.
    func waivers() throws -> (book: WaiverBook, digests: [String: Digest]) {
        guard !script.waivers.isEmpty else { return (.none, [:]) }
        var files: [(path: String, bytes: [UInt8])] = []
        var digests: [String: Digest] = [:]
        for waiver in script.waivers {
            let signers = try waiver.approvers.map { (name) throws(RehearsalError) in try approver(name) }
            let payload = WaiverDocument.payload(waiver.waiver(at: script.at))
            digests[waiver.id] = Digest.of(payload)
            let signed = try SignedDocument(payload: payload, type: WaiverDocument.payloadType, signers: signers)
            files.append(("waivers/\(waiver.id)", signed.bytes))
        }
        if let issued = script.revocationsIssued?.instant(from: script.at) {
            files.append(("waivers/revocations", try revocations(issued, digests)))
        }
        let verified = WaiverBook.verifying(files, bundle: stage.bundle, rules: .standard, now: script.at)
        if let problem = verified.problems.first { throw RehearsalError(.waiver, "waivers: \(problem)") }
        return (verified.book, digests)
    }

    private func revocations(_ issued: Instant, _ digests: [String: Digest]) throws -> [UInt8] {
        let entries = try script.revoked.map { (id) throws(RehearsalError) in
            guard let digest = digests[id] else {
                throw RehearsalError(.waiver, "revocations: there is no waiver \(id) among the case's")
            }
            return RevocationList.Entry(id: id, digest: digest, at: script.at - .seconds(3_600), reason: "rehearsal")
        }
        guard let approver = script.waivers.first?.approvers.first else {
            throw RehearsalError(.waiver, "nobody approves the waivers")
        }
        return try SignedDocument(
            payload: RevocationList(issued: issued, revoked: entries).payload, type: RevocationList.payloadType,
            signers: [try self.approver(approver)]
        ).bytes
    }

    private func approver(_ name: String) throws(RehearsalError) -> PrivateKey {
        if let key = stage.approvers[name] { return key }
        let known = stage.approvers.keys.sorted().joined(separator: ", ")
        throw RehearsalError(
            .key, "the bundle has no approver \(name); \(known.isEmpty ? "it names none" : "named are \(known)")")
    }
}

extension CaseWaiver {
    fileprivate func waiver(at now: Instant) -> Waiver {
        Waiver(
            id: id, rule: rule, scope: Waiver.Scope(namespace: namespace, image: image), waiverClass: waiverClass,
            owner: owner, approvers: approvers.sorted(), reason: reason, notBefore: notBefore.instant(from: now),
            expires: expires.instant(from: now))
    }
}
