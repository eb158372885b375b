internal import Core

/// Merge patches and server-side apply, as far as tests need them: lists are values.
enum Patching {
    /// RFC 7396.
    static func merge(_ patch: JSONValue, into target: JSONValue) -> JSONValue {
        guard case .object(let members) = patch else { return patch }
        var result = target.object ?? JSONObject()
        for member in members.members {
            if member.value == .null {
                result[member.key] = nil
            } else {
                result[member.key] = merge(member.value, into: result[member.key] ?? .object(JSONObject()))
            }
        }
        return .object(result)
    }

    /// The leaves of what a manager applied, by path.
    static func leaves(_ value: JSONValue, _ path: [String] = []) -> [[String]: JSONValue] {
        guard case .object(let object) = value, !object.members.isEmpty else { return [path: value] }
        return object.members.reduce(into: [:]) { leaves, member in
            leaves.merge(Self.leaves(member.value, path + [member.key])) { $1 }
        }
    }

    static func remove(_ path: ArraySlice<String>, from value: JSONValue) -> JSONValue {
        guard let first = path.first, case .object(var object) = value, let member = object[first] else { return value }
        if path.count == 1 {
            object[first] = nil
        } else {
            let rest = remove(path.dropFirst(), from: member)
            if rest.object?.members.isEmpty == true { object[first] = nil } else { object[first] = rest }
        }
        return .object(object)
    }
}
