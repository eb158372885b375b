internal import Admission
internal import Core
internal import DecisionLog
internal import HTTPTypes
internal import Hummingbird
internal import Lineage
internal import NIOCore
internal import Policy
internal import Rollout

/// The routes of `/api/v1`: read-only, each behind a role (`Resources/openapi.json` describes them).
struct APIRoutes: Sendable {
    let policy: PolicyInForce
    let archive: any LogArchive
    let large: any LargeDecisions
    let shadow: ShadowVerifier
    let readiness: @Sendable () -> Readiness
    let lineage: (any LineageStore)?
    let clock: SteadyClock
    let access: AccessControl
    let events: ServerEvents

    /// The most entries that one question looks at.
    private static let maximumScan = 5_000
    private static let maximumPage = 500

    func router() -> Router<ConnectionContext> {
        let router = Router(context: ConnectionContext.self)
        router.get("openapi.json") { _, _ in Self.json(OpenAPIDocument.bytes) }
        let viewer = router.group("api/v1").add(middleware: RequireRole(access: access, role: .viewer, events: events))
        viewer.get("status") { _, _ in try await Self.json(status().canonical) }
        viewer.get("decisions") { request, _ in try await decisions(request) }
        viewer.get("decisions/:index") { _, context in try await decision(context) }
        viewer.get("waivers") { _, _ in waivers() }
        viewer.get("shadow") { _, _ in Self.json(shadowCounts.canonical) }
        viewer.get("graph/why/:digest") { _, context in try await why(context) }
        let auditor = router.group("api/v1/log")
            .add(middleware: RequireRole(access: access, role: .auditor, events: events))
        auditor.get("checkpoint") { _, _ in try await checkpoint() }
        auditor.get("proof/:index") { _, context in try await proof(context) }
        auditor.get("tile/**") { request, _ in try await tile(request) }
        return router
    }

    private static func json(_ bytes: [UInt8]) -> Response { WebhookResponder.response(.ok, bytes) }

