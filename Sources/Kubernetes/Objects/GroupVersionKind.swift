internal import Core

/// The type of an object: API group, version and kind.
package struct GroupVersionKind: Sendable, Hashable, CustomStringConvertible {
    /// The API group; empty for the core group.
    package let group: String
    package let version: String
    package let kind: String

    package init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// Makes the type of an object's `apiVersion` and `kind`; `nil` when one is empty or has a slash too many.
    package init?(apiVersion: String, kind: String) {
        let parts = apiVersion.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), !kind.isEmpty, let version = parts.last else {
            return nil
        }
        self.init(group: parts.count == 2 ? parts[0] : "", version: version, kind: kind)
    }

    /// The type as objects write it, such as `apps/v1` or `v1`.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    package var description: String { "\(apiVersion) \(kind)" }

    /// Whether it is that kind of that group, in whatever version; byte by byte.
    func isKind(_ kind: String, group: String) -> Bool { self.kind.isSame(as: kind) && self.group.isSame(as: group) }

    package static func == (left: GroupVersionKind, right: GroupVersionKind) -> Bool {
        left.group.isSame(as: right.group) && left.version.isSame(as: right.version) && left.kind.isSame(as: right.kind)
    }
}

/// Where objects are served: API group, version and plural resource name.
package struct GroupVersionResource: Sendable, Hashable, CustomStringConvertible {
    /// The API group; empty for the core group.
    package let group: String
    package let version: String
    /// The plural in lowercase, such as `deployments`.
    package let resource: String

    package init(group: String, version: String, resource: String) {
        self.group = group
        self.version = version
        self.resource = resource
    }

    package var description: String { "\(group.isEmpty ? version : "\(group)/\(version)") \(resource)" }

    package static func == (left: GroupVersionResource, right: GroupVersionResource) -> Bool {
        left.group.isSame(as: right.group) && left.version.isSame(as: right.version)
            && left.resource.isSame(as: right.resource)
    }
}
