import ArgumentParser
import Core
import Policy

struct WaiverRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke a waiver, or issue the revocation list anew.",
        discussion: """
            Appends to revocations.dsse.json in the folder and signs it by the key of an approver. A list that grows old \
            voids every waiver, so issue it anew in time: mc waiver revoke --refresh.
            """)

    @Argument(help: ArgumentHelp("The waiver's id.", valueName: "id"))
    var id: String?

    @Option(help: ArgumentHelp("The folder of waivers.", valueName: "folder"))
    var dir: String

    @Option(help: "Why.")
    var reason: String?

    @Flag(help: "Issue the list anew without revoking anything.")
    var refresh = false

    @OptionGroup var keys: KeyOptions
    @OptionGroup var policy: WaiverPolicyOptions

    func run() throws {
        let signers = try keys.signers()
        let now = Instant(seconds: Instant.now.seconds)
        var list = try present(signers, now)
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
        try OutputFile.write(document.bytes, to: path)
        for entry in revoked { Console.standard.print("revoked  \(entry.id.printable) \(entry.digest)") }
        Console.standard.print("issued   \(path.printable), \(list.revoked.count) revoked")
    }

    /// The list as it is; one whose signature nobody here can check is not signed anew.
    private func present(_ signers: [PrivateKey], _ now: Instant) throws -> RevocationList {
        let path = "\(dir)/\(RevocationList.fileName)"
        guard InputFile.isDirectory(dir) else { throw InputError(dir, "there is no such folder") }
        guard InputFile.exists(path) else { return RevocationList(issued: now) }
        let bytes = try InputFile.read(path, cap: SignedDocument.maximumSize)
        var keys = signers.map(\.publicKey)
        if let (bundle, trust) = try policy.load(now) {
            keys += bundle.manifest.approvers.flatMap(\.keys)
            keys += trust?.role(RoleTrust.revocations)?.keys ?? []
        }
        let list: RevocationList
        do {
            let payload = try SignedDocument(parsing: bytes).payload(
                type: RevocationList.payloadType, keys: keys, role: "yours and the approvers'")
            list = try RevocationList(payload: payload)
        } catch {
            throw InputError(
                path, "\(error). If another approver signed the list, give --policy so that it can be verified")
        }
        guard list.issued <= now else {
            throw InputError(path, "was issued at \(list.issued), in the future; check this machine's clock")
        }
        return list
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