    private static func text(_ bytes: [UInt8], type: String = "text/plain; charset=utf-8") -> Response {
        Response(
            status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private static func notFound(_ what: String) -> Response { WebhookResponder.error(.notFound, what) }

    private static func badRequest(_ what: String) -> Response { WebhookResponder.error(.badRequest, what) }

    private func status() async throws -> JSONValue {
        let readiness = readiness()
        var bundle: JSONValue = .null
        if let loaded = policy.current {
            bundle = [
                "name": .string(loaded.bundle.manifest.name), "version": .string("\(loaded.bundle.manifest.version)"),
                "digest": .string("\(loaded.bundle.digest)"),
                "signed": .bool(loaded.bundle.origin != .unsigned),
                "expires": .string("\(loaded.bundle.manifest.expires)"),
                "cluster": .string(loaded.admitter.cluster), "loadedAt": .string("\(loaded.loadedAt)"),
                "next": .string(loaded.next.map { "\($0.bundle.digest)" } ?? ""),
            ]
        }
        return [
            "ready": .bool(readiness.isReady), "problems": .array(readiness.problems.map { .string($0) }),
            "warnings": .array(readiness.warnings.map { .string($0) }), "bundle": bundle,
            "log": [
                "origin": .string(archive.origin), "size": .integer(Int64(clamping: try await archive.size())),
            ],
        ]
    }

    private var shadowCounts: JSONValue {
        let (shadow, skipped) = shadow.comparison
        return ["shadow": shadow?.json ?? .null, "skipped": .integer(Int64(skipped))]
    }

    private func waivers() -> Response {
        guard let loaded = policy.current else { return Self.json((["waivers": []] as JSONValue).canonical) }
        let now = clock.read().now
        let waivers = loaded.waivers.entries.map { entry -> JSONValue in
            [
                "id": .string(entry.waiver.id), "digest": .string("\(entry.digest)"),
                "owner": .string(entry.waiver.owner), "rule": .string(entry.waiver.rule.rawValue),
                "namespace": .string(entry.waiver.scope.namespace), "image": .string("\(entry.waiver.scope.image)"),
                "notBefore": .string("\(entry.waiver.notBefore)"), "expires": .string("\(entry.waiver.expires)"),
                "standing": .string(loaded.waivers.standing(of: entry, at: now).text),
            ]
        }
        let document: JSONValue = [
            "waivers": .array(waivers),
            "problems": .array(loaded.waiverProblems.prefix(100).map { .string("\($0)") }),
        ]
        return Self.json(document.canonical)
    }

    private func decisions(_ request: Request) async throws -> Response {
        let query = request.uri.queryParameters
        let limit = query.get("limit").map { Int($0) ?? 0 } ?? 50
        guard (1...Self.maximumPage).contains(limit) else {
            return Self.badRequest("limit: expected 1 to \(Self.maximumPage)")
        }
        let size = try await archive.size()
        let before: UInt64
        if let text = query.get("before") {
            guard let index = UInt64(text) else { return Self.badRequest("before: expected an index") }
            before = min(index, size)
        } else {
            before = size
        }
        let namespace = query.get("namespace")
        let outcome = query.get("decision")
        if let outcome, Decision.Outcome(rawValue: outcome) == nil {
            return Self.badRequest("decision: expected allow, deny or indeterminate")
        }
        var found: [JSONValue] = []
        var end = before
        var looked = 0
        while end > 0, found.count < limit, looked < Self.maximumScan {
            let count = min(256, end)
            let page = try await archive.entries(from: end - count, limit: Int(count))
            guard !page.isEmpty else { break }
            for (index, bytes) in page.reversed() where found.count < limit {
                looked += 1
                end = index
                guard let entry = try? LogEntry(parsing: bytes) else { continue }
                if let namespace, !entry.namespace.isSame(as: namespace) { continue }
                if let outcome, !entry.outcome.rawValue.isSame(as: outcome) { continue }
                found.append(summary(entry, index))
            }
        }
        let document: JSONValue = [
            "decisions": .array(found), "next": end > 0 ? .integer(Int64(clamping: end)) : .null,
        ]
        return Self.json(document.canonical)
    }

    private func summary(_ entry: LogEntry, _ index: UInt64) -> JSONValue {
        [
            "index": .integer(Int64(clamping: index)), "at": .string("\(entry.at)"),
            "namespace": .string(entry.namespace), "decision": .string(entry.outcome.rawValue),
            "enforcedResult": .string(entry.enforcedResult.rawValue),
            "object": entry.decision?["object"] ?? .null,
            "images": .array(entry.images.map { .string("\($0)") }),
            "rules": .array(
                Self.rules(entry.decision).map { .string($0) }),
        ]
    }

    private static func rules(_ decision: JSONValue?) -> [String] {
        Set((decision?["findings"]?.array ?? []).compactMap { $0["rule"]?.string }).sorted()
    }

    private func decision(_ context: ConnectionContext) async throws -> Response {
        guard let index = context.parameters.get("index").flatMap({ UInt64($0) }) else {
            return Self.badRequest("expected the index of an entry")
        }
        guard let (_, bytes) = try await archive.entries(from: index, limit: 1).first else {
            return Self.notFound("there is no entry \(index)")
        }
        let record = try LogRecord(parsing: bytes)
        guard case .decision(let entry) = record else { return Self.json(record.json.canonical) }
        var document = entry.decision
        if document == nil, let kept = try await large.document(entry.decisionDigest) {
            document = try JSONValue(parsing: kept, limits: JSONLimits(bytes: 4 << 20))
        }
        guard case .object(var object)? = document else {
            return Self.notFound("decision \(entry.decisionDigest) is not kept here")
        }
        object["log"] = [
            "origin": .string(archive.origin), "index": .integer(Int64(clamping: index)),
        ]
        return Self.json(JSONValue.object(object).canonical)
    }

    private func why(_ context: ConnectionContext) async throws -> Response {
        guard let lineage else { return Self.notFound("this server has no lineage store") }
        guard let digest = context.parameters.get("digest").flatMap({ Digest($0) }) else {
            return Self.badRequest("expected an image's digest such as sha256:…")
        }
        return Self.json(try await lineage.why(digest).json.canonical)
    }

    private func checkpoint() async throws -> Response {
        guard let bytes = try await archive.checkpoint() else { return Self.notFound("there is no checkpoint yet") }
        return Self.text(bytes)
    }

    private func proof(_ context: ConnectionContext) async throws -> Response {
        guard let index = context.parameters.get("index").flatMap({ UInt64($0) }) else {
            return Self.badRequest("expected the index of an entry")
        }
        guard let bytes = try await archive.proof(of: index) else {
            return Self.notFound("no checkpoint covers entry \(index) yet")
        }
        return Self.text(bytes)
    }

    private func tile(_ request: Request) async throws -> Response {
        let path = request.uri.path.dropFirst("/api/v1/log/".count)
        guard let bytes = try await archive.tile(String(path)) else { return Self.notFound("there is no \(path)") }
        return Self.text(bytes, type: "application/octet-stream")
    }
}
