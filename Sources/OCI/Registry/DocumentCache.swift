internal import Core
internal import Synchronization

/// Keeps the last manifests by digest, so that resolving a tag and reading what it names is one request.
///
/// What is kept was checked against its digest and cannot go stale.
final class DocumentCache: Sendable {
    struct Key: Hashable, Sendable {
        let repository: Repository
        let digest: Digest
    }

    private struct State {
        var documents: [Key: ImageDocument] = [:]
        var order: [Key] = []
        var bytes = 0
    }

    private let state = Mutex(State())
    private let limit: Int

    init(bytes: Int = 16 << 20) { limit = bytes }

    subscript(key: Key) -> ImageDocument? { state.withLock { $0.documents[key] } }

    func insert(_ document: ImageDocument, _ key: Key) {
        state.withLock { state in
            guard state.documents.updateValue(document, forKey: key) == nil else { return }
            state.order.append(key)
            state.bytes += document.bytes.count
            while state.bytes > limit, let oldest = state.order.first {
                state.order.removeFirst()
                state.bytes -= state.documents.removeValue(forKey: oldest)?.bytes.count ?? 0
            }
        }
    }
}
