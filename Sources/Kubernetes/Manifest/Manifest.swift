package import Core

/// Objects as people write them, turned into the requests that would create them.
package enum Manifest {
    /// The requests that creating an object would lead to; a list leads to one for each of its items.
    ///
    /// - Parameters:
    ///   - object: the object, or a `List` of objects.
    ///   - namespace: where objects go that name no namespace.
    ///   - user: who would ask.
    ///   - isDryRun: whether it is asked for trial only.
    ///   - uid: the beginning of the requests' UIDs; the number of the object follows.
    /// - Throws: ``ReviewError`` with the field when an object is malformed.
    package static func requests(
        creating object: JSONValue, namespace: String = "default", user: UserInfo, isDryRun: Bool = true,
        uid: String = "manifest", limits: ReviewLimits = .standard
    ) throws(ReviewError) -> [AdmissionRequest] {
        guard NameSyntax.isNamespace(namespace) else {
            throw ReviewError(
                .shape, "expected a namespace's name, saw \(PrintableText.quote(namespace.excerpt(100)))",
                field: "namespace")
        }
        var requests: [AdmissionRequest] = []
        for item in try expand(object, inherited: nil, field: "", depth: 1, limits) {
            guard requests.count < limits.objects.limit else {
                let cap = CapExceeded(cap: limits.objects, seen: requests.count + 1)
                throw ReviewError(.tooLarge, "\(cap)", field: item.field)
            }
            do throws(ReviewError) {
                requests.append(
                    try request(
                        item, namespace: namespace, user: user, isDryRun: isDryRun,
                        uid: "\(uid)-\(requests.count + 1)", limits))
            } catch {
                throw error.below(item.field)
            }
        }
        return requests
    }

    private struct Item {
        let object: JSONValue
        let kind: GroupVersionKind
        /// The place in the list; empty for an object that is in none.
        let field: String
    }

    private static func request(
        _ item: Item, namespace: String, user: UserInfo, isDryRun: Bool, uid: String, _ limits: ReviewLimits
    ) throws(ReviewError) -> AdmissionRequest {
        let metadata = try ObjectMetadata(object: item.object, limits: limits)
        guard metadata.name != nil || metadata.generateName != nil else {
            throw ReviewError(.missing, "the object has neither name nor generateName", field: "metadata.name")
        }
        let kind = item.kind
        return AdmissionRequest(
            uid: uid, kind: kind,
            resource: GroupVersionResource(
                group: kind.group, version: kind.version,
                resource: BuiltInKind(kind)?.resource ?? kind.kind.lowercased() + "s"),
            name: metadata.name, namespace: PodlessKind.isOfCluster(kind) ? nil : metadata.namespace ?? namespace,
            operation: .create, userInfo: user, object: item.object, metadata: metadata, isDryRun: isDryRun,
            options: ["apiVersion": "meta.k8s.io/v1", "kind": "CreateOptions"])
    }

    private static func expand(
        _ object: JSONValue, inherited: GroupVersionKind?, field: String, depth: Int, _ limits: ReviewLimits
    ) throws(ReviewError) -> [Item] {
        func place(_ name: String) -> String { field.isEmpty ? name : "\(field).\(name)" }
        guard object.object != nil else {
            throw ReviewError(.shape, "expected an object, saw \(object.kind)", field: field)
        }
        let cursor = JSONCursor(object)
        let kind: GroupVersionKind
        do throws(ReviewError) {
            let (apiVersion, name) = try reading { () throws(JSONError) in
                (try cursor.optional("apiVersion")?.string(), try cursor.optional("kind")?.string())
            }
            switch (apiVersion, name, inherited) {
            // Items of a typed list may leave out what the list says.
            case (nil, nil, let inherited?): kind = inherited
            case (let apiVersion?, let name?, _):
                guard let read = GroupVersionKind(apiVersion: apiVersion, kind: name) else {
                    throw ReviewError(
                        .shape,
                        "expected group/version or version, saw \(PrintableText.quote(apiVersion.excerpt(100)))",
                        field: "apiVersion")
                }
                kind = read
            default: throw ReviewError(.missing, "the object needs apiVersion and kind", field: "kind")
            }
        } catch {
            throw error.below(field)
        }
        guard kind.kind.utf8.suffix(4).elementsEqual("List".utf8), let items = object["items"]?.array else {
            guard !kind.isKind("List", group: "") else {
                throw ReviewError(.shape, "the list needs an array of items", field: place("items"))
            }
            return [Item(object: object, kind: kind, field: field)]
        }
        guard depth <= 4 else { throw ReviewError(.tooLarge, "lists nest over 4 levels deep", field: field) }
        guard items.count <= limits.objects.limit else {
            let cap = CapExceeded(cap: limits.objects, seen: items.count)
            throw ReviewError(.tooLarge, "\(cap)", field: place("items"))
        }
        let itemKind = String(kind.kind.dropLast(4))
        let inherited =
            itemKind.isEmpty
            ? nil : GroupVersionKind(group: kind.group, version: kind.version, kind: itemKind)
        var expanded: [Item] = []
        for (index, item) in items.enumerated() {
            expanded += try expand(
                item, inherited: inherited, field: place("items[\(index)]"), depth: depth + 1, limits)
            guard expanded.count <= limits.objects.limit else {
                let cap = CapExceeded(cap: limits.objects, seen: expanded.count)
                throw ReviewError(.tooLarge, "\(cap)", field: place("items"))
            }
        }
        return expanded
    }
}
