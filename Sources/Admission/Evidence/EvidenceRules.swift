package import Core

/// The rules about an image's evidence as a whole.
package enum EvidenceRules {
    package static let evidenceMissing = Rule(
        "evidence-missing",
        summary: "There is verified evidence about the image by as many distinct signers as demanded.",
        reason: "An image that nobody vouches for could be anything; one signer must not count for several.",
        remedy:
            "Sign or attest the image by digest, or check that the expected identity and predicate type are the build's.",
        specification: "OCI distribution specification 1.1, referrers; cosign signature specification")

    package static let all = [evidenceMissing]
}
