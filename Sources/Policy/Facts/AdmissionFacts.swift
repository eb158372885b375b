package import Core

/// Everything that is known about a request when it is decided; ``decide(_:by:at:)`` looks at nothing else.
package struct AdmissionFacts: Sendable {
    package enum Operation: String, Sendable, Hashable {
        case create = "CREATE"
        case update = "UPDATE"
        case delete = "DELETE"
        case connect = "CONNECT"
    }

    /// What the request changes, as far as it matters.
    package enum Change: Sendable, Hashable {
        /// A pod template (or pod) that is new or differs from the old one.
        case template
        /// A scale-up or another change of an object whose pod template stays as it is.
        case unchangedTemplate
        /// Always allowed: a deletion, a scale-down, a change of metadata, finalizers or status, or something that holds
        /// no pod template; in words.
        case harmless(String)
        /// `exec`, `attach`, `portforward` or another connection to a running pod.
        case interactive(String)
        /// A kind of which is not known whether pods come from it.
        case unknownKind
    }

    package struct Object: Sendable, Hashable {
        package var group: String
        package var kind: String
        package var name: String
        package var uid: String?
        /// The digest of the pod template, without what controllers add.
        package var templateDigest: Digest?

        package init(
            group: String, kind: String, name: String, uid: String? = nil, templateDigest: Digest? = nil
        ) {
            self.group = group
            self.kind = kind
            self.name = name
            self.uid = uid
            self.templateDigest = templateDigest
        }
    }

    /// A controller as an ownerReference names it; a bare claim.
    package struct OwnerClaim: Sendable, Hashable {
        package var kind: String
        package var name: String
        package var uid: String

        package init(kind: String, name: String, uid: String) {
            self.kind = kind
            self.name = name
            self.uid = uid
        }
    }

    /// What the API says of the claimed owner.
    package enum OwnerLookup: Sendable, Hashable {
        /// Nobody asked, or no answer came; in words.
        case unavailable(String)
        case absent
        /// An object of that kind and name exists.
        case found(uid: String, templateMatches: Bool, templateDigest: Digest?)
    }

    /// What the namespace's tightening label says; it can only make things stricter.
    package enum NamespaceMode: Sendable, Hashable {
        case unlabelled
        case enforce
        /// The watch is behind, which counts as `enforce`.
        case stale
    }

    package var cluster: String
    package var namespace: String
    package var namespaceMode = NamespaceMode.unlabelled
    package var operation: Operation
    package var change: Change
    package var object: Object
    package var isDryRun = false
    /// Whether more pods of an unchanged template are asked for, which deploys what it describes once more.
    package var scalesUp = false
    package var requester: Requester
    /// Claims that stand in for the mapping of the user, for what-if questions on the command line.
    package var assumedClaims: RequesterClaims?
    /// Every value of the `mc.env` label on the object and its pod templates.
    package var environmentLabels: [String] = []
    package var ownerClaim: OwnerClaim?
    package var owner = OwnerLookup.unavailable("the owner was not asked for")
    package var images: [ImageFacts] = []
    /// Recorded decisions about these images and this owner.
    package var history = AdmissionHistory()
    package var waivers = WaiverBook.none

    package init(
        cluster: String, namespace: String, operation: Operation, change: Change, object: Object, requester: Requester
    ) {
        self.cluster = cluster
        self.namespace = namespace
        self.operation = operation
        self.change = change
        self.object = object
        self.requester = requester
    }
}

/// Recorded allow decisions, none of them of a dry run.
package struct AdmissionHistory: Sendable, Hashable {
    /// An image that was admitted in an environment.
    package struct Admitted: Sendable, Hashable {
        package var image: Digest
        package var environment: String
        package var at: Instant
        /// What identifies the decision in its record.
        package var decision: String

        package init(image: Digest, environment: String, at: Instant, decision: String) {
            self.image = image
            self.environment = environment
            self.at = at
            self.decision = decision
        }
    }

    /// A pod template of an owner that was admitted.
    package struct Template: Sendable, Hashable {
        package var ownerUID: String
        package var templateDigest: Digest
        package var at: Instant

        package init(ownerUID: String, templateDigest: Digest, at: Instant) {
            self.ownerUID = ownerUID
            self.templateDigest = templateDigest
            self.at = at
        }
    }

    package var admitted: [Admitted] = []
    package var templates: [Template] = []
    /// Why the records could not be read; what rests on them is then undetermined.
    package var unavailable: String?

    package init() {}
}
