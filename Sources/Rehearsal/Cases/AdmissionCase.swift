package import Core
package import Kubernetes
package import Policy

/// One request with everything around it, and what must come of it.
package struct AdmissionCase: Sendable {
    /// What is asked.
    package enum Question: Sendable {
        /// An AdmissionReview in a file.
        case reviewFile(String)
        case review(JSONValue)
        /// An object in a file of YAML or JSON that would be created.
        case manifestFile(String)
        case object(JSONValue)
    }

    /// An object of the cluster.
    package enum Owner: Sendable {
        /// A file with the object, or with the review that created it.
        case file(String)
        case object(JSONValue)
    }

    package var name: String
    /// Why the expectation is what it is.
    package var why: String?
    /// The line the case begins on, counted from 1.
    package var line: Int
    package var cluster: String
    package var question: Question
    /// Where objects go that name no namespace.
    package var namespace: String
    package var at: Instant
    /// Stands in for the request's own user.
    package var requester: UserInfo?
    /// Claims that stand in for the mapping of the user.
    package var claims: RequesterClaims?
    /// The objects that exist; the API does not answer when it is `nil`.
    package var owners: [Owner]?
    package var images: [CaseImage]
    package var history: [CaseHistory]
    package var waivers: [CaseWaiver]
    /// Ids of waivers that were revoked an hour before.
    package var revoked: [String]
    /// When the revocation list was issued; there is none when it is `nil`.
    package var revocationsIssued: Moment?
    package var registry: MemoryImages.Reach
    package var namespaceMode: AdmissionFacts.NamespaceMode
    package var expectation: Expectation

    package init(name: String, cluster: String, question: Question, at: Instant, expectation: Expectation) {
        self.name = name
        line = 1
        self.cluster = cluster
        self.question = question
        namespace = "default"
        self.at = at
        owners = []
        images = []
        history = []
        waivers = []
        revoked = []
        revocationsIssued = .relative(.zero)
        registry = .available
        namespaceMode = .unlabelled
        self.expectation = expectation
    }
}

/// What is in the registries about some images.
package struct CaseImage: Sendable {
    /// Which images are meant: a glob over registry and repository, or over the whole reference as it is written.
    package var images: Glob
    /// What a tag means.
    package var digest: Digest?
    /// The evidence on the image itself.
    package var evidence: [EvidencePiece]
    /// The platforms of an index, each with the evidence on its manifest.
    package var platforms: [(name: String, evidence: [EvidencePiece])]
    /// The repository that the evidence is in; the image's own when `nil`.
    package var repository: String?
    /// How many pieces of a stranger's evidence are beside it.
    package var spam: Int
    /// Whether the image's repository answers; as the case says when `nil`.
    package var registry: MemoryImages.Reach?
    /// Whether an image of the request must fit: a misspelt pattern would quietly offer nothing.
    package var mustFit: Bool

    package static let maximumSpam = Cap("strangers' pieces of evidence", 5_000)

    package init(images: Glob, evidence: [EvidencePiece] = []) {
        self.images = images
        self.evidence = evidence
        platforms = []
        spam = 0
        mustFit = false
    }
}

/// Something that was admitted before.
package enum CaseHistory: Sendable {
    /// Images that were admitted in an environment: this one, or all of the request.
    case image(Digest?, environment: String, at: Moment)
    /// The pod templates of the owners and of the object itself.
    case template(at: Moment)
    /// The records cannot be read.
    case unavailable(String)
}

/// A waiver as a case describes it; an approver of the bundle signs it with a key made for the rehearsal.
package struct CaseWaiver: Sendable {
    package var id: String
    package var rule: RuleID
    package var namespace: String
    package var image: Digest
    package var waiverClass: String
    package var owner: String
    package var approvers: [String]
    package var reason: String
    package var notBefore: Moment
    package var expires: Moment
}

/// What must come of a case.
package struct Expectation: Sendable, Hashable {
    package enum Result: Sendable, Hashable {
        case decision(Decision.Outcome)
        /// The request is refused as malformed, with a message that contains this text.
        case error(String)
    }

    package var result: Result
    /// The rules that block, no more and no less.
    package var rules: Set<String>
    /// The rules that only warn, within the grace of an earlier admission.
    package var warns: Set<String>
    /// The rules that a waiver covers.
    package var waived: Set<String>
    /// What is enforced; not looked at when `nil`.
    package var enforcedResult: Decision.Outcome?

    package init(
        _ result: Result, rules: Set<String> = [], warns: Set<String> = [], waived: Set<String> = [],
        enforcedResult: Decision.Outcome? = nil
    ) {
        self.result = result
        self.rules = rules
        self.warns = warns
        self.waived = waived
        self.enforcedResult = enforcedResult
    }
}
