internal import Core
package import Kubernetes

/// A kind of object as the API serves it.
package struct APIResource: Sendable, Hashable, CustomStringConvertible {
    package let resource: GroupVersionResource
    package let kind: String
    package let isNamespaced: Bool

    package init(group: String = "", version: String = "v1", _ plural: String, kind: String, isNamespaced: Bool = true)
    {
        resource = GroupVersionResource(group: group, version: version, resource: plural)
        self.kind = kind
        self.isNamespaced = isNamespaced
    }

    package var groupVersionKind: GroupVersionKind {
        GroupVersionKind(group: resource.group, version: resource.version, kind: kind)
    }

    package var description: String { resource.description }

    package static let pods = APIResource("pods", kind: "Pod")
    package static let namespaces = APIResource("namespaces", kind: "Namespace", isNamespaced: false)
    package static let events = APIResource(group: "events.k8s.io", "events", kind: "Event")
    package static let leases = APIResource(group: "coordination.k8s.io", "leases", kind: "Lease")
    package static let validatingWebhooks = APIResource(
        group: "admissionregistration.k8s.io", "validatingwebhookconfigurations",
        kind: "ValidatingWebhookConfiguration", isNamespaced: false)
    package static let mutatingWebhooks = APIResource(
        group: "admissionregistration.k8s.io", "mutatingwebhookconfigurations", kind: "MutatingWebhookConfiguration",
        isNamespaced: false)
    package static let controllerRevisions = APIResource(
        group: "apps", "controllerrevisions", kind: "ControllerRevision")

    /// Kubernetes' own kinds that run pods, and the ones above: their places never change, so nobody needs to be asked.
    static let known: [APIResource] =
        BuiltInKind.allCases.map { kind in
            APIResource(group: kind.group, kind.resource, kind: kind.rawValue)
        } + [namespaces, events, leases, validatingWebhooks, mutatingWebhooks, controllerRevisions]

    /// The path of the collection, of an object or of one of its subresources.
    ///
    /// - Parameters:
    ///   - namespace: the namespace; `nil` for all of them, and for objects of the cluster.
    ///   - name: the object's name; `nil` for the collection.
    /// - Throws: ``KubernetesError`` with code `invalidRequest` when a part cannot be a segment of a path.
    func path(namespace: String?, name: String? = nil, subresource: String? = nil) throws(KubernetesError) -> String {
        let group = resource.group
        var path = group.isEmpty ? "/api/" : "/apis/\(try Self.segment(group))/"
        path += try Self.segment(resource.version)
        if isNamespaced {
            if let namespace { path += "/namespaces/\(try Self.segment(namespace))" }
        } else if namespace?.isEmpty == false {
            throw KubernetesError(.invalidRequest, "\(kind) is of the cluster and in no namespace", at: path)
        }
        path += "/\(try Self.segment(resource.resource))"
        if let name {
            if isNamespaced, namespace == nil {
                throw KubernetesError(.invalidRequest, "\(kind) \(name) needs a namespace", at: path)
            }
            path += "/\(try Self.segment(name))"
        }
        if let subresource { path += "/\(try Self.segment(subresource))" }
        return path
    }

    private static func segment(_ text: String) throws(KubernetesError) -> String {
        guard (1...253).contains(text.utf8.count), text != ".", text != "..",
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "%") })
        else {
            throw KubernetesError(
                .invalidRequest, "\(PrintableText.quote(text.excerpt(100))) cannot be a part of an API path", at: "")
        }
        return PercentEncoding.encode(text)
    }
}

/// A parameter of a request.
struct QueryItem: Sendable, Hashable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    static func text(_ items: [QueryItem]) -> String {
        items.isEmpty
            ? ""
            : "?"
                + items.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
                .joined(separator: "&")
    }
}
