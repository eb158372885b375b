internal import Core
internal import OCI

/// What cached evidence is of: one manifest in one place, verified by one plan.
struct EvidenceKey: Hashable, Sendable {
    let place: RegistryError.Place
    let image: Digest
    /// The digest of trust roots, signers and thresholds.
    let plan: Digest

    /// The manifest itself, wherever it is: what hashes to its digest is the same everywhere.
    static func document(_ image: Digest) -> EvidenceKey {
        EvidenceKey(place: .registry(host: "", repository: ""), image: image, plan: image)
    }

    /// That a place has no such manifest.
    static func absence(of image: Digest, in place: RegistryError.Place) -> EvidenceKey {
        EvidenceKey(place: place, image: image, plan: .of(Array("no manifest".utf8)))
    }

    /// The name of its file.
    var fileName: String { "\(Digest.of(json.canonical).hex).evidence" }

    var json: JSONValue {
        let place: JSONValue =
            switch place {
            case .registry(let host, let repository): ["registry", .string(host), .string(repository)]
            case .layout(let path): ["layout", .string(path)]
            }
        return ["image": .string(image.description), "place": place, "plan": .string(plan.description)]
    }
}
