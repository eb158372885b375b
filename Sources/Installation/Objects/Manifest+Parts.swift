internal import Core

/// An object to apply.
struct Manifest: Sendable, Hashable {
    let value: JSONValue

    /// - Parameters:
    ///   - namespace: `nil` for objects of the whole cluster.
    ///   - content: the members beside apiVersion, kind and metadata, in their order.
    init(
        _ apiVersion: String, _ kind: String, _ name: String, namespace: String? = nil,
        labels: [(String, String)] = [], annotations: [(String, String)] = [],
        _ content: [(String, JSONValue)] = []
    ) {
        var metadata: [(String, JSONValue)] = [("name", .string(name))]
        if let namespace { metadata.append(("namespace", .string(namespace))) }
        metadata.append(("labels", .texts(Self.labels + labels)))
        if !annotations.isEmpty { metadata.append(("annotations", .texts(annotations))) }
        value = .members(
            [
                ("apiVersion", .string(apiVersion)), ("kind", .string(kind)), ("metadata", .members(metadata)),
            ] + content)
    }

    /// What every object carries.
    static let labels = [("app.kubernetes.io/name", "mc"), ("app.kubernetes.io/managed-by", "mc-install")]
}

extension JSONValue {
    /// An object of members in that order.
    static func members(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }

    /// An object of texts in that order.
    static func texts(_ members: [(String, String)]) -> JSONValue {
        Self.members(members.map { ($0.0, .string($0.1)) })
    }

    /// A list of texts.
    static func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
