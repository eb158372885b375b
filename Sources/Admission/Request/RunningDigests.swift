package import Core
internal import Policy

/// The digests that the containers of a Pod really run, by the place of their image in the Pod.
///
/// Of what runs already the digest that was pulled is judged, whatever tag is written; whether an owner made the Pod is
/// told by what is written.
package struct RunningDigests: Sendable, Hashable {
    private var digests: [[UInt8]: Digest] = [:]

    package init() {}

    /// Says what is run at a place, such as `spec.containers[0].image`.
    package mutating func set(_ digest: Digest, at field: String) { digests[Array(field.utf8)] = digest }

    /// The images as they run; what nothing is known of stays as it is written.
    func applied(to images: [ImageFacts]) -> [ImageFacts] {
        guard !digests.isEmpty else { return images }
        return images.flatMap { image -> [ImageFacts] in
            guard case .success(let reference) = image.reference else { return [image] }
            var split: [ImageFacts] = []
            for use in image.uses {
                let digest = digests[Array(use.utf8)]
                let text = digest.map { "\(reference.name)@\($0)" } ?? image.text
                if let index = split.firstIndex(where: { $0.text.isSame(as: text) }) {
                    split[index].uses.append(use)
                    continue
                }
                let named =
                    digest == nil
                    ? image.reference
                    : Result { () throws(ImageReferenceError) in
                        try ImageReference(text)
                    }
                split.append(
                    ImageFacts(
                        text: text, uses: [use], reference: named, digest: digest ?? image.digest,
                        repository: image.repository, evidence: image.evidence))
            }
            return split
        }
    }
}
