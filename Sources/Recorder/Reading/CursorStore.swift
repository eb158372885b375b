internal import Core
package import KubernetesClient

/// Where it is kept how far a log was passed on.
package protocol CursorStore: Sendable {
    /// The index of the next entry; zero at the beginning.
    func load(_ origin: String) async throws(RecorderError) -> UInt64
    /// Keeps the index of the next entry.
    func save(_ next: UInt64, _ origin: String) async throws(RecorderError)
}

/// The positions in a ConfigMap, so that whoever leads next goes on from there.
package struct ConfigMapCursors: CursorStore {
    private static let resource = APIResource("configmaps", kind: "ConfigMap")

    private let client: KubernetesClient
    private let namespace: String
    private let name: String
    private let manager: String

    package init(
        _ client: KubernetesClient, namespace: String, name: String = "mc-recorder", manager: String = "mc-recorder"
    ) {
        self.client = client
        self.namespace = namespace
        self.name = name
        self.manager = manager
    }

    package func load(_ origin: String) async throws(RecorderError) -> UInt64 {
        let map: JSONValue
        do throws(KubernetesError) {
            map = try await client.get(Self.resource, namespace: namespace, name: name)
        } catch {
            if error.isAbsence { return 0 }
            throw RecorderError(.cursor, "\(error)", at: origin)
        }
        guard let text = map["data"]?[Self.key(origin)]?.string else { return 0 }
        guard let index = UInt64(text), String(index) == text else {
            throw RecorderError(.cursor, "expected an index, saw \"\(text.excerpt(40))\"", at: "ConfigMap \(name)")
        }
        return index
    }

    package func save(_ next: UInt64, _ origin: String) async throws(RecorderError) {
        // One manager for each log: applying one position must not remove the others.
        let key = Self.key(origin)
        let map: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "data": .object(JSONObject([JSONObject.Member(key: key, value: .string("\(next)"))])),
        ]
        do throws(KubernetesError) {
            try await client.apply(
                Self.resource, namespace: namespace, name: name, map, manager: "\(manager)-\(key.prefix(16))",
                force: true)
        } catch {
            throw RecorderError(.cursor, "\(error)", at: origin)
        }
    }

    /// An origin may hold anything; a ConfigMap's key may not.
    private static func key(_ origin: String) -> String { Digest.of(Array(origin.utf8)).hex }
}
