public import Attestation
public import Core

/// What evidence must be about: content named by its digests, with the bytes where they are at hand.
public struct Artifact: Sendable, Hashable {
    /// The digests by which statements may name it.
    public let digests: [SubjectDigest]
    /// Those of them that bytes can be checked with, by algorithm.
    private let hashes: [Digest]
    /// The content, which Ed25519 signatures over artifacts need.
    let bytes: [UInt8]?

    /// An artifact whose bytes are at hand.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
        hashes = DigestAlgorithm.allCases.map { .of(bytes, $0) }
        digests = hashes.map { SubjectDigest($0) }
    }

    /// An artifact of which only digests are known.
    public init(digests: [SubjectDigest]) {
        self.digests = digests
        hashes = DigestAlgorithm.allCases.compactMap { algorithm in
            digests.first { $0.algorithm == algorithm.rawValue }?.digest
        }
        bytes = nil
    }

    /// An artifact of which only one digest is known.
    public init(digest: Digest) { self.init(digests: [SubjectDigest(digest)]) }

    func digest(_ algorithm: DigestAlgorithm) -> Digest? {
        hashes.first { $0.algorithm == algorithm }
    }

    var description: String { digests.first?.description ?? "no digest" }
}

extension Bundle {
    /// Which digests of the artifact verification will ask for.
    public var digestAlgorithms: Set<DigestAlgorithm> {
        var algorithms: Set<DigestAlgorithm> = [.sha256]
        switch content {
        case .message(let digest, _):
            if let digest { algorithms.insert(digest.algorithm) }
            if case .certificate(let leaf, _) = material {
                algorithms.formUnion(leaf.publicKey.defaultSchemes.compactMap(\.hash))
            }
        case .envelope(let envelope, _):
            // The names are only a hint which hashes to compute; what the statement says is judged after its signature.
            let statement = try? Statement(parsing: envelope.payload)
            for digest in statement?.subjects.flatMap(\.digests) ?? [] {
                if let algorithm = DigestAlgorithm(rawValue: digest.algorithm) { algorithms.insert(algorithm) }
            }
        case .simpleSigning: break
        }
        return algorithms
    }
    /// Whether the signature is over the artifact itself, not over a statement about it.
    public var isOverArtifact: Bool { if case .message = content { true } else { false } }

    /// Whether the bundle's own certificate holds an Ed25519 key, which signs the artifact's bytes and no digest.
    public var needsArtifactBytes: Bool {
        guard isOverArtifact, case .certificate(let leaf, _) = material else { return false }
        return leaf.publicKey.kind == .ed25519
    }
}
