internal import Attestation
package import Core
package import Policy

/// Verification summaries (SLSA VSA v1) of allow decisions, for those who trust this `mc` and do not want to verify again.
package enum VerificationSummaries {
    /// Why no summary can be issued.
    package struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// How long a summary says something when nobody says otherwise.
    package static let defaultLife = Duration.seconds(7 * 86_400)
    /// The longest it may.
    package static let longestLife = Duration.seconds(90 * 86_400)

    /// Signed summaries of a decision, one for each image that was judged.
    ///
    /// - Parameters:
    ///   - decision: the decision's document, as it was logged.
    ///   - place: where it is logged; the summary names it, so that a reader can ask for the proof.
    ///   - life: how long from the decision on the summaries hold.
    ///   - version: the version of `mc`.
    ///   - signers: the verifier's keys.
    /// - Throws: ``Refusal`` when the decision allows nothing, or ``SigningError``.
    package static func issue(
        _ decision: JSONValue, at place: LogPlace, life: Duration = defaultLife, version: String,
        signers: [any Signer]
    ) throws -> [(image: Digest, document: SignedDocument)] {
        guard life > .zero, life <= longestLife else {
            throw Refusal(description: "a summary holds for up to 90 days; saw \(life)")
        }
        guard
            let admission = Admission(
                document: decision, digest: .of(decision.canonical), isAuthenticated: false)
        else {
            throw Refusal(
                description: "entry \(place) admits nothing: only an allow of judged images, by a signed bundle and no "
                    + "dry run, can be summarised")
        }
        guard let environment = admission.environment, let cluster = decision["cluster"]?.string,
            let policy = decision["bundle"]?["digest"]?.string.flatMap({ Digest($0) }),
            let policyVersion = decision["bundle"]?["version"]?.string
        else { throw Refusal(description: "entry \(place) names no environment, cluster or bundle") }
        var summaries: [(image: Digest, document: SignedDocument)] = []
        for image in decision["images"]?.array ?? [] {
            guard let digest = image["digest"]?.string.flatMap({ Digest($0) }),
                let reference = image["reference"]?.string
            else { continue }
            let evidence = (image["evidence"]?.array ?? []).compactMap { $0.string.flatMap { Digest($0) } }
            let statement: JSONValue = [
                "_type": "https://in-toto.io/Statement/v1",
                "subject": [["name": .string(reference), "digest": named(digest)]],
                "predicateType": .string(VerificationSummary.predicateType),
                "predicate": [
                    "verifier": [
                        "id": .string("https://mc.internal/verifier/\(place.origin)"),
                        "version": ["mc": .string(version)],
                    ],
                    "timeVerified": .string(admission.at.description), "resourceUri": .string(reference),
                    "policy": [
                        "uri": .string("https://mc.internal/bundle/\(policyVersion)"), "digest": named(policy),
                    ],
                    "inputAttestations": .array(
                        evidence.map { ["uri": .string("urn:digest:\($0)"), "digest": named($0)] }),
                    "verificationResult": "PASSED", "verifiedLevels": [], "slsaVersion": "1.0",
                    "mc_environment": .string(environment), "mc_cluster": .string(cluster),
                    "mc_expires": .string((admission.at + life).description),
                    "mc_log": [
                        "origin": .string(place.origin), "index": .integer(Int64(clamping: place.index)),
                        "decision": .string(admission.decision.description),
                    ],
                ],
            ]
            summaries.append(
                (
                    digest,
                    try SignedDocument(
                        payload: statement.canonical, type: Envelope.inTotoPayloadType, signers: signers)
                ))
        }
        guard !summaries.isEmpty else { throw Refusal(description: "entry \(place) names no image by its digest") }
        return summaries
    }

    private static func named(_ digest: Digest) -> JSONValue {
        .object(
            JSONObject([
                JSONObject.Member(key: digest.algorithm.rawValue, value: .string(digest.hex))
            ]))
    }
}
