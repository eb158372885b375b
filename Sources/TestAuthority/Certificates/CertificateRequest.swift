package import Attestation
internal import Core

/// Whom a leaf certificate is for, as Fulcio learns it from an OIDC token.
package struct CertificateRequest: Sendable, Hashable {
    /// The workload's URI, the person's e-mail address, or a name of another kind.
    package var subject: String
    package var subjectType: CertificateIdentity.NameType
    package var issuer: String
    package var claims: CertificateClaims
    /// What the CT log appends to its SCT, such as the leaf index of a static-ct-api log; usually nothing.
    package var timestampExtensions: [UInt8] = []

    package init(
        subject: String, subjectType: CertificateIdentity.NameType = .uri, issuer: String,
        claims: CertificateClaims = CertificateClaims()
    ) {
        self.subject = subject
        self.subjectType = subjectType
        self.issuer = issuer
        self.claims = claims
    }

    /// A GitHub Actions workflow of a repository, with the claims Fulcio gives one.
    ///
    /// - Parameters:
    ///   - repository: owner and name, such as `example/app`.
    ///   - workflow: the file below `.github/workflows`.
    ///   - commit: 40 hexadecimal digits.
    package static func workflow(
        repository: String = "example/app", workflow: String = "release.yml", ref: String = "refs/heads/main",
        commit: String = "1f0c2d3e4b5a69788796a5b4c3d2e1f00f1e2d3c", environment: String? = nil
    ) -> CertificateRequest {
        let owner = String(repository.prefix { $0 != "/" })
        let uri = "https://github.com/\(repository)/.github/workflows/\(workflow)@\(ref)"
        var claims = CertificateClaims()
        claims.githubWorkflowTrigger = "push"
        claims.githubWorkflowSHA = commit
        claims.githubWorkflowName = "Release"
        claims.githubWorkflowRepository = repository
        claims.githubWorkflowRef = ref
        claims.buildSignerURI = uri
        claims.buildSignerDigest = commit
        claims.runnerEnvironment = "github-hosted"
        claims.sourceRepositoryURI = "https://github.com/\(repository)"
        claims.sourceRepositoryDigest = commit
        claims.sourceRepositoryRef = ref
        claims.sourceRepositoryIdentifier = "632596897"
        claims.sourceRepositoryOwnerURI = "https://github.com/\(owner)"
        claims.sourceRepositoryOwnerIdentifier = "131804563"
        claims.buildConfigURI = uri
        claims.buildConfigDigest = commit
        claims.buildTrigger = "push"
        claims.runInvocationURI = "https://github.com/\(repository)/actions/runs/15609877086/attempts/1"
        claims.sourceRepositoryVisibility = "public"
        claims.deploymentEnvironment = environment
        claims.tokenSubject = "repo:\(repository):" + (environment.map { "environment:\($0)" } ?? "ref:\(ref)")
        return CertificateRequest(
            subject: uri, issuer: "https://token.actions.githubusercontent.com", claims: claims)
    }

    /// A person with an e-mail address.
    package static func person(_ email: String = "alice@example.com") -> CertificateRequest {
        CertificateRequest(subject: email, subjectType: .email, issuer: "https://accounts.example.com")
    }
}
