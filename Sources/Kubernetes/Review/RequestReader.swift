internal import Core

/// Reads a request field by field, and refuses one whose parts contradict each other.
struct RequestReader {
    let request: JSONCursor
    let limits: ReviewLimits

    func read() throws(ReviewError) -> AdmissionRequest {
        let uid = try text("uid")
        guard NameSyntax.isUID(uid) else {
            throw error(.shape, "expected 1 to 128 printable ASCII characters", "uid")
        }
        let operation = try self.operation()
        let kind = try self.kind()
        let resource = try self.resource()
        let subResource = try optionalText("subResource")
        try check(kind, resource, subResource)
        let namespace = try optionalText("namespace")
        if let namespace, !NameSyntax.isNamespace(namespace) {
            throw error(
                .shape,
                "expected a namespace's name (RFC 1123 label), saw \(PrintableText.quote(namespace.excerpt(100)))",
                "namespace")
        }
        if namespace == nil, BuiltInKind(kind) != nil {
            throw error(.missing, "a \(kind.kind) lives in a namespace, and the request names none", "namespace")
        }
        let name = try optionalText("name")
        let user = try reading { () throws(JSONError) in try request.required("userInfo") }
        let userInfo = try UserInfo(user, limits)
        let isDryRun = try reading { () throws(JSONError) in try request.optional("dryRun")?.bool() ?? false }
        let options = try reading { () throws(JSONError) in try request.optional("options")?.value }

        let isMain = AdmissionRequest.isWhole(subResource)
        let object = try self.object("object")
        let oldObject = try self.object("oldObject")
        var metadata = ObjectMetadata()
        var oldMetadata = ObjectMetadata()
        switch operation {
        case .create, .update:
            guard let object else {
                throw error(.missing, "\(operation.rawValue) needs the object, and there is none", "object")
            }
            try check(type: object, kind, isMain)
            metadata = try ObjectMetadata(of: object, limits: limits)
            try check(metadata, name, namespace, kind, "object")
            if let oldObject, operation == .update {
                try check(type: oldObject, kind, isMain)
                oldMetadata = try ObjectMetadata(of: oldObject, limits: limits)
                try check(oldMetadata, name, namespace, kind, "oldObject")
            }
        case .delete:
            // Whatever is stored can be deleted, even what would not be accepted today.
            if let oldObject, let read = try? ObjectMetadata(of: oldObject, limits: limits) { oldMetadata = read }
        case .connect: break
        }
        return AdmissionRequest(
            uid: uid, kind: kind, resource: resource, subResource: subResource, name: name ?? metadata.name,
            namespace: namespace, operation: operation, userInfo: userInfo, object: object?.value,
            oldObject: oldObject?.value, metadata: metadata, oldMetadata: oldMetadata, isDryRun: isDryRun,
            options: options)
    }

    private func operation() throws(ReviewError) -> AdmissionRequest.Operation {
        let text = try text("operation")
        guard let operation = AdmissionRequest.Operation.allCases.first(where: { $0.rawValue.isSame(as: text) }) else {
            throw error(
                .operation,
                "expected CREATE, UPDATE, DELETE or CONNECT, saw \(PrintableText.quote(text.excerpt(100)))", "operation"
            )
        }
        return operation
    }

    private func kind() throws(ReviewError) -> GroupVersionKind {
        let parts = try type("kind", "kind")
        return GroupVersionKind(group: parts.group, version: parts.version, kind: parts.name)
    }

    private func resource() throws(ReviewError) -> GroupVersionResource {
        let parts = try type("resource", "resource")
        return GroupVersionResource(group: parts.group, version: parts.version, resource: parts.name)
    }

    private func type(
        _ field: String, _ last: String
    ) throws(ReviewError) -> (group: String, version: String, name: String) {
        let parts = try reading { () throws(JSONError) in
            let cursor = try request.required(field)
            return (
                group: try cursor.optional("group")?.string() ?? "", version: try cursor.required("version").string(),
                name: try cursor.required(last).string()
            )
        }
        for (part, text) in [("group", parts.group), ("version", parts.version), (last, parts.name)] {
            let isKnown = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }
            guard isKnown, text.utf8.count <= 253, part == "group" || !text.isEmpty else {
                throw error(.shape, "expected 1 to 253 ASCII characters without /", "\(field).\(part)")
            }
        }
        return parts
    }

    /// An object; absent, `null`, `{}` and `""` all say that there is none.
    private func object(_ field: String) throws(ReviewError) -> JSONCursor? {
        guard let cursor = try reading({ () throws(JSONError) in try request.optional(field) }) else { return nil }
        if cursor.value == .string("") { return nil }
        guard let object = cursor.value.object else {
            throw error(.shape, "expected an object, saw \(cursor.value.kind)", field)
        }
        return object.members.isEmpty ? nil : cursor
    }

    private func text(_ field: String) throws(ReviewError) -> String {
        guard let text = try optionalText(field) else {
            throw error(.missing, "the request has no \(field)", field)
        }
        return text
    }

    private func optionalText(_ field: String) throws(ReviewError) -> String? {
        let text = try reading { () throws(JSONError) in try request.optional(field)?.string() }
        return text?.isEmpty == true ? nil : text
    }

    private func error(_ code: ReviewError.Code, _ message: String, _ field: String) -> ReviewError {
        ReviewError(code, message, field: "\(request.field).\(field)")
    }

    /// A webhook is called by resource and reads by kind: both must name the same.
    private func check(
        _ kind: GroupVersionKind, _ resource: GroupVersionResource, _ subResource: String?
    ) throws(ReviewError) {
        guard AdmissionRequest.isWhole(subResource) else { return }
        guard kind.group.isSame(as: resource.group), kind.version.isSame(as: resource.version) else {
            throw error(.conflict, "the kind is \(kind), but the resource is \(resource)", "kind")
        }
        let byKind = BuiltInKind(kind)
        let byResource = BuiltInKind.allCases.first {
            $0.group.isSame(as: resource.group) && $0.resource.isSame(as: resource.resource)
        }
        guard byKind == byResource else {
            throw error(.conflict, "the kind is \(kind), but the resource is \(resource)", "kind")
        }
    }

    private func check(type object: JSONCursor, _ kind: GroupVersionKind, _ isMain: Bool) throws(ReviewError) {
        let (apiVersion, name) = try reading { () throws(JSONError) in
            (try object.optional("apiVersion")?.string(), try object.optional("kind")?.string())
        }
        // What stands in a subresource's place may be of a type of its own, and no images are read from it.
        guard isMain else { return }
        guard let apiVersion, let name else {
            throw ReviewError(.missing, "the object has no apiVersion and kind", field: object.field)
        }
        guard apiVersion.isSame(as: kind.apiVersion), name.isSame(as: kind.kind) else {
            let seen = PrintableText.quote("\(apiVersion) \(name)".excerpt(200))
            throw ReviewError(
                .conflict, "the request is about \(kind), but the object says \(seen)", field: "\(object.field).kind")
        }
    }

    private func check(
        _ metadata: ObjectMetadata, _ name: String?, _ namespace: String?, _ kind: GroupVersionKind, _ field: String
    ) throws(ReviewError) {
        if let seen = metadata.namespace, !seen.isSame(as: namespace ?? "") {
            throw error(
                .conflict, "the request is for namespace \(namespace ?? "(none)"), but the object says \(seen)",
                "\(field).metadata.namespace")
        }
        if let name, let seen = metadata.name, !seen.isSame(as: name) {
            throw error(
                .conflict, "the request is for \(PrintableText.quote(name.excerpt(253))), but the object says \(seen)",
                "\(field).metadata.name")
        }
    }
}
