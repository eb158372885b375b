public import Core

/// Who signed, as the verified certificate or the configured key says it.
public enum SignerIdentity: Sendable, Hashable {
    /// A short-lived certificate of a CA in the trust root.
    case certificate(CertificateIdentity)
    /// A key that was configured, named by the digest of its SubjectPublicKeyInfo.
    case key(Digest)
}

/// What a Fulcio certificate says of the workload or person that signed (Fulcio, "OID Information").
public struct CertificateIdentity: Sendable, Hashable {
    /// How the subject alternative name is written in the certificate.
    public enum NameType: String, Sendable, Hashable {
        case uri, email, other
    }

    /// The subject alternative name, such as a workflow's URI or an e-mail address.
    public let subject: String
    public let subjectType: NameType
    /// The OIDC issuer that vouched for the subject.
    public let issuer: String?
    public let claims: CertificateClaims

    public init(subject: String, subjectType: NameType, issuer: String?, claims: CertificateClaims) {
        self.subject = subject
        self.subjectType = subjectType
        self.issuer = issuer
        self.claims = claims
    }
}

/// The CI claims of a Fulcio certificate: extensions 1.3.6.1.4.1.57264.1.x as typed values; absent ones are `nil`.
public struct CertificateClaims: Sendable, Hashable {
    /// 1.9: the workflow (or reusable workflow) that built, with its ref.
    public var buildSignerURI: String?
    /// 1.10: the commit of that workflow.
    public var buildSignerDigest: String?
    /// 1.11: `github-hosted` or `self-hosted`.
    public var runnerEnvironment: String?
    /// 1.12: the repository the build was made from.
    public var sourceRepositoryURI: String?
    /// 1.13: the commit.
    public var sourceRepositoryDigest: String?
    /// 1.14: the ref.
    public var sourceRepositoryRef: String?
    /// 1.15: the repository's immutable id.
    public var sourceRepositoryIdentifier: String?
    /// 1.16: the repository's owner.
    public var sourceRepositoryOwnerURI: String?
    /// 1.17: the owner's immutable id.
    public var sourceRepositoryOwnerIdentifier: String?
    /// 1.18: the build's top-level configuration.
    public var buildConfigURI: String?
    /// 1.19: the commit of that configuration.
    public var buildConfigDigest: String?
    /// 1.20: what started the build, such as `push`.
    public var buildTrigger: String?
    /// 1.21: the run.
    public var runInvocationURI: String?
    /// 1.22: the repository's visibility when it signed.
    public var sourceRepositoryVisibility: String?
    /// 1.23: the deployment environment the token was for.
    public var deploymentEnvironment: String?
    /// 1.24: the `sub` of the OIDC token, unprocessed.
    public var tokenSubject: String?
    /// 1.2 to 1.6, deprecated: trigger, commit, workflow name, repository, ref.
    public var githubWorkflowTrigger: String?
    public var githubWorkflowSHA: String?
    public var githubWorkflowName: String?
    public var githubWorkflowRepository: String?
    public var githubWorkflowRef: String?

    public init() {}

    private static let fields: [(name: String, value: @Sendable (CertificateClaims) -> String?)] = [
        ("githubWorkflowTrigger", { $0.githubWorkflowTrigger }),
        ("githubWorkflowSHA", { $0.githubWorkflowSHA }),
        ("githubWorkflowName", { $0.githubWorkflowName }),
        ("githubWorkflowRepository", { $0.githubWorkflowRepository }),
        ("githubWorkflowRef", { $0.githubWorkflowRef }),
        ("buildSignerURI", { $0.buildSignerURI }),
        ("buildSignerDigest", { $0.buildSignerDigest }),
        ("runnerEnvironment", { $0.runnerEnvironment }),
        ("sourceRepositoryURI", { $0.sourceRepositoryURI }),
        ("sourceRepositoryDigest", { $0.sourceRepositoryDigest }),
        ("sourceRepositoryRef", { $0.sourceRepositoryRef }),
        ("sourceRepositoryIdentifier", { $0.sourceRepositoryIdentifier }),
        ("sourceRepositoryOwnerURI", { $0.sourceRepositoryOwnerURI }),
        ("sourceRepositoryOwnerIdentifier", { $0.sourceRepositoryOwnerIdentifier }),
        ("buildConfigURI", { $0.buildConfigURI }),
        ("buildConfigDigest", { $0.buildConfigDigest }),
        ("buildTrigger", { $0.buildTrigger }),
        ("runInvocationURI", { $0.runInvocationURI }),
        ("sourceRepositoryVisibility", { $0.sourceRepositoryVisibility }),
        ("deploymentEnvironment", { $0.deploymentEnvironment }),
        ("tokenSubject", { $0.tokenSubject }),
    ]

    /// The names by which claims are demanded and reported.
    public static var names: Set<String> { Set(fields.map(\.name)) }

    /// The claims by name, in the order of their numbers; absent ones are left out.
    public var named: [(name: String, value: String)] {
        Self.fields.compactMap { field in field.value(self).map { (field.name, $0) } }
    }
}
