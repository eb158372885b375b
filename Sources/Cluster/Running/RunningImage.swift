package import Core

/// A container of a pod and the image that it runs.
package struct RunningImage: Sendable, Hashable {
    package enum Role: String, Sendable, Hashable, CaseIterable {
        case container, initContainer, ephemeralContainer

        var specification: String {
            switch self {
            case .container: "containers"
            case .initContainer: "initContainers"
            case .ephemeralContainer: "ephemeralContainers"
            }
        }

        var status: String {
            switch self {
            case .container: "containerStatuses"
            case .initContainer: "initContainerStatuses"
            case .ephemeralContainer: "ephemeralContainerStatuses"
            }
        }
    }

    package let container: String
    package let role: Role
    /// The place in the pod, such as `spec.containers[0].image`.
    package let field: String
    /// The reference in the specification.
    package let reference: String
    /// What the kubelet says that it runs; `nil` before the container was started.
    package let imageID: String?
    /// The digest in ``imageID``; `nil` when it names none, or an image's configuration only.
    package let digest: Digest?

    /// Reads the digest of an image ID: `docker.io/library/nginx@sha256:…`, with or without `docker-pullable://`.
    ///
    /// A bare `sha256:…` is the digest of the image's configuration, by which no evidence is found.
    static func digest(of imageID: String) -> Digest? {
        guard let at = imageID.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        return Digest(String(imageID[imageID.utf8.index(after: at)...]))
    }

    /// The reference by which the running image is judged: the specification's repository, the kubelet's digest.
    ///
    /// The kubelet may name the repository that the same image came from first.
    package var judged: String {
        guard let digest else { return reference }
        guard let parsed = try? ImageReference(reference) else { return reference }
        return "\(parsed.name)@\(digest)"
    }

    /// Whether the specification names another digest than the one that runs.
    package var differs: Bool {
        guard let digest, let parsed = try? ImageReference(reference), let named = parsed.digest else { return false }
        return Digest(named) != digest
    }
}
