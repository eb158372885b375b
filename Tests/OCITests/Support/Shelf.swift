import Core
import OCI

/// What a registry holds, and the honest answers of OCI distribution 1.1 about it.
struct Shelf: Sendable {
    var blobs: [String: [UInt8]] = [:]
    var manifests: [String: (type: String, bytes: [UInt8])] = [:]
    var tags: [String: String] = [:]
    /// How many referrers a page has.
    var pageSize = 100
    var hasReferrersAPI = true
    var filters = true

    /// A small image with tag `v1`, and what is attached to it.
    static func sample() -> (shelf: Shelf, image: Descriptor, layer: Descriptor, layerBytes: [UInt8]) {
        var shelf = Shelf()
        let bytes = Array("the layer's content".utf8)
        let layer = shelf.add(bytes, MediaType.layer)
        let config = shelf.add(Array("{\"os\":\"linux\"}".utf8), MediaType.config)
        let image = shelf.add(manifest: Manifest.encode(config: config, layers: [layer]), MediaType.manifest, tag: "v1")
        return (shelf, image, layer, bytes)
    }

    @discardableResult
    mutating func add(_ bytes: [UInt8], _ type: String) -> Descriptor {
        let descriptor = Descriptor(of: bytes, mediaType: type)
        blobs[descriptor.digest.description] = bytes
        return descriptor
    }

    @discardableResult
    mutating func add(
        manifest bytes: [UInt8], _ type: String = MediaType.manifest, tag: String? = nil
    ) -> Descriptor {
        let descriptor = Descriptor(of: bytes, mediaType: type)
        manifests[descriptor.digest.description] = (type, bytes)
        if let tag { tags[tag] = descriptor.digest.description }
        return descriptor
    }

    @discardableResult
    mutating func add(referrerTo subject: Descriptor, type: String, _ text: String) -> Descriptor {
        let layer = add(Array(text.utf8), "application/octet-stream")
        add(Descriptor.emptyContent, MediaType.empty)
        return add(
            manifest: Manifest.encode(config: .empty, layers: [layer], subject: subject, artifactType: type))
    }

    func reply(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.count >= 4, parts[0] == "v2" else { return Self.missing }
        let last = parts[parts.count - 1]
        switch parts[parts.count - 2] {
        case "blobs":
            guard let bytes = blobs[last] else { return Self.missing }
            return .answer(200, [("Docker-Content-Digest", last)], bytes)
        case "manifests":
            let digest = tags[last] ?? last
            guard let manifest = manifests[digest] else { return Self.missing }
            return .answer(200, [("Content-Type", manifest.type), ("Docker-Content-Digest", digest)], manifest.bytes)
        case "referrers":
            return hasReferrersAPI ? referrers(last, request) : Self.missing
        default: return Self.missing
        }
    }

    static let missing = ScriptedServer.Reply.answer(
        404, [("Content-Type", "application/json")],
        Array(#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#.utf8))

    private func referrers(_ subject: String, _ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        let query = Self.query(request.uri)
        var found = manifests.sorted { $0.key < $1.key }.compactMap { entry -> Descriptor? in
            guard let document = try? ImageDocument(parsing: VerifiedBytes(hashing: entry.value.bytes)),
                document.subject?.digest.description == subject
            else { return nil }
            return document.descriptor
        }
        var fields = [("Content-Type", MediaType.index)]
        if let type = query["artifactType"], filters {
            found.removeAll { $0.artifactType != type }
            fields.append(("OCI-Filters-Applied", "artifactType"))
        }
        let start = query["from"].flatMap { Int($0) } ?? 0
        if start + pageSize < found.count {
            let rest = query["artifactType"].map { "&artifactType=\($0.replacing("/", with: "%2F"))" } ?? ""
            fields.append(("Link", "<\(request.path)?from=\(start + pageSize)\(rest)>; rel=\"next\""))
        }
        return .answer(200, fields, Index.encode(Array(found.dropFirst(start).prefix(pageSize))))
    }

    private static func query(_ uri: String) -> [String: String] {
        var values: [String: String] = [:]
        for pair in uri.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            values[String(parts[0])] =
                parts.count > 1 ? String(parts[1]).replacing("%2F", with: "/").replacing("%2B", with: "+") : ""
        }
        return values
    }
}
