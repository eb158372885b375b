package import Attestation
package import Core
package import Sigstore

/// What is known about an image after all evidence beside it was looked at.
package struct ImageVerdict: Sendable {
    /// A candidate and what became of it.
    package struct Refused: Sendable {
        /// Where the candidate was found.
        package let origin: String
        package let refusal: Refusal
    }

    /// A candidate, or a place where candidates may be, that could not be evaluated.
    package struct Failure: Sendable {
        package let origin: String
        package let message: String
        /// Whether no answer came, as opposed to one that cannot be used.
        package var isOutage = false
    }

    /// One manifest the evidence is about: the image itself, or one platform of it.
    package struct Part: Sendable {
        package let digest: Digest
        /// The platform, when the part is one of several.
        package let platform: String?
        package var verified: [VerifiedEvidence] = []
        package var refused: [Refused] = []
        package var failures: [Failure] = []
    }

    package enum Result: String, Sendable, Hashable {
        case verified, refused
        /// Something that could have decided could not be had or read.
        case unevaluated
    }

    /// The digest the reference stands for.
    package let digest: Digest
    /// How many distinct signers each part needs.
    package let demanded: Int
    /// The image itself, or its platforms when the evidence is on those.
    package let parts: [Part]

    /// Verified when every part is; refused as soon as one is, if nothing about it went unread.
    package var result: Result {
        let results = parts.map { part -> Result in
            if SignerThreshold.distinct(part.verified) >= demanded { return .verified }
            return part.failures.isEmpty ? .refused : .unevaluated
        }
        if !results.isEmpty, results.allSatisfy({ $0 == .verified }) { return .verified }
        return results.contains(.refused) || results.isEmpty ? .refused : .unevaluated
    }
}
