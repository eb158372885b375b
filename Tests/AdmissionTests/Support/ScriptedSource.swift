import Core
import OCI
import Synchronization

/// A source that says exactly what a test has it say, lies about lists and tags included.
///
/// Content still hashes to the digest it is asked by, as every source promises.
final class ScriptedSource: ImageSource {
    struct State {
        /// What a tag means, one answer after the other; the last one stays.
        var tags: [String: [Descriptor]] = [:]
        var documents: [Digest: ImageDocument] = [:]
        var blobs: [Digest: [UInt8]] = [:]
        var referrers: [Digest: [Descriptor]] = [:]
        var attachments: [String: [Descriptor]] = [:]
        /// What cannot be had: digests of content, or `referrers of …` and `sig of …`.
        var broken: Set<String> = []
        /// Everything that was asked for, in order.
        var asked: [String] = []
    }

    private let state = Mutex(State())
    let place = RegistryError.Place.registry(host: "registry.example", repository: "team/app")

    var asked: [String] { state.withLock { $0.asked } }

    func change(_ script: (inout State) -> Void) { state.withLock { script(&$0) } }

    private func answer<Value: Sendable>(
        _ question: String, _ read: (inout State) -> Value?
    ) throws(RegistryError) -> Value {
        let found: Result<Value, RegistryError> = state.withLock { state in
            state.asked.append(question)
            if state.broken.contains(question) {
                return .failure(RegistryError(.unavailable, "\(question): the registry is down", at: place))
            }
            guard let value = read(&state) else {
                return .failure(RegistryError(.notFound, "\(question): not there", at: place))
            }
            return .success(value)
        }
        return try found.get()
    }

    func resolve(_ selector: ImageSelector) async throws(RegistryError) -> Descriptor {
        switch selector {
        case .digest(let digest): try answer("\(digest)") { $0.documents[digest]?.descriptor }
        case .tag(let tag): try resolve(tag: tag)
        case .standard: try resolve(tag: "latest")
        }
    }

    private func resolve(tag: String) throws(RegistryError) -> Descriptor {
        try answer("tag \(tag)") { state in
            guard let first = state.tags[tag]?.first else { return nil }
            if let rest = state.tags[tag]?.dropFirst(), !rest.isEmpty { state.tags[tag] = Array(rest) }
            return first
        }
    }

    func document(_ digest: Digest, size: Int?) async throws(RegistryError) -> ImageDocument {
        try answer("\(digest)") { $0.documents[digest] }
    }

    func blob(_ digest: Digest, size: Int?, cap: Cap) async throws(RegistryError) -> [UInt8] {
        let bytes = try answer("\(digest)") { $0.blobs[digest] }
        do { try cap.check(max(size ?? 0, bytes.count)) } catch {
            throw RegistryError(.tooLarge, "blob \(digest): \(error)", at: place)
        }
        return bytes
    }

    func referrers(of digest: Digest, artifactType: String?) async throws(RegistryError) -> [Descriptor] {
        try answer("referrers of \(digest)") { $0.referrers[digest] ?? [] }
    }

    func attachments(_ kind: CosignAttachment, to digest: Digest) async throws(RegistryError) -> [Descriptor] {
        let key = "\(kind.rawValue) of \(digest)"
        return try answer(key) { $0.attachments[key] ?? [] }
    }
}
