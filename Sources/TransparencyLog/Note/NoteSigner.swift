public import Core

/// A private key that signs notes, in the name it signs in.
///
/// It is written `PRIVATE+KEY+name+hash+base64` (as golang.org/x/mod/sumdb/note does). It has no description, so that
/// it cannot end up in a message by accident.
public struct NoteSigner: Sendable {
    /// The key that what it signs verifies with.
    public let verifierKey: VerifierKey
    private let key: PrivateKey
    private let seed: [UInt8]
    private let clock: @Sendable () -> Instant

    /// Makes a signer of an Ed25519 seed.
    ///
    /// - Parameters:
    ///   - seed: 32 random bytes.
    ///   - clock: tells the time of a cosignature; the system's when absent.
    /// - Throws: ``LogError`` `malformed` when the name may not be a key's, or the seed has another length.
    public init(name: String, type: SignatureType, seed: [UInt8], clock: (@Sendable () -> Instant)? = nil)
        throws(LogError)
    {
        do {
            key = try PrivateKey(ed25519Seed: seed)
        } catch {
            throw LogError(.malformed, "\(error)")
        }
        self.seed = seed
        self.clock = clock ?? SystemClock.now
        verifierKey = try VerifierKey(name: name, type: type, publicKey: key.publicKey)
    }

    /// Makes a new key of the given randomness.
    ///
    /// - Throws: ``LogError`` `malformed` when the name may not be a key's.
    public init(
        generating name: String, type: SignatureType = .ed25519,
        using random: inout some RandomNumberGenerator, clock: (@Sendable () -> Instant)? = nil
    ) throws(LogError) {
        var seed: [UInt8] = []
        for _ in 0..<32 { seed.append(UInt8.random(in: .min ... .max, using: &random)) }
        try self.init(name: name, type: type, seed: seed, clock: clock)
    }

    /// Reads `PRIVATE+KEY+name+hash+base64`.
    ///
    /// - Throws: ``LogError`` `malformed` when it is not such a key; the message never quotes it.
    public init(_ text: String, clock: (@Sendable () -> Instant)? = nil) throws(LogError) {
        let prefix = "PRIVATE+KEY+"
        let parts = text.utf8.dropFirst(prefix.utf8.count).split(
            separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard text.utf8.count <= VerifierKey.maximumBytes.limit, text.utf8.starts(with: prefix.utf8),
            parts.count == 3, let name = String(parts[0]), let hash = Hex.decode(String(parts[1]) ?? "-"),
            hash.count == 4, let material = Base64.decode(String(parts[2]) ?? "-"), material.count == 33,
            let type = material.first.flatMap(SignatureType.init(rawValue:))
        else {
            throw LogError(
                .malformed,
                "expected a private key PRIVATE+KEY+name+hash+base64 of type 1 (Ed25519) or 4 (cosignature), as "
                    + "mc log key new writes it")
        }
        try self.init(name: name, type: type, seed: Array(material.dropFirst()), clock: clock)
        guard verifierKey.id == KeyID(hash) else {
            throw LogError(.malformed, "the private key's hash is another key's; it was copied wrongly")
        }
    }

    /// The key as `PRIVATE+KEY+name+hash+base64`, to be kept where nobody else can read it.
    public var secretText: String {
        "PRIVATE+KEY+\(verifierKey.name)+\(verifierKey.id)+\(Base64.encode([verifierKey.type.rawValue] + seed))"
    }

    /// Signs a note's text.
    ///
    /// - Throws: an error of the cryptographic library.
    public func sign(_ text: [UInt8]) throws -> NoteSignature {
        switch verifierKey.type {
        case .ed25519:
            return NoteSignature(name: verifierKey.name, id: verifierKey.id, bytes: try key.sign(text))
        case .cosignature:
            let timestamp = UInt64(max(0, clock().seconds))
            let signature = try key.sign(NoteSignature.cosignedMessage(text, timestamp: timestamp))
            let time = (0..<8).map { UInt8(truncatingIfNeeded: timestamp >> (56 - 8 * UInt64($0))) }
            return NoteSignature(name: verifierKey.name, id: verifierKey.id, bytes: time + signature)
        }
    }
}
