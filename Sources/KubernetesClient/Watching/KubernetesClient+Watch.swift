internal import AsyncHTTPClient
internal import Core
internal import NIOCore
internal import Outgoing

extension KubernetesClient {
    /// Keeps somebody informed about all objects of a kind until the task is cancelled.
    ///
    /// It lists, then watches from that moment on. A watch that ends is resumed where it was, so that nothing is lost or
    /// told twice; when the server no longer knows that moment (410) everything is listed again. Failures are told and
    /// tried again, more and more slowly.
    ///
    /// - Parameters:
    ///   - resource: the kind.
    ///   - selection: which of its objects.
    ///   - tell: gets the news one after the other.
    package func follow(
        _ resource: APIResource, _ selection: ObjectSelection = ObjectSelection(),
        _ tell: @Sendable (WatchNews) async -> Void
    ) async {
        var version: String?
        var failures = 0
        while !Task.isCancelled {
            let failure: KubernetesError
            do throws(KubernetesError) {
                var from: String
                if let version {
                    from = version
                } else {
                    let list = try await list(resource, selection)
                    guard !Task.isCancelled else { return }
                    await tell(.replaced(list.items))
                    from = list.resourceVersion
                    version = from
                }
                // A server that answers a watch and ends it at once is asked no faster than one that fails.
                let start = pacing.now()
                do throws(KubernetesError) {
                    try await watch(resource, selection, from: &from, tell)
                    version = from
                } catch {
                    version = from
                    throw error
                }
                if pacing.now() - start > .seconds(1) { failures = 0 } else { failures += 1 }
                if failures > 0 {
                    await pacing.sleep(options.backoff.pause(after: failures, jitter: pacing.jitter()))
                }
                continue
            } catch {
                failure = error
            }
            if Task.isCancelled { return }
            failures += 1
            // The first time that a moment is too old nothing is wrong: everything is listed at once.
            let isOld = failure.code == .expired
            // An event that cannot be read would come again and again.
            if isOld || failure.code == .malformed || failure.code == .tooLarge { version = nil }
            let pause =
                isOld && failures == 1
                ? .zero
                : options.backoff.pause(after: failures, asked: failure.retryAfter, jitter: pacing.jitter())
            await tell(.interrupted(failure, retryIn: pause))
            if pause > .zero { await pacing.sleep(pause) }
        }
    }

    /// Watches once, until the server ends it.
    ///
    /// - Parameter version: the moment to go on from; it moves with every event that was told.
    private func watch(
        _ resource: APIResource, _ selection: ObjectSelection, from version: inout String,
        _ tell: @Sendable (WatchNews) async -> Void
    ) async throws(KubernetesError) {
        var request = APITransport.Request(path: try resource.path(namespace: selection.namespace))
        request.query =
            selection.query + [
                QueryItem("watch", "true"), QueryItem("allowWatchBookmarks", "true"),
                QueryItem("resourceVersion", version),
                QueryItem("timeoutSeconds", "\(max(1, options.watchLife.components.seconds))"),
            ]
        let stream = try await transport.open(request)
        guard (200...299).contains(stream.status) else {
            var body: [UInt8] = []
            do {
                for try await chunk in stream.body {
                    if body.count + chunk.readableBytes > 256 << 10 { break }
                    body.append(contentsOf: chunk.readableBytesView)
                }
            } catch {
                // The status says enough.
            }
            throw KubernetesError(
                status: stream.status, body: body, retryAfter: stream.retryAfter, at: request.place)
        }
        await tell(.alive)
        var scanner = LineScanner(cap: options.event)
        let limits = JSONLimits(bytes: options.event.limit, depth: 64, values: 1_000_000)
        do {
            for try await chunk in stream.body {
                for line in try scanner.take(chunk.readableBytesView) {
                    if Task.isCancelled { throw CancellationError() }
                    switch try WatchEvent(line, limits, place: request.place) {
                    case .changed(let object, let seen):
                        await tell(.changed(object))
                        version = seen
                    case .deleted(let object, let seen):
                        await tell(.deleted(object))
                        version = seen
                    case .bookmark(let seen):
                        version = seen
                        await tell(.alive)
                    case .failed(let error): throw error
                    }
                }
            }
        } catch {
            throw APITransport.error(error, request)
        }
        // A line without its end was never told, and the next watch brings it again.
    }
}
