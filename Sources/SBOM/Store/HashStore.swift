internal import Core

/// The hashes of all components behind each other: a byte for the algorithm, then the hash.
struct HashStore: Sendable {
    private var bytes: [UInt8] = []

    var byteCount: Int { bytes.count }

    mutating func append(_ hash: ComponentHash) {
        bytes.append(hash.algorithm.rawValue)
        bytes.append(contentsOf: hash.bytes)
    }

    func hashes(from start: UInt32, count: UInt8) -> [ComponentHash] {
        var offset = Int(start)
        return (0..<count).compactMap { _ in
            guard let algorithm = ComponentHash.Algorithm(rawValue: bytes[offset]) else { return nil }
            defer { offset += 1 + algorithm.byteCount }
            return ComponentHash(
                algorithm: algorithm, bytes: Array(bytes[offset + 1..<offset + 1 + algorithm.byteCount]))
        }
    }
}
