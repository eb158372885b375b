internal import Core

/// Merkle tree hashes and inclusion proofs (RFC 6962 §2.1).
enum MerkleTree {
    static func leafHash(_ entry: [UInt8]) -> [UInt8] {
        var hasher = DigestHasher()
        hasher.update([0x00])
        hasher.update(entry)
        return hasher.finalize().bytes
    }

    static func nodeHash(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var input: [UInt8] = []
        input.reserveCapacity(65)
        input.append(0x01)
        input.append(contentsOf: left)
        input.append(contentsOf: right)
        return Digest.of(input).bytes
    }

    /// The root a proof leads to, or `nil` when it has not as many hashes as index and size demand (RFC 9162 §2.1.3.2).
    static func root(leaf: [UInt8], index: UInt64, treeSize: UInt64, proof: [[UInt8]]) -> [UInt8]? {
        guard index < treeSize else { return nil }
        var hash = leaf
        var position = index
        var last = treeSize - 1
        var used = 0
        while last > 0 {
            // A right child and an inner left child have a sibling; the last node of an odd level moves up as it is.
            if position & 1 == 1 || position < last {
                guard used < proof.count else { return nil }
                hash = position & 1 == 1 ? nodeHash(proof[used], hash) : nodeHash(hash, proof[used])
                used += 1
            }
            position >>= 1
            last >>= 1
        }
        return used == proof.count ? hash : nil
    }
}
