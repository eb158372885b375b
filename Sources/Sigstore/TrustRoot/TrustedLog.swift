internal import Core

/// A transparency log or certificate transparency log of the trust root.
struct TrustedLog: Sendable, Hashable {
    let baseURL: String
    let logID: [UInt8]
    /// The log's key; `nil` when it is of an algorithm that this verifier does not know, so that nothing verifies.
    let key: PublicKey?
    let schemes: [SignatureScheme]
    let validity: ValidityWindow

    /// The name a Rekor v2 log signs its checkpoints with: its host name (Rekor v2 client specification, "Checkpoint").
    let hostname: String

    init(baseURL: String, logID: [UInt8], key: PublicKey?, schemes: [SignatureScheme], validity: ValidityWindow) {
        self.baseURL = baseURL
        self.logID = logID
        self.key = key
        self.schemes = schemes
        self.validity = validity
        hostname = Self.hostname(of: baseURL)
    }

    private static func hostname(of url: String) -> String {
        var rest = url[...]
        if let scheme = rest.range(of: "://") { rest = rest[scheme.upperBound...] }
        rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let user = rest.lastIndex(of: "@") { rest = rest[rest.index(after: user)...] }
        guard !rest.hasPrefix("[") else { return String(rest.prefix { $0 != "]" }.dropFirst()) }
        return String(rest.prefix { $0 != ":" }).lowercased()
    }

    /// What stands before a checkpoint signature of this log made under a name (C2SP signed-note, "Signatures").
    ///
    /// Rekor v1 hashes the SubjectPublicKeyInfo of any key. Rekor v2 does so for ECDSA; its Ed25519 keys hash their name,
    /// the algorithm byte 0x01 and the raw key.
    func keyHint(name: String, isVersion2: Bool) -> [UInt8]? {
        guard let key else { return nil }
        if isVersion2, key.kind == .ed25519 {
            let raw = key.subjectPublicKeyInfo.suffix(32)
            return Array(Digest.of(Array(name.utf8) + [0x0A, 0x01] + raw).bytes.prefix(4))
        }
        return Array(key.fingerprint.bytes.prefix(4))
    }

    func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        key?.isValid(signature: signature, for: message, schemes: schemes) ?? false
    }
}

extension Substring {
    fileprivate func range(of text: String) -> Range<Index>? {
        guard let end = firstIndex(of: ":"), self[end...].hasPrefix(text) else { return nil }
        return end..<index(end, offsetBy: text.count)
    }
}
