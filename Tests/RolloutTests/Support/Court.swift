import Admission
import Attestation
import Core
import Foundation
import Kubernetes
import Policy
import Rehearsal

/// The bundle of the recorded reviews, and registries with evidence minted for it.
struct ReviewCourt {
    static let now = Events.recorded
    let stage: Stage
    var images = MemoryImages()

    init() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fixtures/reviews/policy").standardized
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (path: name, bytes: Array(try Data(contentsOf: folder.appending(path: name))))
        }
        let bundle = try BundleLoader.load(
            BundleSource(files), trust: nil, memory: VersionMemory(), now: Self.now, allowUnsigned: true)
        stage = try Stage(bundle, at: Self.now)
    }

    /// Signs and attests an image as the policy wants it.
    mutating func attest(_ digest: Digest, in repository: String) throws {
        let signer = PieceSigner.workflow(WorkflowSigner(repository: "org/app", ref: "refs/tags/v1.4.2"))
        for content in [EvidencePiece.Content.signature, .provenance(ProvenanceContent())] {
            let piece = EvidencePiece(content, by: signer)
            try images.attach(
                try stage.mint.mint(piece, about: digest, reference: repository), to: digest, in: repository)
        }
    }

    func admitter(_ bundle: PolicyBundle? = nil, images: MemoryImages? = nil) throws -> Admitter {
        try Admitter(bundle: bundle ?? stage.bundle, cluster: "recorded", places: images ?? self.images)
    }

    /// The stage's bundle with other policies.
    func bundle(_ change: (inout DeployPolicy) -> Void) -> PolicyBundle {
        let old = stage.bundle
        return PolicyBundle(
            manifest: old.manifest, digest: .of(Array("changed".utf8)), origin: old.origin,
            policies: old.policies.map { policy in
                var policy = policy
                change(&policy)
                return policy
            }, environments: old.environments, clusters: old.clusters, trustRoots: old.trustRoots)
    }
}

extension Events {
    static let recorded = Instant(rfc3339: "2026-01-20T10:00:00Z") ?? now
}
