package import Core
internal import Kubernetes

/// Objects of a kind, as they all were at one moment.
package struct ObjectList: Sendable {
    package let items: [JSONValue]
    /// What a watch goes on from.
    package let resourceVersion: String
}

/// Which objects of a kind.
package struct ObjectSelection: Sendable, Hashable {
    /// The namespace; all of them when `nil`.
    package var namespace: String?
    /// A label selector, such as `app=shop`.
    package var labels: String?
    /// A field selector, such as `metadata.name=shop`.
    package var fields: String?

    package init(namespace: String? = nil, labels: String? = nil, fields: String? = nil) {
        self.namespace = namespace
        self.labels = labels
        self.fields = fields
    }

    var query: [QueryItem] {
        [labels.map { QueryItem("labelSelector", $0) }, fields.map { QueryItem("fieldSelector", $0) }].compactMap { $0 }
    }
}

extension KubernetesClient {
    /// Lists objects, page by page.
    ///
    /// A continue token that has become too old makes the list start again, once.
    ///
    /// - Parameter deadline: how long a page may take.
    /// - Throws: ``KubernetesError``, with code `tooLarge` when there are more than the options allow.
    package func list(
        _ resource: APIResource, _ selection: ObjectSelection = ObjectSelection(), deadline: Duration? = nil
    ) async throws(KubernetesError) -> ObjectList {
        do throws(KubernetesError) {
            return try await listOnce(resource, selection, deadline)
        } catch {
            guard error.code == .expired else { throw error }
            return try await listOnce(resource, selection, deadline)
        }
    }

    private func listOnce(
        _ resource: APIResource, _ selection: ObjectSelection, _ deadline: Duration?
    ) async throws(KubernetesError) -> ObjectList {
        let path = try resource.path(namespace: selection.namespace)
        var items: [JSONValue] = []
        var next: String?
        var seen = 0
        while true {
            var request = APITransport.Request(path: path)
            request.query = selection.query + [QueryItem("limit", "\(options.page)")]
            if let next { request.query.append(QueryItem("continue", next)) }
            let answer = try await ask(request, deadline: deadline, isRepeatable: true)
            let page = try Self.page(answer, resource, request)
            items += page.items
            seen += 1
            do throws(CapExceeded) {
                try options.objects.check(items.count)
                // Empty pages that never end are no list either.
                try options.objects.check(seen)
            } catch {
                throw KubernetesError(.tooLarge, "\(error)", at: request.place)
            }
            guard let token = page.next, !token.isEmpty else {
                return ObjectList(items: items, resourceVersion: page.version)
            }
            next = token
        }
    }

    private static func page(
        _ answer: JSONValue, _ resource: APIResource, _ request: APITransport.Request
    ) throws(KubernetesError) -> (items: [JSONValue], version: String, next: String?) {
        do throws(JSONError) {
            let root = JSONCursor(answer)
            let metadata = try root.required("metadata")
            let version = try metadata.optional("resourceVersion")?.string() ?? ""
            let next = try metadata.optional("continue")?.string()
            // Items of a list leave out what the list says.
            var items: [JSONValue] = []
            for item in try root.optional("items")?.elements(Cap("objects of a page", 200_000)) ?? [] {
                var object = try item.object()
                if object["kind"] == nil { object["kind"] = .string(resource.kind) }
                if object["apiVersion"] == nil {
                    object["apiVersion"] = .string(resource.groupVersionKind.apiVersion)
                }
                items.append(.object(object))
            }
            return (items, version, next)
        } catch {
            throw KubernetesError(.malformed, "the answer is no list: \(error)", at: request.place)
        }
    }
}
