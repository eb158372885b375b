internal import Admission
package import Core
package import OCI

/// Registries that exist in memory only: images by digest without a byte of theirs, and what is attached to them.
package struct MemoryImages: EvidencePlaces {
    /// Whether a repository answers.
    package enum Reach: Sendable, Hashable {
        case available, unavailable
        /// The deadline passes before the answer comes.
        case timeout
        /// The answer comes after so long.
        case slow(Duration)
    }

    /// Whether registries answer; a repository of its own reach does not ask.
    package var reach = Reach.available
    private var reaches: [String: Reach] = [:]
    private var repositories: [String: MemoryRepository] = [:]

    package init() {}

    package func sources(
        for image: ImageReference, and further: [String]
    ) throws(RegistryError) -> [any ImageSource] {
        var names = [image.name]
        for text in further {
            guard let reference = try? ImageReference(text) else {
                throw RegistryError(
                    .invalidReference, "evidenceRepositories: \"\(text)\" is no repository",
                    at: .registry(host: "", repository: text))
            }
            names.append(reference.name)
        }
        return names.map { name in
            MemorySource(
                repository: repositories[name] ?? MemoryRepository(), place: Self.place(name),
                reach: reaches[name] ?? reach)
        }
    }

    private static func place(_ name: String) -> RegistryError.Place {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        return .registry(host: parts.first ?? "", repository: parts.count == 2 ? parts[1] : "")
    }

    /// Sets whether one repository answers.
    package mutating func set(_ reach: Reach, for repository: String) { reaches[repository] = reach }

    /// Lets a tag mean a digest.
    package mutating func tag(_ tag: String, of repository: String, as image: Digest) {
        repositories[repository, default: MemoryRepository()].tags[tag] = image
    }

    /// Makes an image one of several platforms.
    ///
    /// - Parameter platforms: such as `linux/amd64` or `linux/arm64/v8`.
    /// - Returns: the digest of each platform's manifest.
    @discardableResult
    package mutating func setPlatforms(
        _ platforms: [String], of image: Digest, in repository: String
    ) throws(RehearsalError) -> [String: Digest] {
        var digests: [String: Digest] = [:]
        var listed: [Descriptor] = []
        for text in platforms {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else {
                throw RehearsalError(.request, "platform \"\(text)\": expected one such as linux/amd64")
            }
            let digest = Digest.of(Array("\(image) \(text)".utf8))
            digests[text] = digest
            listed.append(
                Descriptor(
                    mediaType: MediaType.manifest, digest: digest, size: 1_024,
                    platform: Platform(
                        os: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : nil)))
        }
        do {
            let index = try ImageDocument(parsing: VerifiedBytes(hashing: Index.encode(listed)))
            repositories[repository, default: MemoryRepository()].documents[image] = index
        } catch {
            throw RehearsalError(.request, "the platforms of \(image) make no index: \(error)")
        }
        return digests
    }

    /// Attaches a piece of evidence.
    package mutating func attach(
        _ minted: Mint.Minted, to image: Digest, in repository: String
    ) throws(RehearsalError) {
        do {
            try repositories[repository, default: MemoryRepository()].attach(minted, to: image)
        } catch {
            throw RehearsalError(.minting, "a piece of evidence cannot be attached to \(image): \(error)")
        }
    }

    /// Attaches one piece so many times, each time in other bytes.
    package mutating func spam(
        _ bundle: [UInt8], times: Int, to image: Digest, in repository: String
    ) throws(RehearsalError) {
        for number in 0..<times {
            let padded = bundle + [UInt8](repeating: 0x20, count: number + 1)
            try attach(.bundle(padded, predicateType: nil), to: image, in: repository)
        }
    }
}

/// What one repository holds.
struct MemoryRepository: Sendable {
    var tags: [String: Digest] = [:]
    var documents: [Digest: ImageDocument] = [:]
    var blobs: [Digest: [UInt8]] = [:]
    var referrers: [Digest: [Descriptor]] = [:]
    var attachments: [Digest: [CosignAttachment: [Descriptor]]] = [:]

    private static let bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"

    mutating func attach(_ minted: Mint.Minted, to image: Digest) throws {
        switch minted {
        case .bundle(let bytes, let predicateType):
            let layer = Descriptor(of: bytes, mediaType: Self.bundleType)
            blobs[layer.digest] = bytes
            let subject = Descriptor(mediaType: MediaType.manifest, digest: image, size: 1_024)
            let annotations = predicateType.map { ["dev.sigstore.bundle.predicateType": $0] } ?? [:]
            let manifest = Manifest.encode(
                config: .empty, layers: [layer], subject: subject, artifactType: Self.bundleType,
                annotations: annotations)
            referrers[image, default: []].append(try put(manifest))
        case .cosign(let bytes, let mediaType, let annotations):
            let layer = Descriptor(of: bytes, mediaType: mediaType, annotations: annotations)
            blobs[layer.digest] = bytes
            let manifest = try put(Manifest.encode(config: .empty, layers: [layer]))
            attachments[image, default: [:]][.signatures, default: []].append(manifest)
        }
    }

    private mutating func put(_ bytes: [UInt8]) throws -> Descriptor {
        let document = try ImageDocument(parsing: VerifiedBytes(hashing: bytes))
        documents[document.digest] = document
        return document.descriptor
    }
}

/// One repository as the collector sees it.
struct MemorySource: ImageSource {
    let repository: MemoryRepository
    let place: RegistryError.Place
    let reach: MemoryImages.Reach

    private func answer<Value>(_ what: String, _ value: Value?) async throws(RegistryError) -> Value {
        switch reach {
        case .available: break
        case .unavailable: throw RegistryError(.unavailable, "\(what): the registry cannot be reached", at: place)
        case .timeout: throw RegistryError(.timeout, "\(what): no answer in time", at: place)
        case .slow(let duration):
            do {
                try await Task.sleep(for: duration)
            } catch {
                throw RegistryError(.cancelled, "\(what): the caller gave up", at: place)
            }
        }
        guard let value else { throw RegistryError(.notFound, "\(what): there is none", at: place) }
        return value
    }

    func resolve(_ selector: ImageSelector) async throws(RegistryError) -> Descriptor {
        let digest: Digest? =
            switch selector {
            case .digest(let digest): digest
            case .tag(let tag): repository.tags[tag]
            case .standard: repository.tags["latest"]
            }
        let found = try await answer("\(selector)", digest)
        return Descriptor(mediaType: MediaType.manifest, digest: found, size: 1_024)
    }

    func document(_ digest: Digest, size: Int?) async throws(RegistryError) -> ImageDocument {
        try await answer("manifest \(digest)", repository.documents[digest])
    }

    func blob(_ digest: Digest, size: Int?, cap: Cap) async throws(RegistryError) -> [UInt8] {
        let bytes = try await answer("blob \(digest)", repository.blobs[digest])
        guard bytes.count <= cap.limit else {
            throw RegistryError(.tooLarge, "\(CapExceeded(cap: cap, seen: bytes.count))", at: place)
        }
        return bytes
    }

    func referrers(of digest: Digest, artifactType: String?) async throws(RegistryError) -> [Descriptor] {
        let all = try await answer("referrers of \(digest)", repository.referrers[digest] ?? [])
        return all.filter { descriptor in
            artifactType.map { descriptor.artifactType?.isSame(as: $0) == true } ?? true
        }
    }

    func attachments(_ kind: CosignAttachment, to digest: Digest) async throws(RegistryError) -> [Descriptor] {
        try await answer("\(kind.rawValue) of \(digest)", repository.attachments[digest]?[kind] ?? [])
    }
}
