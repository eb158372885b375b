import ArgumentParser
import Attestation
import Core
import Sigstore

/// Whose signatures are accepted: a key's, or a certificate identity's.
struct SignerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Accept signatures of this public key (PEM). May be given more than once.", valueName: "file"))
    var key: [String] = []

    @Option(help: ArgumentHelp("Accept certificates with exactly this subject.", valueName: "identity"))
    var certificateIdentity: String?

    @Option(help: ArgumentHelp("Accept certificates whose subject matches this glob (* and ?).", valueName: "glob"))
    var certificateIdentityGlob: String?

    @Option(
        help: ArgumentHelp(
            "Accept certificates whose whole subject matches this regular expression.", valueName: "regexp"))
    var certificateIdentityRegexp: String?

    @Option(help: ArgumentHelp("Accept certificates with exactly this OIDC issuer.", valueName: "url"))
    var certificateOidcIssuer: String?

    @Option(
        help: ArgumentHelp(
            "Accept certificates whose whole issuer matches this regular expression.", valueName: "regexp"))
    var certificateOidcIssuerRegexp: String?

    @Option(
        help: ArgumentHelp(
            "Demand a claim of the certificate, such as sourceRepositoryURI=https://github.com/org/app. May be given more than once.",
            valueName: "name=value"))
    var certificateClaim: [String] = []

    /// Builds the policy; exactly one way to name the signer must have been given.
    ///
    /// - Throws: ``UsageError``, ``PatternError``, ``InputError`` or ``KeyError``.
    func policy() throws -> SignerPolicy {
        let subject = try Self.one(
            [
                certificateIdentity.map { .exact($0) },
                try certificateIdentityGlob.map { .glob(try Glob($0)) },
                try certificateIdentityRegexp.map { .regexp(try Regexp($0)) },
            ], "--certificate-identity, --certificate-identity-glob, --certificate-identity-regexp")
        let issuer = try Self.one(
            [
                certificateOidcIssuer.map { .exact($0) },
                try certificateOidcIssuerRegexp.map { .regexp(try Regexp($0)) },
            ], "--certificate-oidc-issuer, --certificate-oidc-issuer-regexp")
        switch (key.isEmpty, subject, issuer) {
        case (false, nil, nil):
            guard certificateClaim.isEmpty else { throw UsageError("--certificate-claim needs an identity, not a key") }
            return .keys(try key.map(Self.key))
        case (true, let subject?, let issuer?):
            return .identities([IdentityPolicy(issuer: issuer, subject: subject, claims: try claims())])
        case (false, _, _):
            throw UsageError("give either --key or a certificate identity, not both")
        case (true, nil, nil):
            throw UsageError(
                "whose signature is accepted? Give --key FILE, or --certificate-identity ID and --certificate-oidc-issuer URL"
            )
        case (true, nil, _):
            throw UsageError(
                "--certificate-oidc-issuer also needs --certificate-identity: anybody can sign in at an issuer")
        case (true, _, nil):
            throw UsageError(
                "--certificate-identity also needs --certificate-oidc-issuer: another issuer could vouch for the same name"
            )
        }
    }

    private func claims() throws -> [String: StringMatcher] {
        var claims: [String: StringMatcher] = [:]
        for text in certificateClaim {
            guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
                throw UsageError("--certificate-claim \(text.printable): expected name=value")
            }
            let name = String(text[..<mark])
            guard IdentityPolicy.claimNames.contains(name) else {
                throw UsageError(
                    "--certificate-claim \(name.printable): unknown claim; known are \(IdentityPolicy.claimNames.sorted().joined(separator: ", "))"
                )
            }
            claims[name] = .exact(String(text[text.index(after: mark)...]))
        }
        return claims
    }

    private static func one(_ matchers: [StringMatcher?], _ names: String) throws -> StringMatcher? {
        let given = matchers.compactMap { $0 }
        guard given.count <= 1 else { throw UsageError("give only one of \(names)") }
        return given.first
    }

    private static func key(_ path: String) throws -> TrustedKey {
        let text = String(decoding: try InputFile.read(path, cap: Cap("key bytes", 64 << 10)), as: UTF8.self)
        do {
            return TrustedKey(try PublicKey(pem: text))
        } catch {
            throw InputError(path, "\(error)")
        }
    }
}
