internal import Core

/// What a request's path and query name.
struct RequestTarget {
    let kind: ServedKind
    let namespace: String?
    let name: String?
    let subresource: String?
    let query: [String: String]

    enum Reading {
        case resource(RequestTarget)
        case discovery(group: String, version: String)
        case unknown
    }

    static func read(_ target: String, _ kinds: [ServedKind]) -> Reading {
        let halves = target.split(separator: "?", maxSplits: 1).map(String.init)
        var segments = (halves.first ?? "").split(separator: "/").map { unescape(String($0)) }
        guard let root = segments.first, segments.count >= 2 else { return .unknown }
        let group: String
        if root == "api" {
            group = ""
            segments.removeFirst()
        } else {
            guard root == "apis", segments.count >= 3 else { return .unknown }
            group = segments[1]
            segments.removeFirst(2)
        }
        let version = segments.removeFirst()
        if segments.isEmpty { return .discovery(group: group, version: version) }
        var namespace: String?
        if segments[0] == "namespaces", segments.count >= 3, !["status", "finalize"].contains(segments[2]) {
            namespace = segments[1]
            segments.removeFirst(2)
        }
        guard segments.count <= 3,
            let kind = kinds.first(where: {
                $0.group == group && $0.version == version && $0.plural == segments[0]
            })
        else { return .unknown }
        var query: [String: String] = [:]
        for pair in (halves.count == 2 ? halves[1] : "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            query[unescape(parts[0])] = parts.count == 2 ? unescape(parts[1]) : ""
        }
        return .resource(
            RequestTarget(
                kind: kind, namespace: namespace, name: segments.count > 1 ? segments[1] : nil,
                subresource: segments.count > 2 ? segments[2] : nil, query: query))
    }

    var key: ClusterStore.Key? {
        name.map {
            ClusterStore.Key(group: kind.group, plural: kind.plural, namespace: namespace ?? "", name: $0)
        }
    }

    var scope: ClusterStore.Scope {
        ClusterStore.Scope(
            kind: kind, namespace: namespace, labels: Self.selector(query["labelSelector"]),
            fields: Self.selector(query["fieldSelector"]))
    }

    private static func selector(_ text: String?) -> [String: String] {
        var result: [String: String] = [:]
        for pair in (text ?? "").split(separator: ",") {
            let parts = pair.split(separator: "=", omittingEmptySubsequences: true).map(String.init)
            result[parts[0]] = parts.count == 2 ? parts[1] : ""
        }
        return result
    }

    private static func unescape(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
