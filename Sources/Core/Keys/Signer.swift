/// Something that signs messages: a key in memory, a file, a hardware module.
public protocol Signer: Sendable {
    /// The key the signatures verify with.
    var publicKey: PublicKey { get }
    /// How the signatures are made.
    var scheme: SignatureScheme { get }
    /// Signs a message.
    func sign(_ message: [UInt8]) throws -> [UInt8]
}
