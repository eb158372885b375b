package import Core

/// What a recorded decision says about later ones: these images were admitted there, this template for that owner.
package struct Admission: Sendable, Hashable {
    /// A pod template and the object that has it.
    package struct Template: Sendable, Hashable {
        package let ownerUID: String
        package let digest: Digest
    }

    package let images: [Digest]
    package let environment: String?
    package let template: Template?
    package let at: Instant
    /// The SHA-256 of the decision's canonical JSON.
    package let decision: Digest

    /// Reads a decision document (`schemas/decision.v1.json`).
    ///
    /// - Returns: `nil` when it admits nothing: it was not allowed, only tried, taken by a bundle that nobody signed, or
    ///   its images were not looked at. Its outcome counts and not what was enforced, which in Audit is always allow.
    package init?(document: JSONValue, digest: Digest) {
        guard document["decision"]?.string == "allow", document["dryRun"]?.bool == false, document["note"] == nil,
            document["bundle"]?["signed"]?.bool == true,
            let operation = document["operation"]?.string, ["CREATE", "UPDATE"].contains(operation),
            let at = document["at"]?.string.flatMap({ Instant(rfc3339: $0) })
        else { return nil }
        images = (document["images"]?.array ?? []).compactMap { $0["digest"]?.string.flatMap { Digest($0) } }
        environment = document["environment"]?.string
        let object = document["object"]
        if let uid = object?["uid"]?.string, let digest = object?["templateDigest"]?.string.flatMap({ Digest($0) }) {
            template = Template(ownerUID: uid, digest: digest)
        } else {
            template = nil
        }
        self.at = at
        decision = digest
    }
}
