internal import Core
internal import Kubernetes

/// The pod template that a StatefulSet or DaemonSet had when the revision was made that a Pod says to be of.
///
/// With `OnDelete`, a partition, or in the middle of a rollout these controllers still make Pods of an older revision.
/// The ControllerRevision that holds it must be the owner's own; a Pod of a revision that nobody has is of no owner.
struct OwnerRevision {
    enum Answer {
        case found(Workload)
        /// The owner has no such revision, or its kind has none at all.
        case none
        case unavailable(String)
    }

    private static let label = "controller-revision-hash"

    let owner: Workload
    let reference: OwnerReference
    let child: Workload

    /// Fetches the revision.
    func template(in owners: any OwnerDirectory, namespace: String) async -> Answer {
        guard BuiltInKind(child.kind) == .pod, let uid = owner.metadata.uid, let name else { return .none }
        let revision = OwnerReference(
            apiVersion: "apps/v1", kind: "ControllerRevision", name: name, uid: "", isController: false)
        switch await owners.owner(revision, namespace: namespace) {
        case .absent: return .none
        case .unavailable(let reason): return .unavailable(reason)
        case .found(let object):
            do throws(ReviewError) {
                let metadata = try ObjectMetadata(object: object)
                guard let controller = metadata.controller, controller.uid.isSame(as: uid),
                    controller.kind.isSame(as: owner.kind.kind), let data = object["data"],
                    let workload = try Workload.read(data, kind: owner.kind)
                else { return .none }
                return .found(workload)
            } catch {
                return .unavailable("ControllerRevision \(name) cannot be read: \(error)")
            }
        }
    }

    /// The revision's name: a StatefulSet labels its Pods with it, a DaemonSet with its end.
    private var name: String? {
        guard let value = child.metadata.labels[Self.label], !value.isEmpty else { return nil }
        switch BuiltInKind(owner.kind) {
        case .statefulSet: return value
        case .daemonSet: return "\(reference.name)-\(value)"
        default: return nil
        }
    }
}

extension Workload {
    /// Whether an owner could have made this of its template.
    func matches(_ owner: Workload) -> Bool {
        guard templates.count == 1, let part = templates.first else { return false }
        // A Pod is its template and more. What a custom kind holds lacks the defaults that the API server fills into its
        // children. Everything else carries the template as it is.
        if BuiltInKind(kind) == .pod || BuiltInKind(owner.kind) == nil {
            return owner.templates.contains { PodMatch(pod: part, template: $0).isMatch }
        }
        return owner.templates.contains { $0.digest == part.digest }
    }
}
