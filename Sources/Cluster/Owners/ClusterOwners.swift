package import Admission
internal import Core
package import Kubernetes
package import KubernetesClient

/// The owners of the cluster, read live from its API.
///
/// Nothing is kept: an owner that was changed a moment ago must not vouch for what it no longer describes. Only lookups
/// that are under way are shared by those who ask for the same object meanwhile.
package struct ClusterOwners: OwnerDirectory {
    private let client: KubernetesClient
    private let deadline: Duration
    private let flights = OwnerFlights()

    /// - Parameters:
    ///   - client: the cluster's API.
    ///   - deadline: how long a lookup may take; the API server waits for our answer meanwhile.
    package init(_ client: KubernetesClient, deadline: Duration = .seconds(2)) {
        self.client = client
        self.deadline = deadline
    }

    package func owner(_ reference: OwnerReference, namespace: String) async -> OwnerAnswer {
        await flights.answer(OwnerFlights.Key(reference, namespace)) { [client, deadline] in
            await Self.ask(client, reference, namespace, deadline)
        }
    }

    private static func ask(
        _ client: KubernetesClient, _ reference: OwnerReference, _ namespace: String, _ deadline: Duration
    ) async -> OwnerAnswer {
        guard let kind = reference.groupVersionKind else {
            return .unavailable("the ownerReference's apiVersion is malformed")
        }
        do throws(KubernetesError) {
            let resource = try await client.resource(for: kind, deadline: deadline)
            return .found(
                try await client.get(
                    resource, namespace: resource.isNamespaced ? namespace : nil, name: reference.name,
                    deadline: deadline))
        } catch {
            return error.isAbsence ? .absent : .unavailable("\(error)")
        }
    }
}

/// Lookups that are under way.
private actor OwnerFlights {
    struct Key: Hashable, Sendable {
        // Bytes: two spellings of one name are two names.
        private let parts: [[UInt8]]

        init(_ reference: OwnerReference, _ namespace: String) {
            parts = [reference.apiVersion, reference.kind, namespace, reference.name].map { Array($0.utf8) }
        }
    }

    private var flights: [Key: Task<OwnerAnswer, Never>] = [:]

    /// Each lookup has a deadline of its own, so that waiting for somebody else's is as short as for one's own.
    func answer(_ key: Key, _ ask: @escaping @Sendable () async -> OwnerAnswer) async -> OwnerAnswer {
        if let flight = flights[key] { return await flight.value }
        let flight = Task { await ask() }
        flights[key] = flight
        let answer = await flight.value
        flights[key] = nil
        return answer
    }
}
