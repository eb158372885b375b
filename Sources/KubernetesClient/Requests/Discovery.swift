internal import Core
package import Kubernetes
internal import Outgoing

/// What was found out of the resources that the server has.
actor DiscoveryCache {
    private static let life = Duration.seconds(300)
    private static let maximumGroups = 500
    private var groups: [String: (resources: [APIResource], readAt: Duration)] = [:]

    func resources(of groupVersion: String, now: Duration) -> [APIResource]? {
        guard let found = groups[groupVersion], now - found.readAt < Self.life else { return nil }
        return found.resources
    }

    func keep(_ resources: [APIResource], of groupVersion: String, now: Duration) {
        if groups.count >= Self.maximumGroups { groups.removeAll() }
        groups[groupVersion] = (resources, now)
    }
}

extension KubernetesClient {
    /// How a kind is served; Kubernetes' own kinds that run pods are known without asking.
    ///
    /// - Throws: ``KubernetesError``; ``KubernetesError/isAbsence`` when the server has no such kind.
    package func resource(
        for kind: GroupVersionKind, deadline: Duration? = nil
    ) async throws(KubernetesError) -> APIResource {
        if let known = APIResource.known.first(where: { $0.groupVersionKind == kind }) { return known }
        let served = try await resources(group: kind.group, version: kind.version, deadline: deadline)
        guard let found = served.first(where: { $0.kind.isSame(as: kind.kind) }) else {
            throw KubernetesError(.notFound, "the server has no \(kind.kind) in \(kind.apiVersion)", at: "discovery")
        }
        return found
    }

    /// Whether the server has a group in that version.
    ///
    /// - Throws: ``KubernetesError`` when it could not be found out.
    package func serves(group: String, version: String) async throws(KubernetesError) -> Bool {
        do throws(KubernetesError) {
            return try await !resources(group: group, version: version, deadline: nil).isEmpty
        } catch {
            if error.isAbsence { return false }
            throw error
        }
    }

    private func resources(
        group: String, version: String, deadline: Duration?
    ) async throws(KubernetesError) -> [APIResource] {
        let key = "\(group)/\(version)"
        if let known = await discovered.resources(of: key, now: pacing.now()) { return known }
        // The path of a collection without the collection.
        let sample = APIResource(group: group, version: version, "x", kind: "X", isNamespaced: false)
        let path = String(try sample.path(namespace: nil).dropLast(2))
        let request = APITransport.Request(path: path)
        let answer = try await ask(request, deadline: deadline, isRepeatable: true)
        let resources: [APIResource]
        do throws(JSONError) {
            resources = try Self.resources(JSONCursor(answer), group: group, version: version)
        } catch {
            throw KubernetesError(.malformed, "the answer is no APIResourceList: \(error)", at: request.place)
        }
        await discovered.keep(resources, of: key, now: pacing.now())
        return resources
    }

    private static func resources(
        _ root: JSONCursor, group: String, version: String
    ) throws(JSONError) -> [APIResource] {
        var resources: [APIResource] = []
        for item in try root.required("resources").elements(Cap("resources of an API group", 5_000)) {
            let name = try item.required("name").string()
            // A subresource is no resource of its own.
            guard !name.contains("/") else { continue }
            resources.append(
                APIResource(
                    group: group, version: version, name, kind: try item.required("kind").string(),
                    isNamespaced: try item.required("namespaced").bool()))
        }
        return resources
    }
}
