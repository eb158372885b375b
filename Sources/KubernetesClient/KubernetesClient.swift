package import Core
internal import NIOHTTP1
package import Outgoing

/// A client of one cluster's API: objects in and out as JSON, bounded in size and time, with typed errors.
package final class KubernetesClient: Sendable {
    let options: ClientOptions
    let pacing: Pacing
    let transport: APITransport
    /// What was found out of the resources that the server has.
    let discovered = DiscoveryCache()
    /// The namespace that the configuration names.
    package let namespace: String?

    /// - Parameters:
    ///   - access: how the cluster is reached and who asks.
    ///   - environment: the process's environment, for exec plugins.
    ///   - options: the bounds.
    ///   - pacing: the clock, sleep and chance that requests are paced by.
    ///   - wallClock: the present, for the ends of plugins' credentials.
    package init(
        _ access: ClusterAccess, environment: [String: String] = [:], options: ClientOptions = ClientOptions(),
        pacing: Pacing = .real(), wallClock: @escaping @Sendable () -> Instant
    ) {
        self.options = options
        self.pacing = pacing
        namespace = access.namespace
        transport = APITransport(
            access: access, environment: environment, options: options, pacing: pacing, wallClock: wallClock)
    }

    /// Reads an object.
    ///
    /// - Parameter deadline: how long it may take in all; the options' when `nil`.
    /// - Throws: ``KubernetesError``; ``KubernetesError/isAbsence`` when there is none.
    package func get(
        _ resource: APIResource, namespace: String? = nil, name: String, deadline: Duration? = nil
    ) async throws(KubernetesError) -> JSONValue {
        let path = try resource.path(namespace: namespace, name: name)
        return try await ask(APITransport.Request(path: path), deadline: deadline, isRepeatable: true)
    }

    /// Makes an object.
    ///
    /// - Throws: ``KubernetesError`` with code `alreadyExists` when there is one of that name.
    @discardableResult
    package func create(
        _ resource: APIResource, namespace: String? = nil, _ object: JSONValue, deadline: Duration? = nil
    ) async throws(KubernetesError) -> JSONValue {
        let request = APITransport.Request(
            method: .POST, path: try resource.path(namespace: namespace), body: object.canonical)
        return try await ask(request, deadline: deadline, isRepeatable: false)
    }

    /// Replaces an object; one that carries another resourceVersion than the stored one is refused with `conflict`.
    ///
    /// - Throws: ``KubernetesError``
    @discardableResult
    package func replace(
        _ resource: APIResource, namespace: String? = nil, name: String, _ object: JSONValue, deadline: Duration? = nil
    ) async throws(KubernetesError) -> JSONValue {
        let request = APITransport.Request(
            method: .PUT, path: try resource.path(namespace: namespace, name: name), body: object.canonical)
        return try await ask(request, deadline: deadline, isRepeatable: false)
    }

    /// Deletes an object.
    ///
    /// - Parameter uid: the UID that it must have, so that nothing else of that name goes.
    /// - Throws: ``KubernetesError``; ``KubernetesError/isAbsence`` when it is gone already.
    package func delete(
        _ resource: APIResource, namespace: String? = nil, name: String, uid: String? = nil,
        deadline: Duration? = nil
    ) async throws(KubernetesError) {
        var body: JSONObject = JSONObject()
        body["apiVersion"] = "v1"
        body["kind"] = "DeleteOptions"
        if let uid { body["preconditions"] = ["uid": .string(uid)] }
        let request = APITransport.Request(
            method: .DELETE, path: try resource.path(namespace: namespace, name: name),
            body: JSONValue.object(body).canonical)
        _ = try await ask(request, deadline: deadline, isRepeatable: false)
    }

    /// Applies an object's fields as a manager's (server-side apply).
    ///
    /// - Parameters:
    ///   - manager: whose fields they are.
    ///   - force: whether fields of other managers are taken over; without it they are a `conflict`.
    ///   - subresource: such as `status`; the object itself when `nil`.
    /// - Throws: ``KubernetesError``
    @discardableResult
    package func apply(
        _ resource: APIResource, namespace: String? = nil, name: String, _ object: JSONValue, manager: String,
        force: Bool = false, subresource: String? = nil, deadline: Duration? = nil
    ) async throws(KubernetesError) -> JSONValue {
        var request = APITransport.Request(
            method: .PATCH, path: try resource.path(namespace: namespace, name: name, subresource: subresource))
        request.query = [QueryItem("fieldManager", manager), QueryItem("force", force ? "true" : "false")]
        // JSON is YAML; servers before 1.32 know this media type only.
        request.contentType = "application/apply-patch+yaml"
        request.body = object.canonical
        return try await ask(request, deadline: deadline, isRepeatable: true)
    }

    /// Merges fields into an object (RFC 7396); `null` removes a field.
    ///
    /// - Throws: ``KubernetesError``
    @discardableResult
    package func merge(
        _ resource: APIResource, namespace: String? = nil, name: String, _ patch: JSONValue, manager: String,
        subresource: String? = nil, deadline: Duration? = nil
    ) async throws(KubernetesError) -> JSONValue {
        var request = APITransport.Request(
            method: .PATCH, path: try resource.path(namespace: namespace, name: name, subresource: subresource))
        request.query = [QueryItem("fieldManager", manager)]
        request.contentType = "application/merge-patch+json"
        request.body = patch.canonical
        return try await ask(request, deadline: deadline, isRepeatable: patch["metadata"]?["resourceVersion"] == nil)
    }

    /// Sends a request, again where that can help, and reads the answer as JSON.
    ///
    /// - Parameter isRepeatable: whether a request of which nobody knows what became of it may be sent again.
    func ask(
        _ request: APITransport.Request, deadline: Duration?, isRepeatable: Bool
    ) async throws(KubernetesError) -> JSONValue {
        let body = try await answer(request, deadline: deadline, isRepeatable: isRepeatable)
        do throws(JSONError) {
            return try JSONValue(parsing: body, limits: options.json)
        } catch {
            throw KubernetesError(
                error.code == .tooLarge ? .tooLarge : .malformed, "the answer is not the JSON expected: \(error)",
                at: request.place)
        }
    }

    private func answer(
        _ request: APITransport.Request, deadline: Duration?, isRepeatable: Bool
    ) async throws(KubernetesError) -> [UInt8] {
        let limit = deadline ?? options.deadline
        let end = pacing.now() + limit
        return try await TimeLimit.run(limit, request.place, pacing) { [self] () throws(KubernetesError) in
            var failures = 0
            while true {
                let failure: KubernetesError
                do throws(KubernetesError) {
                    let answer = try await transport.send(request, cap: options.answer)
                    if (200...299).contains(answer.status) { return answer.body }
                    failure = KubernetesError(
                        status: answer.status, body: answer.body, retryAfter: answer.retryAfter, at: request.place)
                } catch {
                    failure = error
                }
                failures += 1
                let pause = options.backoff.pause(
                    after: failures, asked: failure.retryAfter, jitter: pacing.jitter())
                // What was throttled was not done, whatever it was.
                guard failure.code == .throttled || (isRepeatable && failure.isTransient),
                    failures <= options.retries, pacing.now() + pause < end
                else { throw failure }
                await pacing.sleep(pause)
                if Task.isCancelled {
                    throw KubernetesError(.cancelled, "nobody waits for the answer any more", at: request.place)
                }
            }
        }
    }
}

extension KubernetesError {
    /// Whether another try may fare better.
    package var isTransient: Bool {
        [.throttled, .serverError, .timeout, .unavailable].contains(code) && status != 501
    }
}
