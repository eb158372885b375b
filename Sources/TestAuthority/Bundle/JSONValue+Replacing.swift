package import Core

extension JSONValue {
    /// The value with what stands at a path exchanged; `nil` takes a member or element away.
    ///
    /// - Parameter path: names of members and indices of elements, such as `["tlogEntries", "0", "logIndex"]`; a
    ///   member that is not there is added, anything else that is not there leaves the value as it is.
    package func replacing(_ path: [String], with replacement: JSONValue?) -> JSONValue {
        guard let first = path.first else { return replacement ?? .null }
        let rest = Array(path.dropFirst())
        switch self {
        case .object(var object):
            if rest.isEmpty {
                object[first] = replacement
            } else if let member = object[first] {
                object[first] = member.replacing(rest, with: replacement)
            }
            return .object(object)
        case .array(var elements):
            guard let index = Int(first), elements.indices.contains(index) else { return self }
            if rest.isEmpty, replacement == nil {
                elements.remove(at: index)
            } else {
                elements[index] = elements[index].replacing(rest, with: replacement)
            }
            return .array(elements)
        case .null, .bool, .integer, .number, .string: return self
        }
    }
}
