package import Core
package import Kubernetes
internal import OCI
internal import Policy

/// An image that a workload names by tag, and what the tag meant when it was asked about.
package struct TagResolution: Sendable, Hashable {
    /// The reference as the workload names it.
    package let reference: String
    /// The reference with the digest.
    package let pinned: String
    package let digest: Digest
    /// Where the workload names it, such as `spec.template.spec.containers[0].image`.
    package let fields: [String]
    /// Whether the object had this tag pinned before, so that nobody was asked again.
    package let isKept: Bool
}

/// What pinning an object's tags came to.
package struct TagResolutions: Sendable, Hashable {
    package var resolved: [TagResolution] = []
    /// The references that stay as they are, and why.
    package var unresolved: [(reference: String, reason: String)] = []

    package init(unresolved: [(reference: String, reason: String)] = []) { self.unresolved = unresolved }

    package static func == (left: TagResolutions, right: TagResolutions) -> Bool {
        left.resolved == right.resolved
            && left.unresolved.map { [$0.reference, $0.reason] } == right.unresolved.map { [$0.reference, $0.reason] }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(resolved) }
}

extension Admitter {
    /// Finds the digests of the tags of an object that somebody writes; what a controller makes is left alone, since it
    /// must be what its owner says.
    ///
    /// A tag that the object had pinned before keeps its digest: applying a manifest again must not deploy something
    /// else. Images that no policy covers are left alone.
    ///
    /// - Throws: ``ReviewError`` when what the request would run cannot be read.
    package func resolveTags(_ request: AdmissionRequest) async throws(ReviewError) -> TagResolutions {
        var result = TagResolutions()
        guard request.operation == .create || request.operation == .update, request.metadata.controller == nil,
            let workload = try request.workload(custom: customKinds)
        else { return result }
        let before = try request.oldWorkload(custom: customKinds)
        let namespace = request.namespace ?? ""
        var uses: [(text: String, fields: [String])] = []
        for use in workload.images {
            guard let text = use.image else { continue }
            if let index = uses.firstIndex(where: { $0.text.isSame(as: text) }) {
                uses[index].fields.append(use.field)
            } else {
                uses.append((text, [use.field]))
            }
        }
        for use in uses {
            guard let reference = try? ImageReference(use.text), reference.digest == nil else { continue }
            let name = bundle.cluster(cluster)?.canonicalName(reference.name) ?? reference.name
            guard bundle.policies.contains(where: { $0.covers(namespace: namespace, image: name) }) else { continue }
            if let known = Self.pinned(reference, in: before) {
                result.resolved.append(
                    TagResolution(
                        reference: use.text, pinned: "\(use.text)@\(known)", digest: known, fields: use.fields,
                        isKept: true))
                continue
            }
            do throws(RegistryError) {
                guard let source = try places.sources(for: reference, and: []).first else { continue }
                let digest = try await source.resolve(try ImageSelector(reference)).digest
                result.resolved.append(
                    TagResolution(
                        reference: use.text, pinned: "\(use.text)@\(digest)", digest: digest, fields: use.fields,
                        isKept: false))
            } catch {
                result.unresolved.append((use.text, "\(error)"))
            }
        }
        return result
    }

    /// The digest that the object's previous state has for just this name and tag.
    private static func pinned(_ reference: ImageReference, in before: Workload?) -> Digest? {
        for use in before?.images ?? [] {
            guard let text = use.image, let old = try? ImageReference(text), let digest = old.digest,
                old.name.isSame(as: reference.name), (old.tag ?? "latest").isSame(as: reference.tag ?? "latest")
            else { continue }
            return Digest(digest)
        }
        return nil
    }
}
