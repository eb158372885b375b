internal import Attestation
internal import Core
internal import YAML

extension SignerRule {
    init(_ cursor: YAMLCursor) throws(YAMLError) {
        if let key = try cursor.optional("key") {
            try cursor.allow(only: ["key", "name"])
            self = .key(try key.publicKey(), name: try cursor.optional("name")?.name() ?? "")
            return
        }
        try cursor.allow(only: ["issuer", "subject", "subjectRegexp", "claims", "key", "name"])
        if let name = try cursor.optional("name") {
            throw name.error("only a key has a name; an identity is named by issuer and subject")
        }
        self = .identity(
            IdentityPolicy(
                issuer: try cursor.required("issuer").matcher(), subject: try cursor.subject(),
                claims: try cursor.claims(known: CertificateClaims.names.sorted())))
    }
}

extension RequesterRule {
    init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["issuer", "subject", "subjectRegexp", "claims"])
        self.init(
            issuer: try cursor.required("issuer").matcher(), subject: try cursor.subject(),
            claims: try cursor.claims(known: nil))
    }
}

extension YAMLCursor {
    private static let maximumSigners = Cap("signers", 64)
    private static let maximumClaims = Cap("claims", 32)

    /// One signer, or a list of them.
    func signers() throws(YAMLError) -> [SignerRule] {
        try oneOrMore(Self.maximumSigners) { (cursor) throws(YAMLError) in try SignerRule(cursor) }
    }

    /// `subject`, or `subjectRegexp` in its place.
    fileprivate func subject() throws(YAMLError) -> StringMatcher {
        guard let regexp = try optional("subjectRegexp") else { return try required("subject").matcher() }
        if try optional("subject") != nil {
            throw regexp.error("stands beside subject; which of them would count? leave one out")
        }
        return .regexp(try regexp.regexp())
    }

    /// `claims`, of known names where only those can be there.
    fileprivate func claims(known: [String]?) throws(YAMLError) -> [String: StringMatcher] {
        guard let claims = try optional("claims") else { return [:] }
        if let known { try claims.allow(only: known) }
        var result: [String: StringMatcher] = [:]
        for (name, cursor) in try claims.someMembers(Self.maximumClaims) { result[name] = try cursor.matcher() }
        return result
    }
}
