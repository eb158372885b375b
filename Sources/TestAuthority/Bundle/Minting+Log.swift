internal import Attestation
internal import Core

extension Minting {
    func entries(of signed: SignedContent) throws -> [MintedBundle.Entry] {
        if flaws.contains(.logEntryMissing) { return [] }
        let logged = try loggedSignature(signed)
        var entries: [MintedBundle.Entry] = []
        for record in request.records { entries.append(try entry(logged, record, index: authority.options.entryIndex)) }
        guard let first = request.records.first else { return entries }
        if flaws.contains(.duplicateLogEntry) { entries = [entries[0], entries[0]] }
        if flaws.contains(.sameLogTwice) {
            entries = [entries[0], try entry(logged, first, index: authority.options.entryIndex + 2)]
        }
        for case .tooManyEntries(let number) in flaws {
            let count = max(0, number)
            let distinct = try (0..<min(count, Self.distinctCopies)).map {
                try entry(logged, first, index: authority.options.entryIndex + $0)
            }
            entries = (0..<count).map { distinct[$0 % distinct.count] }
        }
        return entries
    }

    private func entry(
        _ logged: LoggedSignature, _ record: SigningRequest.Record, index: Int
    ) throws -> MintedBundle.Entry {
        let trusted = try authority.log(record.log)
        let impostor = authority.impostors.log(like: trusted)
        let log = flaws.contains(.foreignLog) ? impostor : trusted
        let others = authority.logs.filter { $0.baseURL != trusted.baseURL }
        let kind = record.kind ?? Self.usualKind(logged, in: log.generation)
        let minting = EntryMinting(
            log: log, impostor: impostor.key, otherLogID: others.first?.id ?? impostor.id,
            witnesses: authority.witnesses, witnessesFirst: authority.options.witnessesFirst, index: index,
            size: authority.options.treeSize, flaws: flaws)
        return try minting.entry(
            logged.body(kind), kind: kind, at: used, promise: record.promise, proof: record.proof)
    }

    /// What clients log today; an Ed25519 signature over an envelope has no hash that Rekor v2 could record.
    private static func usualKind(_ logged: LoggedSignature, in generation: LogGeneration) -> EntryKind {
        switch (generation, logged.content) {
        case (.v1, .artifact): .hashedRekord001
        case (.v1, .envelope): .dsse001
        case (.v2, .envelope) where logged.key.scheme == .ed25519: .dsse002
        case (.v2, _): .hashedRekord002
        }
    }

    private func loggedSignature(_ signed: SignedContent) throws -> LoggedSignature {
        var logged = LoggedSignature(
            content: loggedContent(signed.logged), signature: signed.signature, key: key, certificate: leaf)
        if flaws.contains(.logEntryOtherCertificate) {
            logged.certificate = try issue(for: key.publicKey, .person("mallory@example.com"))
        }
        if flaws.contains(.logEntryOtherKey) {
            logged.key = try key.anotherOfItsKind()
            logged.certificate = try leaf.map { _ in
                try issue(for: logged.key.publicKey, .person("mallory@example.com"))
            }
            try sign(again: signed.logged, into: &logged)
        }
        if flaws.contains(.logEntryOtherSignature) { try sign(again: signed.logged, into: &logged) }
        if flaws.contains(.unrelatedLogEntry) {
            let unrelated = Array("another artifact".utf8)
            switch signed.logged {
            case .message: try sign(again: .message(unrelated), into: &logged)
            case .envelope(let envelope):
                let other = Envelope(payload: unrelated, payloadType: envelope.payloadType, signatures: [])
                try sign(again: .envelope(other), into: &logged)
            }
        }
        return logged
    }

    private func sign(again content: SignedContent.Content, into logged: inout LoggedSignature) throws {
        switch content {
        case .message(let bytes):
            logged.signature = try logged.key.sign(bytes)
            logged.content = loggedContent(content)
        case .envelope(let envelope):
            logged.signature = try logged.key.sign(envelope.preAuthenticationEncoding)
            let resigned = Envelope(
                payload: envelope.payload, payloadType: envelope.payloadType,
                signatures: [Envelope.Signature(bytes: logged.signature)])
            logged.content = loggedContent(.envelope(resigned))
        }
    }

    private func loggedContent(_ content: SignedContent.Content) -> LoggedSignature.Content {
        switch content {
        case .message(let bytes): .artifact(.of(bytes, prehash))
        case .envelope(let envelope): .envelope(envelope, bytes: envelope.json.canonical)
        }
    }
}
