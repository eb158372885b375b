internal import Core

/// The objects of the server and what happened to them.
struct ClusterStore {
    /// Objects of one kind, in one namespace or all.
    struct Scope: Sendable, Hashable {
        let kind: ServedKind
        let namespace: String?
        var labels: [String: String] = [:]
        var fields: [String: String] = [:]

        func has(_ key: Key) -> Bool {
            kind.group == key.group && kind.plural == key.plural && (namespace == nil || namespace == key.namespace)
        }

        func selects(_ object: JSONValue) -> Bool {
            labels.allSatisfy { object["metadata"]?["labels"]?[$0.key]?.string == $0.value }
                && fields.allSatisfy { field in
                    var value: JSONValue? = object
                    for part in field.key.split(separator: ".") { value = value?[String(part)] }
                    return (value?.string ?? "") == field.value
                }
        }
    }

    struct Key: Sendable, Hashable, Comparable {
        let group: String
        let plural: String
        let namespace: String
        let name: String

        static func < (left: Key, right: Key) -> Bool {
            (left.group, left.plural, left.namespace, left.name)
                < (right.group, right.plural, right.namespace, right.name)
        }
    }

    struct Change: Sendable {
        let version: Int
        let key: Key
        /// `nil` when it was made.
        let old: JSONValue?
        /// `nil` when it is gone.
        let new: JSONValue?
        /// As it is told of.
        let object: JSONValue
    }

    struct Refusal: Error {
        let status: Int
        let reason: String
        let message: String
    }

    private(set) var objects: [Key: JSONValue] = [:]
    private(set) var version = 100
    private(set) var history: [Change] = []
    /// Watches from before this are told that they are too old.
    private(set) var oldest = 100
    private var applied: [Key: [String: JSONValue]] = [:]
    private var pages: [String: (items: [JSONValue], version: Int)] = [:]
    private var counter = 0

    mutating func compact() {
        history = []
        oldest = version
        pages = [:]
    }

    func list(_ scope: Scope) -> [JSONValue] {
        objects.filter { scope.has($0.key) && scope.selects($0.value) }.sorted { $0.key < $1.key }.map(\.value)
    }

    mutating func page(_ scope: Scope, limit: Int?, token: String?) throws(Refusal) -> (
        items: [JSONValue], version: Int, next: String?
    ) {
        var items: [JSONValue]
        var at = version
        if let token {
            guard let kept = pages.removeValue(forKey: token) else {
                throw Refusal(status: 410, reason: "Expired", message: "the continue token is too old")
            }
            (items, at) = kept
        } else {
            items = list(scope)
        }
        guard let limit, limit > 0, items.count > limit else { return (items, at, nil) }
        counter += 1
        let next = "page-\(counter)"
        pages[next] = (Array(items.dropFirst(limit)), at)
        items = Array(items.prefix(limit))
        return (items, at, next)
    }

    mutating func create(_ object: JSONValue, _ kind: ServedKind, namespace: String) throws(Refusal) -> Change {
        var object = object
        var name = object["metadata"]?["name"]?.string ?? ""
        if name.isEmpty, let prefix = object["metadata"]?["generateName"]?.string {
            counter += 1
            name = "\(prefix)\(counter)"
            object = object.setting("name", .string(name))
        }
        guard !name.isEmpty else { throw Refusal(status: 422, reason: "Invalid", message: "the object has no name") }
        let key = Key(group: kind.group, plural: kind.plural, namespace: namespace, name: name)
        guard objects[key] == nil else {
            throw Refusal(status: 409, reason: "AlreadyExists", message: "\(kind.plural) \"\(name)\" already exists")
        }
        if kind.isNamespaced { object = object.setting("namespace", .string(namespace)) }
        return store(object, key, kind)
    }

    mutating func update(_ object: JSONValue, _ key: Key, _ kind: ServedKind) throws(Refusal) -> Change? {
        guard let old = objects[key] else { throw missing(key) }
        if let expected = object["metadata"]?["resourceVersion"]?.string,
            expected != old["metadata"]?["resourceVersion"]?.string
        {
            throw Refusal(
                status: 409, reason: "Conflict", message: "the object has been modified; try with the latest version")
        }
        var object = object
        for field in ["uid", "creationTimestamp", "resourceVersion"] {
            if let value = old["metadata"]?[field] { object = object.setting(field, value) }
        }
        // What changes nothing makes no new version.
        return object == old ? nil : store(object, key, kind)
    }

