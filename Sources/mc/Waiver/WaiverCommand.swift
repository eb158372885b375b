import ArgumentParser
import Core
import Policy

struct WaiverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waiver",
        abstract: "Write, sign, list and revoke waivers.",
        subcommands: [WaiverCreate.self, WaiverSign.self, WaiverList.self, WaiverShow.self, WaiverRevoke.self])

    /// Without a subcommand nothing was asked that could be good.
    func run() throws { try Self.missSubcommand() }
}

/// The bundle whose approvers and terms waivers are held against.
struct WaiverPolicyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The policy bundle whose approvers and terms count.", valueName: "folder"))
    var policy: String?

    @Option(
        help: ArgumentHelp(
            """
            The RoleTrust document that says whose signatures on the bundle count; $MC_POLICY_TRUST when absent. \
            Without one the bundle is taken as it is.
            """,
            valueName: "file"))
    var trust: String?

    /// What waivers are held against; `nil` when no bundle was given.
    ///
    /// - Throws: ``InputError`` or ``BundleError``.
    func load(_ now: Instant) throws -> (bundle: PolicyBundle, trust: RoleTrust?)? {
        guard let policy else {
            if trust != nil { throw UsageError("--trust is about the signatures of a bundle; give --policy as well") }
            return nil
        }
        let file = PolicyTrust.file(trust)
        let bundle = try PolicyFolder.bundle(policy, trust: file, now: now)
        return (bundle, try file.map(PolicyFolder.trust))
    }

    /// What waivers are held against, where nothing can be done without.
    ///
    /// - Throws: ``UsageError`` when no bundle was given, ``InputError`` or ``BundleError``.
    func demand(_ now: Instant) throws -> (bundle: PolicyBundle, trust: RoleTrust?) {
        guard let loaded = try load(now) else { throw UsageError("whose approvers count? Give --policy FOLDER") }
        return loaded
    }
}

/// A waiver's file: a draft in YAML, or a signed document.
enum WaiverFile {
    enum Content {
        case draft(Waiver)
        case signed(SignedDocument, Waiver)
        case revocations(SignedDocument, RevocationList)
    }

    /// Reads a waiver or a revocation list; its signatures are not verified.
    ///
    /// - Throws: ``InputError`` or ``YAMLError``.
    static func read(_ path: String) throws -> Content {
        let bytes = try InputFile.read(path, cap: SignedDocument.maximumSize)
        if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
            return .draft(try WaiverDocument.read(yaml: bytes, file: path))
        }
        let document: SignedDocument
        do {
            document = try SignedDocument(parsing: bytes)
        } catch {
            throw InputError(path, "\(error)")
        }
        if document.claimedType == RevocationList.payloadType {
            do {
                return .revocations(document, try RevocationList(payload: document.unverifiedPayload))
            } catch {
                throw InputError(path, "\(error)")
            }
        }
        guard document.claimedType == WaiverDocument.payloadType else {
            throw InputError(path, "is signed as \(document.claimedType), not as a waiver")
        }
        return .signed(document, try WaiverDocument.read(yaml: document.unverifiedPayload, file: path))
    }
}

/// A waiver as rows for people and as JSON.
enum WaiverReport {
    static func rows(_ waiver: Waiver) -> [(String, String)] {
        [
            ("rule", waiver.rule.rawValue), ("namespace", waiver.scope.namespace), ("image", "\(waiver.scope.image)"),
            ("class", waiver.waiverClass), ("owner", waiver.owner),
            ("approvedBy", waiver.approvers.joined(separator: ", ")), ("reason", waiver.reason),
            ("notBefore", "\(waiver.notBefore)"), ("expires", "\(waiver.expires)"),
            ("digest", "\(Digest.of(WaiverDocument.payload(waiver)))"),
        ]
    }

    static func words(_ standing: WaiverStanding) -> String {
        switch standing {
        case .active: "active"
        case .notYetValid: "not yet valid"
        case .expired(let since): "expired at \(since)"
        case .revoked(let since): "revoked at \(since)"
        case .void(let reason): "void: \(reason)"
        }
    }

    /// A revocation as a line that tells which waiver, since when and why.
    static func line(_ entry: RevocationList.Entry) -> String {
        "\(entry.id.printable) \(entry.digest) at \(entry.at): \(entry.reason.printable)"
    }

    static func json(_ entry: RevocationList.Entry) -> JSONValue {
        [
            "id": .string(entry.id), "digest": .string("\(entry.digest)"), "at": .string("\(entry.at)"),
            "reason": .string(entry.reason),
        ]
    }

    static func json(_ waiver: Waiver) -> JSONValue {
        [
            "id": .string(waiver.id), "digest": .string("\(Digest.of(WaiverDocument.payload(waiver)))"),
            "rule": .string(waiver.rule.rawValue), "namespace": .string(waiver.scope.namespace),
            "image": .string("\(waiver.scope.image)"), "class": .string(waiver.waiverClass),
            "owner": .string(waiver.owner), "approvedBy": .array(waiver.approvers.map { .string($0) }),
            "reason": .string(waiver.reason), "notBefore": .string("\(waiver.notBefore)"),
            "expires": .string("\(waiver.expires)"),
        ]
    }

    static func json(_ problem: WaiverProblem) -> JSONValue {
        [
            "code": .string("\(problem.code)"), "file": .string(problem.file),
            "id": problem.id.map { .string($0) } ?? .null, "field": .string(problem.field),
            "message": .string(problem.message),
        ]
    }
}
