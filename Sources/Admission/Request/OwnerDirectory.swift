package import Core
package import Kubernetes

/// The objects of the cluster, as far as owners are concerned.
package protocol OwnerDirectory: Sendable {
    /// Fetches an owner from the API.
    func owner(_ reference: OwnerReference, namespace: String) async -> OwnerAnswer
}

/// What the API says of an owner.
package enum OwnerAnswer: Sendable, Hashable {
    case found(JSONValue)
    case absent
    /// No answer, and why.
    case unavailable(String)
}

/// No API to ask.
package struct NoOwners: OwnerDirectory {
    private let advice: String

    /// - Parameter advice: what whoever runs this can do about it.
    package init(_ advice: String = "give the owners with --owners") { self.advice = advice }

    package func owner(_ reference: OwnerReference, namespace: String) async -> OwnerAnswer {
        .unavailable("there is no API server to ask; \(advice)")
    }
}

/// A list of objects that stands for the whole cluster.
package struct ListedOwners: OwnerDirectory {
    private struct Key: Hashable {
        let apiVersion: [UInt8]
        let kind: [UInt8]
        let namespace: [UInt8]
        let name: [UInt8]

        init(_ apiVersion: String, _ kind: String, _ namespace: String, _ name: String) {
            self.apiVersion = Array(apiVersion.utf8)
            self.kind = Array(kind.utf8)
            self.namespace = Array(namespace.utf8)
            self.name = Array(name.utf8)
        }
    }

    private let objects: [Key: JSONValue]

    /// - Parameter objects: Kubernetes objects; of two of one kind, namespace and name the later counts.
    package init(_ objects: [JSONValue]) {
        var known: [Key: JSONValue] = [:]
        for object in objects {
            guard let apiVersion = object["apiVersion"]?.string, let kind = object["kind"]?.string,
                let name = object["metadata"]?["name"]?.string
            else { continue }
            let namespace = object["metadata"]?["namespace"]?.string ?? "default"
            known[Key(apiVersion, kind, namespace, name)] = object
        }
        self.objects = known
    }

    package func owner(_ reference: OwnerReference, namespace: String) async -> OwnerAnswer {
        let key = Key(reference.apiVersion, reference.kind, namespace, reference.name)
        return objects[key].map { .found($0) } ?? .absent
    }
}
