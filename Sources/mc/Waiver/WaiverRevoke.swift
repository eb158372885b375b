import ArgumentParser
import Core
import Policy

struct WaiverRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke a waiver, or issue the revocation list anew.",
        discussion: """
            Appends to revocations.dsse.json in the folder and signs it by the key of an approver of the bundle, or of \
            the role revocations; exit 1 when the keys are nobody's who may. A list that grows old voids every waiver, \
            so issue it anew in time: mc waiver revoke --refresh.
            """)

    @Argument(help: ArgumentHelp("The waiver's id.", valueName: "id"))
    var id: String?

    @Option(help: ArgumentHelp("The folder of waivers.", valueName: "folder"))
    var dir: String

    @Option(help: "Why.")
    var reason: String?

    @Flag(help: "Issue the list anew without revoking anything.")
    var refresh = false

    @Flag(help: "Replace a list that does not verify; what it revoked is printed and must be revoked again.")
    var replace = false

    @OptionGroup var keys: KeyOptions
    @OptionGroup var policy: WaiverPolicyOptions

    func run() throws {
        let signers = try keys.signers()
        let now = Instant(seconds: Instant.now.seconds)
        let (bundle, trust) = try policy.demand(now)
        let verifier = WaiverVerifier(bundle: bundle, trust: trust)
        var list = try present(verifier, now)
        list.issued = now
        var revoked: [RevocationList.Entry] = []
        switch (id, refresh) {
        case (let id?, false):
            guard let reason else { throw UsageError("why? Give --reason TEXT") }
            revoked = try entries(of: id, reason: reason, now)
            let known = list.revoked
            list.revoked += revoked.filter { entry in !known.contains { $0.digest == entry.digest } }
        case (nil, true): break
        default: throw UsageError("give either the id of a waiver or --refresh")
        }
        let document = try SignedDocument(payload: list.payload, type: RevocationList.payloadType, signers: signers)
        let path = "\(dir)/\(RevocationList.fileName)"
        do {
            // A list that nobody believes would void every waiver and hide what was revoked.
            _ = try verifier.verifyRevocations(document, file: path)
        } catch {
            Console.standard.error(
                "mc: nothing was written, as your keys may not sign a revocation list: \(error)".printable)
            throw Outcome.refused
        }
        try OutputFile.write(document.bytes, to: path)
        for entry in revoked { Console.standard.print("revoked  \(entry.id.printable) \(entry.digest)") }
        Console.standard.print("issued   \(path.printable), \(list.revoked.count) revoked")
    }

    /// What is revoked by now, in all lists of the folder that verify.
    ///
    /// - Throws: ``Outcome/refused`` when the list that would be replaced does not verify.
    private func present(_ verifier: WaiverVerifier, _ now: Instant) throws -> RevocationList {
        guard InputFile.isDirectory(dir) else { throw InputError(dir, "there is no such folder") }
        var whole = RevocationList(issued: now)
        for (name, bytes) in try PolicyFolder.read(dir) {
            let isReplaced = name == RevocationList.fileName
            let document = try? SignedDocument(parsing: bytes)
            guard isReplaced || document?.claimedType == RevocationList.payloadType else { continue }
            let list: RevocationList
            do {
                list = try verifier.verifyRevocations(SignedDocument(parsing: bytes), file: name)
            } catch {
                guard isReplaced else { continue }
                try leaveOut(document, "\(error)")
                continue
            }
            guard list.issued <= now else {
                throw InputError(
                    "\(dir)/\(name)", "was issued at \(list.issued), in the future; check this machine's clock")
            }
            for entry in list.revoked where !whole.revoked.contains(where: { $0.digest == entry.digest }) {
                whole.revoked.append(entry)
            }
        }
        return whole
    }

    /// Tells what is lost with a list that does not verify, and refuses to lose it unless that was asked for.
    private func leaveOut(_ document: SignedDocument?, _ reason: String) throws {
        let console = Console.standard
        console.error("mc: the list that is there does not verify: \(reason)".printable)
        let claimed = document.flatMap { try? RevocationList(payload: $0.unverifiedPayload) }?.revoked ?? []
        for entry in claimed { console.error((replace ? "left out  " : "it revokes  ") + WaiverReport.line(entry)) }
        if claimed.isEmpty { console.error("it revokes nothing that could be read") }
        guard !replace else { return }
        console.error(
            "mc: nothing was written. Get back the list that was delivered last, or give the --policy or --trust by which "
                + "it verifies; --replace puts a list in its place that revokes none of these")
        throw Outcome.refused
    }

    /// Every signed waiver of that id in the folder, whatever it says.
    private func entries(of id: String, reason: String, _ now: Instant) throws -> [RevocationList.Entry] {
        let found = try PolicyFolder.read(dir).compactMap { file -> RevocationList.Entry? in
            guard let document = try? SignedDocument(parsing: file.bytes),
                document.claimedType == WaiverDocument.payloadType,
                let waiver = try? WaiverDocument.read(yaml: document.unverifiedPayload, file: file.path),
                waiver.id == id
            else { return nil }
            return RevocationList.Entry(id: id, digest: .of(document.unverifiedPayload), at: now, reason: reason)
        }
        guard !found.isEmpty else {
            throw InputError(dir, "holds no signed waiver \(id.printable); mc waiver list names what there is")
        }
        return found
    }
}
