package import Core

/// What a watcher learns.
package enum WatchNews: Sendable {
    /// Everything there is; what was known before and is not among it is gone.
    case replaced([JSONValue])
    /// An object is new or has changed.
    case changed(JSONValue)
    /// An object is gone; as it was last.
    case deleted(JSONValue)
    /// Nothing happened, and the server said so: what is known is current.
    case alive
    /// The watch broke off; what is known gets old until the next news.
    case interrupted(KubernetesError, retryIn: Duration)
}

/// A line of a watch (meta/v1 WatchEvent).
enum WatchEvent {
    case changed(JSONValue, version: String)
    case deleted(JSONValue, version: String)
    case bookmark(version: String)
    case failed(KubernetesError)

    init(_ line: [UInt8], _ limits: JSONLimits, place: String) throws(KubernetesError) {
        do throws(JSONError) {
            let root = JSONCursor(try JSONValue(parsing: line, limits: limits))
            let type = try root.required("type").string()
            let object = try root.required("object")
            if type == "ERROR" {
                let status = object.value["code"]?.integer.flatMap { Int(exactly: $0) } ?? 500
                self = .failed(
                    KubernetesError(status: status, document: object.value, retryAfter: nil, at: place))
                return
            }
            let version = try object.required("metadata").required("resourceVersion").string()
            guard !version.isEmpty else { throw object.error("the resourceVersion is empty") }
            switch type {
            case "ADDED", "MODIFIED": self = .changed(object.value, version: version)
            case "DELETED": self = .deleted(object.value, version: version)
            case "BOOKMARK": self = .bookmark(version: version)
            default: throw root.error("an event of type \"\(type.excerpt(40))\"")
            }
        } catch {
            throw KubernetesError(.malformed, "a watch event cannot be read: \(error)", at: place)
        }
    }
}
