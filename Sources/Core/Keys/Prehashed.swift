internal import Crypto

// swift-crypto makes its digests only by hashing. A verifier that is handed nothing but `sha256:…` needs these: a
// hash computed elsewhere, in the shape swift-crypto verifies.

protocol PrehashedDigest: Crypto.Digest {
    static var byteCount: Int { get }
    var bytes: [UInt8] { get }
}

extension PrehashedDigest {
    func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try bytes.withUnsafeBytes(body)
    }

    func makeIterator() -> Array<UInt8>.Iterator { bytes.makeIterator() }

    var description: String { Hex.encode(bytes) }
}

struct Prehashed256: PrehashedDigest {
    static let byteCount = 32
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
}

struct Prehashed384: PrehashedDigest {
    static let byteCount = 48
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
}

struct Prehashed512: PrehashedDigest {
    static let byteCount = 64
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
}
