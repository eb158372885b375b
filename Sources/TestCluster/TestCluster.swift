package import Core
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// A small API server on a loopback port: it keeps objects, lists, watches, applies, and makes trouble when told to.
package final class TestCluster: Sendable {
    /// Certificates for TLS, all in PEM.
    package struct TLS: Sendable {
        package let certificate: String
        package let key: String
        /// Whose client certificates are accepted; none are asked for when `nil`.
        package let clientAuthority: String?

        package init(certificate: String, key: String, clientAuthority: String? = nil) {
            self.certificate = certificate
            self.key = key
            self.clientAuthority = clientAuthority
        }
    }

    private struct Watcher {
        let scope: ClusterStore.Scope
        let responder: Responder
        let sendsBookmarks: Bool
        /// Tells it from a later one on the same connection.
        let number: Int
    }

    private struct State {
        var store = ClusterStore()
        var watchers: [ObjectIdentifier: Watcher] = [:]
        var channels: [ObjectIdentifier: any Channel] = [:]
        var faults: [Fault] = []
        var requests: [SeenRequest] = []
        var tokens: Set<String>?
        var counter = 0
    }

    private let state = Mutex(State())
    private let kinds: [ServedKind]
    private let server: Mutex<(any Channel)?> = Mutex(nil)
    private let isSecure: Bool

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - kinds: what it has beyond Kubernetes' own.
    ///   - tls: its certificates; plain HTTP when `nil`.
    ///   - tokens: the bearer tokens it accepts; anybody is let in when `nil`.
    package init(kinds: [ServedKind] = [], tls: TLS? = nil, tokens: Set<String>? = nil) async throws {
        self.kinds = ServedKind.standard + kinds
        isSecure = tls != nil
        state.withLock { $0.tokens = tokens }
        let context = try tls.map { try NIOSSLContext(configuration: Self.configuration($0)) }
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let self else { return }
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(RequestHandler(self))
                    self.welcome(channel)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.withLock { $0 = channel }
    }

    deinit {
        server.withLock { $0?.close(promise: nil) }
        for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
    }

    /// Stops listening and closes every connection.
    package func stop() async {
        let listener = server.withLock { $0 }
        try? await listener?.close().get()
        for channel in state.withLock({ Array($0.channels.values) }) { try? await channel.close().get() }
    }

    package var port: Int { server.withLock { $0?.localAddress?.port } ?? 0 }
    package var address: String { "\(isSecure ? "https" : "http")://127.0.0.1:\(port)" }

    /// The requests so far.
    package var requests: [SeenRequest] { state.withLock { $0.requests } }

    package func setTokens(_ tokens: Set<String>?) { state.withLock { $0.tokens = tokens } }

    /// Makes trouble for requests to come; the first that fits hits.
    package func fail(_ fault: Fault) { state.withLock { $0.faults.append(fault) } }

    package func clearFaults() { state.withLock { $0.faults = [] } }

    /// Makes an object, or replaces it, as somebody else would.
    package func put(_ object: JSONValue) {
        guard let (kind, key) = place(object) else { return }
        state.withLock { state in
            let change: ClusterStore.Change?
            if state.store.objects[key] == nil {
                change = try? state.store.create(object, kind, namespace: key.namespace)
            } else {
                change = (try? state.store.update(object.withoutVersion, key, kind)) ?? nil
            }
            if let change { Self.tell(change, &state) }
        }
    }

    /// Deletes an object of that kind, namespace and name.
    package func remove(_ object: JSONValue) {
        guard let (_, key) = place(object) else { return }
        state.withLock { state in
            if let change = try? state.store.delete(key, uid: nil) { Self.tell(change, &state) }
        }
    }

    /// The objects of a kind.
    package func objects(_ plural: String, namespace: String? = nil) -> [JSONValue] {
        state.withLock { state in
            state.store.objects.filter {
                $0.key.plural == plural && (namespace == nil || $0.key.namespace == namespace)
            }.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// An object.
    package func object(_ plural: String, namespace: String = "", _ name: String) -> JSONValue? {
        objects(plural).first {
            $0["metadata"]?["name"]?.string == name && ($0["metadata"]?["namespace"]?.string ?? "") == namespace
        }
    }

    /// Forgets what happened, so that older watches and pages are answered with 410.
    package func compact() { state.withLock { $0.store.compact() } }

    /// Sends every watcher that asked for them a bookmark.
    package func bookmark() {
        state.withLock { state in
            for watcher in state.watchers.values where watcher.sendsBookmarks {
                watcher.responder.line([
                    "type": "BOOKMARK",
                    "object": [
                        "kind": .string(watcher.scope.kind.kind), "apiVersion": .string(watcher.scope.kind.apiVersion),
                        "metadata": ["resourceVersion": .string("\(state.store.version)")],
                    ],
                ])
            }
        }
    }

    package var watchCount: Int { state.withLock { $0.watchers.count } }

    /// Ends all watches.
    ///
    /// - Parameter rudely: whether the connection breaks in the middle of an event, instead of ending as a server ends it.
    package func endWatches(rudely: Bool) {
        state.withLock { state in
            for watcher in state.watchers.values {
                if rudely {
                    watcher.responder.piece(Array(#"{"type":"ADDED","object":{"meta"#.utf8))
                    watcher.responder.close()
                } else {
                    watcher.responder.end()
                }
            }
            state.watchers = [:]
        }
    }
}

// The server.
extension TestCluster {
    private static func configuration(_ tls: TLS) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(tls.certificate.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(tls.key.utf8), format: .pem)))
        if let authority = tls.clientAuthority {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
        }
        return configuration
    }

    private func welcome(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        state.withLock { $0.channels[id] = channel }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.state.withLock { state in
                state.channels[id] = nil
                state.watchers[id] = nil
            }
        }
    }

    private static func tell(_ change: ClusterStore.Change, _ state: inout State) {
        for watcher in state.watchers.values {
            if let event = change.event(in: watcher.scope) { watcher.responder.line(event) }
        }
    }

    private func place(_ object: JSONValue) -> (ServedKind, ClusterStore.Key)? {
        guard let kind = object["kind"]?.string, let apiVersion = object["apiVersion"]?.string,
            let name = object["metadata"]?["name"]?.string,
            let served = kinds.first(where: { $0.kind == kind && $0.apiVersion == apiVersion })
        else { return nil }
        let namespace = served.isNamespaced ? object["metadata"]?["namespace"]?.string ?? "default" : ""
        return (
            served,
            ClusterStore.Key(group: served.group, plural: served.plural, namespace: namespace, name: name)
        )
    }

    func handle(_ request: SeenRequest, on channel: any Channel) {
        let responder = Responder(channel: channel)
        state.withLock { state in
            state.requests.append(request)
            if let index = state.faults.firstIndex(where: { $0.hits(request.method, request.target) }) {
                state.faults[index].times -= 1
                switch state.faults[index].action {
                case .status(let status, let reason, let retryAfter):
                    return responder.refuse(status, reason, "as the test wants it", retryAfter: retryAfter)
                case .drop: return responder.close()
                case .text(let text): return responder.send(200, Array(text.utf8))
                case .flood(let bytes): return responder.send(200, [UInt8](repeating: 0x20, count: bytes))
                case .goneEvent:
                    responder.begin()
                    responder.line([
                        "type": "ERROR", "object": Responder.status(410, "Expired", "too old resource version"),
                    ])
                    return responder.end()
                case .delay(let milliseconds):
                    channel.eventLoop.scheduleTask(in: .milliseconds(Int64(milliseconds))) { [weak self] in
                        self?.state.withLock { self?.answer(request, responder, &$0) }
                    }
                    return
                }
            }
            answer(request, responder, &state)
        }
    }

    private func answer(_ request: SeenRequest, _ responder: Responder, _ state: inout State) {
        if let tokens = state.tokens {
            let given = request.header("Authorization").flatMap { $0.hasPrefix("Bearer ") ? $0.dropFirst(7) : nil }
            guard let given, tokens.contains(String(given)) else {
                return responder.refuse(401, "Unauthorized", "Unauthorized")
            }
        }
        switch RequestTarget.read(request.target, kinds) {
        case .unknown: responder.refuse(404, "NotFound", "the server could not find the requested resource")
        case .discovery(let group, let version): discover(group, version, responder)
        case .resource(let target):
            do throws(ClusterStore.Refusal) {
                try serve(request, target, responder, &state)
            } catch {
                responder.refuse(error.status, error.reason, error.message)
            }
        }
    }

    private func discover(_ group: String, _ version: String, _ responder: Responder) {
        let found = kinds.filter { $0.group == group && $0.version == version }
        guard !found.isEmpty else {
            return responder.refuse(404, "NotFound", "the server could not find the requested resource")
        }
        let resources = found.flatMap { kind -> [JSONValue] in
            [kind.plural, "\(kind.plural)/status"].map {
                ["name": .string($0), "kind": .string(kind.kind), "namespaced": .bool(kind.isNamespaced), "verbs": []]
            }
        }
        responder.send(
            200,
            [
                "kind": "APIResourceList", "apiVersion": "v1",
                "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"),
                "resources": .array(resources),
            ])
    }

    private func serve(
        _ request: SeenRequest, _ target: RequestTarget, _ responder: Responder, _ state: inout State
    ) throws(ClusterStore.Refusal) {
        guard let key = target.key else {
            switch request.method {
            case "GET" where target.query["watch"] == "true": return try watch(target, responder, &state)
            case "GET": return try list(target, responder, &state)
            case "POST":
                let change = try state.store.create(
                    try Self.body(request), target.kind, namespace: target.namespace ?? "")
                Self.tell(change, &state)
                return responder.send(201, change.object)
            default: throw Self.notAllowed
            }
        }
        let change: ClusterStore.Change?
        switch request.method {
        case "GET":
            guard let object = state.store.objects[key] else {
                throw ClusterStore.Refusal(
                    status: 404, reason: "NotFound", message: "\(key.plural) \"\(key.name)\" not found")
            }
            return responder.send(200, object)
        case "PUT": change = try state.store.update(try Self.body(request), key, target.kind)
        case "DELETE":
            let options = request.body.isEmpty ? JSONValue.null : try Self.body(request)
            change = try state.store.delete(key, uid: options["preconditions"]?["uid"]?.string)
        case "PATCH": change = try patch(request, target, key, &state)
        default: throw Self.notAllowed
        }
        if let change { Self.tell(change, &state) }
        responder.send(200, change?.object ?? state.store.objects[key] ?? .null)
    }

    private func patch(
        _ request: SeenRequest, _ target: RequestTarget, _ key: ClusterStore.Key, _ state: inout State
    ) throws(ClusterStore.Refusal) -> ClusterStore.Change? {
        var patch = try Self.body(request)
        if target.subresource == "status" { patch = ["status": patch["status"] ?? .null] }
        switch request.header("Content-Type") {
        case "application/apply-patch+yaml":
            guard let manager = target.query["fieldManager"], !manager.isEmpty else {
                throw ClusterStore.Refusal(status: 422, reason: "Invalid", message: "fieldManager is required")
            }
            return try state.store.apply(
                patch, key, target.kind, manager: manager, force: target.query["force"] == "true")
        case "application/merge-patch+json":
            let old = state.store.objects[key] ?? .null
            var merged = Patching.merge(patch, into: old)
            if patch["metadata"]?["resourceVersion"] == nil { merged = merged.withoutVersion }
            return try state.store.update(merged, key, target.kind)
        default:
            throw ClusterStore.Refusal(
                status: 415, reason: "UnsupportedMediaType", message: "the body of the request was in an unknown format"
            )
        }
    }

    private func list(
        _ target: RequestTarget, _ responder: Responder, _ state: inout State
    ) throws(ClusterStore.Refusal) {
        let page = try state.store.page(
            target.scope, limit: target.query["limit"].flatMap { Int($0) }, token: target.query["continue"])
        var metadata: JSONObject = JSONObject()
        metadata["resourceVersion"] = .string("\(page.version)")
        if let next = page.next { metadata["continue"] = .string(next) }
        // Like the real one, items leave out their kind.
        let items = page.items.map { item -> JSONValue in
            var object = item.object ?? JSONObject()
            object["kind"] = nil
            object["apiVersion"] = nil
            return .object(object)
        }
        responder.send(
            200,
            [
                "kind": .string("\(target.kind.kind)List"), "apiVersion": .string(target.kind.apiVersion),
                "metadata": .object(metadata), "items": .array(items),
            ])
    }

    private func watch(
        _ target: RequestTarget, _ responder: Responder, _ state: inout State
    ) throws(ClusterStore.Refusal) {
        let start = target.query["resourceVersion"].flatMap { Int($0) } ?? state.store.version
        let missed = try state.store.changes(after: start)
        responder.begin()
        for change in missed {
            if let event = change.event(in: target.scope) { responder.line(event) }
        }
        let id = ObjectIdentifier(responder.channel)
        state.counter += 1
        let number = state.counter
        state.watchers[id] = Watcher(
            scope: target.scope, responder: responder, sendsBookmarks: target.query["allowWatchBookmarks"] == "true",
            number: number)
        guard let seconds = target.query["timeoutSeconds"].flatMap({ Int64($0) }) else { return }
        responder.channel.eventLoop.scheduleTask(in: .seconds(seconds)) { [weak self] in
            self?.state.withLock { state in
                guard state.watchers[id]?.number == number else { return }
                state.watchers.removeValue(forKey: id)?.responder.end()
            }
        }
    }

    private static let notAllowed = ClusterStore.Refusal(
        status: 405, reason: "MethodNotAllowed", message: "the server does not allow this method on the resource")

    private static func body(_ request: SeenRequest) throws(ClusterStore.Refusal) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: request.body)
        } catch {
            throw ClusterStore.Refusal(status: 400, reason: "BadRequest", message: "\(error)")
        }
    }
}

extension JSONValue {
    fileprivate var withoutVersion: JSONValue {
        guard var object = self.object, var metadata = object["metadata"]?.object else { return self }
        metadata["resourceVersion"] = nil
        object["metadata"] = .object(metadata)
        return .object(object)
    }
}