    mutating func delete(_ key: Key, uid: String?) throws(Refusal) -> Change {
        guard let old = objects[key] else { throw missing(key) }
        if let uid, uid != old["metadata"]?["uid"]?.string {
            throw Refusal(status: 409, reason: "Conflict", message: "the UID is another one")
        }
        objects[key] = nil
        applied[key] = nil
        version += 1
        let last = old.setting("resourceVersion", .string("\(version)"))
        let change = Change(version: version, key: key, old: old, new: nil, object: last)
        history.append(change)
        return change
    }

    mutating func apply(
        _ object: JSONValue, _ key: Key, _ kind: ServedKind, manager: String, force: Bool
    ) throws(Refusal) -> Change? {
        let wanted = Patching.leaves(object)
        let others = (applied[key] ?? [:]).filter { $0.key != manager }
        for (other, value) in others {
            let taken = Patching.leaves(value).filter { wanted[$0.key] != nil && wanted[$0.key] != $0.value }
            guard let field = taken.first?.key else { continue }
            guard force else {
                throw Refusal(
                    status: 409, reason: "Conflict",
                    message:
                        "Apply failed with 1 conflict: conflict with \"\(other)\": .\(field.joined(separator: "."))"
                )
            }
        }
        var result = objects[key] ?? .object(JSONObject())
        let kept = Set(others.values.flatMap { Patching.leaves($0).keys })
        for path in Patching.leaves(applied[key]?[manager] ?? .object(JSONObject())).keys
        where wanted[path] == nil && !kept.contains(path) {
            result = Patching.remove(path[...], from: result)
        }
        result = Patching.merge(object, into: result)
        let change: Change?
        if objects[key] == nil {
            change = try create(result, kind, namespace: key.namespace)
        } else {
            change = try update(result, key, kind)
        }
        applied[key, default: [:]][manager] = object
        return change
    }

    /// What a watcher from a moment on has missed.
    func changes(after start: Int) throws(Refusal) -> [Change] {
        guard start >= oldest else {
            throw Refusal(status: 410, reason: "Expired", message: "too old resource version: \(start) (\(oldest))")
        }
        return history.filter { $0.version > start }
    }

    private mutating func store(_ object: JSONValue, _ key: Key, _ kind: ServedKind) -> Change {
        let old = objects[key]
        version += 1
        var object = object.setting("resourceVersion", .string("\(version)"))
        if object["metadata"]?["uid"] == nil {
            counter += 1
            let digits = "\(counter)"
            let uid = "00000000-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
            object = object.setting("uid", .string(uid))
        }
        if var members = object.object {
            if members["kind"] == nil { members["kind"] = .string(kind.kind) }
            if members["apiVersion"] == nil { members["apiVersion"] = .string(kind.apiVersion) }
            object = .object(members)
        }
        objects[key] = object
        let change = Change(version: version, key: key, old: old, new: object, object: object)
        history.append(change)
        return change
    }

    private func missing(_ key: Key) -> Refusal {
        Refusal(status: 404, reason: "NotFound", message: "\(key.plural) \"\(key.name)\" not found")
    }
}

extension JSONValue {
    /// The object with a member of its metadata set.
    func setting(_ name: String, _ value: JSONValue) -> JSONValue {
        var object = self.object ?? JSONObject()
        var metadata = object["metadata"]?.object ?? JSONObject()
        metadata[name] = value
        object["metadata"] = .object(metadata)
        return .object(object)
    }
}

extension ClusterStore.Change {
    /// What somebody who watches a scope is told; `nil` for nothing.
    func event(in scope: ClusterStore.Scope) -> JSONValue? {
        guard scope.has(key) else { return nil }
        let was = old.map { scope.selects($0) } ?? false
        let isNow = new.map { scope.selects($0) } ?? false
        let type: JSONValue
        switch (was, isNow) {
        case (false, false): return nil
        case (false, true): type = "ADDED"
        case (true, true): type = "MODIFIED"
        case (true, false): type = "DELETED"
        }
        return ["type": type, "object": object.setting("resourceVersion", .string("\(version)"))]
    }
}
