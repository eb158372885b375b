internal import Core

/// A selector that leaves namespaces out by their names, and does nothing else.
struct NamespaceExemption: Sendable, Hashable {
    let names: Set<String>

    /// - Parameter selector: a LabelSelector; nothing and `{}` leave nothing out.
    /// - Returns: `nil` for a selector that chooses by anything but `kubernetes.io/metadata.name`, which only the API
    ///   server sets.
    init?(_ selector: JSONValue?) {
        var names: Set<String> = []
        switch selector {
        case nil, .null?: break
        case .object(let object)?:
            for member in object.members {
                switch member.key {
                case "matchExpressions":
                    guard let expressions = member.value.array else { return nil }
                    for expression in expressions {
                        guard expression["key"]?.string == "kubernetes.io/metadata.name",
                            expression["operator"]?.string == "NotIn", let values = expression["values"]?.array
                        else { return nil }
                        names.formUnion(values.compactMap(\.string))
                    }
                case "matchLabels":
                    guard member.value.object?.members.isEmpty ?? (member.value == .null) else { return nil }
                default: return nil
                }
            }
        default: return nil
        }
        self.names = names
    }
}
