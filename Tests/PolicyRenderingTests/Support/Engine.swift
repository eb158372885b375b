import Admission
import Core
import Kubernetes
import OCI
import Policy

/// Our own engine on a request, without any evidence: what it says of the request alone.
struct Engine {
    private struct Nowhere: EvidencePlaces {
        func sources(
            for image: ImageReference, and repositories: [String]
        ) throws(RegistryError) -> [any ImageSource] { [] }
    }

    /// The rules that CEL and Rego can say.
    static let expressible: Set<String> = [
        "environment-unknown", "environment-mismatch", "requester-mismatch", "no-policy-matches", "repository-unbound",
        "interactive-denied", "image-digest-missing", "image-reference-invalid",
    ]

    private let admitter: Admitter

    /// - Parameter owners: the objects of the cluster.
    init(_ bundle: PolicyBundle, cluster: String, owners: [JSONValue] = []) throws {
        admitter = try Admitter(bundle: bundle, cluster: cluster, places: Nowhere(), owners: ListedOwners(owners))
    }

    /// The expressible rules that a request breaks; `nil` when it is none that an API server would send.
    func rules(_ request: JSONValue) async -> Set<String>? {
        let review: JSONValue = ["apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request]
        guard let parsed = try? AdmissionReview(review),
            let decision = try? await admitter.decide(parsed.request, at: Instant(seconds: 1_800_000_000))
        else { return nil }
        let broken = decision.findings.filter { $0.disposition == .denies || $0.disposition == .undetermined }
        return Set(broken.map(\.finding.rule.rawValue)).intersection(Self.expressible)
    }
}
