internal import Attestation
internal import Core
internal import Policy

/// Signers as Kyverno's attestors.
///
/// Identities are always said by regular expressions: in Kyverno's wildcards a `.` stands for any character, so
/// `github.com` would let `github-com` in.
struct Attestors {
    /// Whether signatures must be in a transparency log; not where the bundle trusts keys alone.
    let usesLogs: Bool

    init(_ plan: RenderPlan, _ policy: DeployPolicy) {
        let roots = plan.bundle.trustRoots.filter { root in
            policy.trustRoots.isEmpty || policy.trustRoots.contains { $0.isSame(as: root.name) }
        }
        usesLogs = roots.isEmpty || roots.contains { $0.source != .keysOnly }
    }

    static let publicLog = "https://rekor.sigstore.dev"

    /// Signers of a ClusterPolicy, of which so many must have signed.
    ///
    /// - Throws: ``RenderError`` when Kyverno would read one differently.
    func entries(_ signers: [SignerRule], count: Int, field: String) throws(RenderError) -> JSONValue {
        var entries: [JSONValue] = []
        for signer in signers {
            switch signer {
            case .identity(let identity):
                entries.append([
                    "keyless": Value.object(
                        try members(of: identity, field: field) { (text) throws(RenderError) in
                            try KyvernoText.plain(text, field: field)
                        } + [("rekor", ["url": .string(Self.publicLog)])])
                ])
            case .key(let key, _):
                entries.append([
                    "keys": Value.object([
                        ("publicKeys", .string(Self.pem(key))), ("signatureAlgorithm", "sha256"),
                        (
                            "rekor",
                            usesLogs ? ["url": .string(Self.publicLog)] : ["ignoreTlog": true]
                        ),
                        ("ctlog", usesLogs ? nil : ["ignoreSCT": true]),
                    ])
                ])
            }
        }
        return [["count": .integer(Int64(min(count, max(entries.count, 1)))), "entries": .array(entries)]]
    }

    /// Signers of an ImageValidatingPolicy, each with a name of its own.
    ///
    /// - Throws: ``RenderError`` when Kyverno would read one differently.
    func attestor(_ signer: SignerRule, named name: String, field: String) throws(RenderError) -> JSONValue {
        switch signer {
        case .identity(let identity):
            let members = try members(of: identity, field: field) { (text) throws(RenderError) in text }
            return [
                "name": .string(name),
                "cosign": [
                    "keyless": ["identities": [Value.object(members)]], "ctlog": ["url": .string(Self.publicLog)],
                ],
            ]
        case .key(let key, _):
            return [
                "name": .string(name),
                "cosign": [
                    "key": ["data": .string(Self.pem(key)), "hashAlgorithm": "sha256"],
                    "ctlog": usesLogs
                        ? ["url": .string(Self.publicLog)]
                        : ["insecureIgnoreTlog": true, "insecureIgnoreSCT": true],
                ],
            ]
        }
    }

    private func members(
        of identity: IdentityPolicy, field: String, _ text: (String) throws(RenderError) -> String
    ) throws(RenderError) -> [(String, JSONValue?)] {
        var members: [(String, JSONValue?)] = []
        for (name, matcher) in [("issuer", identity.issuer), ("subject", identity.subject)] {
            // Beside the expression the literal stands for people, and is compared as well.
            if let plain = Pattern.plain(matcher), !plain.contains("*"), !plain.contains("?") {
                members.append((name, .string(try text(plain))))
            }
            members.append(("\(name)RegExp", .string(try text(try Pattern.regexp(matcher, field: field)))))
        }
        return members
    }

    private static func pem(_ key: PublicKey) -> String {
        PEM.encode(label: "PUBLIC KEY", bytes: key.subjectPublicKeyInfo)
    }
}
