package import Core

/// A piece of evidence in words: what it says, who signs it, when, and what is wrong with it.
package struct EvidencePiece: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        /// A cosign signature of the image.
        case signature
        case provenance(ProvenanceContent)
        case billOfMaterials(BillContent)
        case deliveryClaims(DeliveryContent)
        case testResult(TestContent)
        case verificationSummary(SummaryContent)
        /// Bytes that are no evidence at all.
        case garbage
    }

    package var content: Content
    package var signer: PieceSigner
    /// When it is signed.
    package var signedAt: Moment
    /// What is wrong with it, as the authority's catalogue calls it; see ``Flaws``.
    package var flaw: String?

    /// Signed ten minutes before the decision, when nothing else is said.
    package static let usualTime = Moment.relative(.seconds(-600))

    package init(_ content: Content, by signer: PieceSigner, at signedAt: Moment = usualTime, flaw: String? = nil) {
        self.content = content
        self.signer = signer
        self.signedAt = signedAt
        self.flaw = flaw
    }
}

/// An instant, or how long before or after the decision.
package enum Moment: Sendable, Hashable {
    case absolute(Instant)
    case relative(Duration)

    /// The instant, as seen from a decision.
    package func instant(from now: Instant) -> Instant {
        switch self {
        case .absolute(let instant): instant
        case .relative(let duration): now + duration
        }
    }
}

/// Who signs.
package enum PieceSigner: Sendable, Hashable {
    case workflow(WorkflowSigner)
    /// A person with an e-mail address.
    case person(email: String, issuer: String)
    /// Any other workload: a URI and who vouches for it.
    case subject(String, issuer: String)
    /// The key that the bundle has under this name.
    case key(String)
    /// A key that no bundle names.
    case strangersKey
}

/// A GitHub Actions workflow.
package struct WorkflowSigner: Sendable, Hashable {
    /// Owner and name of the repository that is built.
    package var repository: String
    /// GitHub's immutable id of the repository; the certificate names none when it is `nil`.
    package var repositoryID: String?
    /// The file below `.github/workflows` or, for a reusable workflow, its whole path with the repository it is in.
    package var workflow: String
    package var ref: String
    /// The deployment environment of the job, if it has one.
    package var environment: String?
    package var commit: String
    package var issuer: String

    package static let githubIssuer = "https://token.actions.githubusercontent.com"
    package static let usualCommit = "1f0c2d3e4b5a69788796a5b4c3d2e1f00f1e2d3c"

    package init(
        repository: String, repositoryID: String? = nil, workflow: String = "release.yml",
        ref: String = "refs/heads/main", environment: String? = nil, commit: String = usualCommit,
        issuer: String = githubIssuer
    ) {
        self.repository = repository
        self.repositoryID = repositoryID
        self.workflow = workflow
        self.ref = ref
        self.environment = environment
        self.commit = commit
        self.issuer = issuer
    }

    /// The workflow's URI, as its certificate names it.
    package var uri: String {
        let path = workflow.contains("/.github/workflows/") ? workflow : "\(repository)/.github/workflows/\(workflow)"
        return "https://github.com/\(path)@\(ref)"
    }
}
