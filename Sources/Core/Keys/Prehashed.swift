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

extension Core.Digest {
    /// The hash as swift-crypto's own digest of the same algorithm, which its RSA insists on by type.
    ///
    /// Those have no initialiser. They are plain bytes in memory; that is checked before and after, and `nil` says
    /// that a later version is built otherwise.
    func native<D: Crypto.Digest>(as type: D.Type) -> D? {
        guard _isPOD(type), D.byteCount == bytes.count, MemoryLayout<D>.size == bytes.count else { return nil }
        let digest = withUnsafeTemporaryAllocation(of: type, capacity: 1) { buffer -> D? in
            UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes)
            return buffer.first
        }
        guard let digest, digest.elementsEqual(bytes) else { return nil }
        return digest
    }
}
