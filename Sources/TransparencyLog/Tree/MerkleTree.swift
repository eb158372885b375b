public import Core

/// Merkle tree hashes, inclusion and consistency proofs (RFC 6962 §2.1, verified as RFC 9162 §2.1 says).
public enum MerkleTree {
    /// The most hashes a proof can have: one for each level of a tree of 2^63 leaves.
    public static let longestProof = Cap("proof hashes", 63)

    /// The root of the tree without leaves.
    public static let emptyRoot = TreeHash(unchecked: Digest.of([]).bytes)

    /// The hash of an entry.
    public static func leafHash(_ entry: [UInt8]) -> TreeHash {
        var hasher = DigestHasher()
        hasher.update([0x00])
        hasher.update(entry)
        return TreeHash(unchecked: hasher.finalize().bytes)
    }

    /// The hash of a node above two others.
    public static func nodeHash(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        var input: [UInt8] = []
        input.reserveCapacity(65)
        input.append(0x01)
        input.append(contentsOf: left.bytes)
        input.append(contentsOf: right.bytes)
        return TreeHash(unchecked: Digest.of(input).bytes)
    }

    /// Whether a leaf stands at an index of the tree of that size and root (RFC 9162 §2.1.3.2).
    public static func isIncluded(
        leaf: TreeHash, index: UInt64, size: UInt64, root: TreeHash, proof: [TreeHash]
    ) -> Bool {
        guard index < size, proof.count <= longestProof.limit else { return false }
        var hash = leaf
        var position = index
        var last = size - 1
        for sibling in proof {
            guard last > 0 else { return false }
            if position & 1 == 1 || position == last {
                hash = nodeHash(sibling, hash)
                // A last node without a sibling moves up as it is.
                while position & 1 == 0, position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                hash = nodeHash(hash, sibling)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether the tree of the older size is the beginning of the newer one (RFC 9162 §2.1.4.2).
    ///
    /// Equal sizes need equal roots and no proof; from the empty tree every tree grows, without a proof.
    public static func isConsistent(
        from oldSize: UInt64, root oldRoot: TreeHash, to newSize: UInt64, root newRoot: TreeHash, proof: [TreeHash]
    ) -> Bool {
        guard oldSize <= newSize, proof.count <= longestProof.limit else { return false }
        if oldSize == newSize { return proof.isEmpty && oldRoot == newRoot }
        if oldSize == 0 { return proof.isEmpty && oldRoot == emptyRoot }
        // A whole subtree is a node of the newer tree itself, and is left out of the proof.
        var path = oldSize & (oldSize - 1) == 0 ? [oldRoot] + proof : proof
        guard let first = path.first else { return false }
        path.removeFirst()
        var position = oldSize - 1
        var last = newSize - 1
        while position & 1 == 1 {
            position >>= 1
            last >>= 1
        }
        var older = first
        var newer = first
        for sibling in path {
            guard last > 0 else { return false }
            if position & 1 == 1 || position == last {
                older = nodeHash(sibling, older)
                newer = nodeHash(sibling, newer)
                while position & 1 == 0, position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                newer = nodeHash(newer, sibling)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && older == oldRoot && newer == newRoot
    }
}
