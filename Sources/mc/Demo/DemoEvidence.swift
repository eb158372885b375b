import Attestation
import Core
import TestAuthority

/// What the demo's build signs: signature, provenance, bill of materials and delivery claims of one image.
struct DemoEvidence {
    static let provenanceType = "https://slsa.dev/provenance/v1"
    static let billType = "https://cyclonedx.org/bom"

    let authority: Authority
    let signer: TestAuthority.CertificateRequest
    let time: Instant

    func signature(of image: Digest) throws -> MintedBundle {
        var request = SigningRequest.simpleSigning(
            image: image, reference: "registry.example/example/app", at: time)
        request.signer = .certificate(signer)
        return try authority.mint(request)
    }

    /// Recorded in Rekor v2 with a timestamp, as today's clients do.
    func attestation(_ predicateType: String, _ predicate: JSONValue, of image: Digest) -> SigningRequest {
        var request = SigningRequest(.statement(statement(predicateType, predicate, of: image)), at: time).inRekorV2
        request.signer = .certificate(signer)
        return request
    }

    func statement(_ predicateType: String, _ predicate: JSONValue, of image: Digest) -> Statement {
        let subject = Statement.Subject(name: "registry.example/example/app", digests: [SubjectDigest(image)])
        return Statement(subjects: [subject], predicateType: predicateType, predicate: predicate)
    }

    /// Everything that the policy asks for.
    func all(of image: Digest) -> [SigningRequest] {
        [provenance(of: image), billOfMaterials(of: image), deliveryClaims(of: image)]
    }

    func provenance(of image: Digest) -> SigningRequest {
        let repository = signer.claims.sourceRepositoryURI ?? ""
        let commit = signer.claims.sourceRepositoryDigest ?? ""
        return attestation(
            Self.provenanceType,
            [
                "buildDefinition": [
                    "buildType": "https://actions.github.io/buildtypes/workflow/v1",
                    "externalParameters": [
                        "workflow": [
                            "repository": .string(repository), "ref": "refs/heads/main",
                            "path": ".github/workflows/release.yml",
                        ]
                    ],
                    "resolvedDependencies": [
                        [
                            "uri": .string("git+\(repository)@refs/heads/main"),
                            "digest": ["gitCommit": .string(commit)],
                        ]
                    ],
                ],
                "runDetails": [
                    "builder": ["id": "https://github.com/actions/runner/github-hosted"],
                    "metadata": [
                        "invocationId": .string(signer.claims.runInvocationURI ?? ""), "mc_hermetic": true,
                    ],
                ],
            ], of: image)
    }

    func billOfMaterials(of image: Digest) -> SigningRequest {
        attestation(
            Self.billType,
            [
                "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
                "components": [
                    [
                        "type": "library", "name": "zlib", "version": "1.3.1", "purl": "pkg:generic/zlib@1.3.1",
                    ]
                ],
            ], of: image)
    }

    func deliveryClaims(of image: Digest, hermetic: Bool = true) -> SigningRequest {
        attestation(
            DeliveryClaims.predicateType,
            [
                "bundle_version": "v28.1", "hermetic": .bool(hermetic), "waiver_ids": [], "waiver_digests": [],
                "inputs": [
                    [
                        "uri": .string("git+\(signer.claims.sourceRepositoryURI ?? "")"),
                        "digest": ["gitCommit": .string(signer.claims.sourceRepositoryDigest ?? "")],
                    ]
                ],
            ], of: image)
    }
}
