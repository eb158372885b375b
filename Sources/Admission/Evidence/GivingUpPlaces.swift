package import Core
package import OCI
internal import Synchronization

/// Places whose registries are not asked any more once they gave no answer twice in a row, for a run over many images:
/// a registry that is out of reach is waited for as often, and not once for each image.
package struct GivingUpPlaces: EvidencePlaces {
    private let places: any EvidencePlaces
    private let patience: Patience

    /// - Parameters:
    ///   - places: the places themselves.
    ///   - say: is told once of each registry that is not asked any more.
    package init(_ places: any EvidencePlaces, say: @escaping @Sendable (String) -> Void) {
        self.places = places
        patience = Patience(say)
    }

    package func sources(
        for image: ImageReference, and repositories: [String]
    ) throws(RegistryError) -> [any ImageSource] {
        try places.sources(for: image, and: repositories).map { source in
            guard case .registry(let host, _) = source.place else { return source }
            return GivingUpSource(source: source, host: host, patience: patience)
        }
    }
}

/// Which registries gave no answer.
private final class Patience: Sendable {
    static let failures = 2
    private let counts = Mutex<[String: Int]>([:])
    private let say: @Sendable (String) -> Void

    init(_ say: @escaping @Sendable (String) -> Void) { self.say = say }

    func isOver(_ host: String) -> Bool { counts.withLock { $0[host, default: 0] } >= Self.failures }

    /// Takes what came of a call; `nil` when it was answered.
    func note(_ error: RegistryError?, from host: String) {
        let isSilent = error?.code == .timeout || error?.code == .unavailable
        let isLast = counts.withLock { counts in
            let count = counts[host, default: 0]
            // What was on its way when it was given up changes nothing any more.
            guard count < Self.failures else { return false }
            counts[host] = isSilent ? count + 1 : 0
            return isSilent && count + 1 == Self.failures
        }
        if isLast, let error { say("\(host) gave no answer twice and is not asked again in this run: \(error)") }
    }
}

/// One place of such a registry.
private struct GivingUpSource: ImageSource {
    let source: any ImageSource
    let host: String
    let patience: Patience

    var place: RegistryError.Place { source.place }

    private func ask<Value: Sendable>(
        _ work: () async throws(RegistryError) -> Value
    ) async throws(RegistryError) -> Value {
        if patience.isOver(host) {
            throw RegistryError(
                .unavailable, "\(host) gave no answer twice and is not asked again in this run", at: place)
        }
        do {
            let value = try await work()
            patience.note(nil, from: host)
            return value
        } catch {
            // Whoever gave up learned nothing of the registry.
            if error.code != .cancelled { patience.note(error, from: host) }
            throw error
        }
    }

    func resolve(_ selector: ImageSelector) async throws(RegistryError) -> Descriptor {
        try await ask { () async throws(RegistryError) in try await source.resolve(selector) }
    }

    func document(_ digest: Digest, size: Int?) async throws(RegistryError) -> ImageDocument {
        try await ask { () async throws(RegistryError) in try await source.document(digest, size: size) }
    }

    func blob(_ digest: Digest, size: Int?, cap: Cap) async throws(RegistryError) -> [UInt8] {
        try await ask { () async throws(RegistryError) in try await source.blob(digest, size: size, cap: cap) }
    }

    func referrers(of digest: Digest, artifactType: String?) async throws(RegistryError) -> [Descriptor] {
        try await ask { () async throws(RegistryError) in
            try await source.referrers(of: digest, artifactType: artifactType)
        }
    }

    func attachments(_ kind: CosignAttachment, to digest: Digest) async throws(RegistryError) -> [Descriptor] {
        try await ask { () async throws(RegistryError) in try await source.attachments(kind, to: digest) }
    }
}
