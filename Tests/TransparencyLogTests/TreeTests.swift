import Core
import TestSupport
import Testing

@testable import TransparencyLog

/// Proofs of every place in every tree up to a size, beside a naive implementation; changed proofs never verify.
struct TreeTests {
    static let entries: [[UInt8]] = (0..<70).map { [UInt8]("entry \($0)".utf8) }

    static func hash(_ bytes: [UInt8]) -> TreeHash { TreeHash(unchecked: bytes) }

    /// The hashes of a plan, taken from the naive tree.
    static func hashes(_ plan: [Range<UInt64>]) -> [TreeHash] {
        plan.map { hash(NaiveTree.root(entries[Int($0.lowerBound)..<Int($0.upperBound)])) }
    }

    @Test func rootsEqualTheNaiveTrees() {
        var frontier = TreeFrontier()
        for size in 0...Self.entries.count {
            #expect(frontier.root.bytes == NaiveTree.root(Self.entries.prefix(size)))
            #expect(TreeFrontier(size: frontier.size, peaks: frontier.peaks) == frontier)
            if size < Self.entries.count { frontier.append(MerkleTree.leafHash(Self.entries[size])) }
        }
    }

    @Test func everyInclusionProofIsTheNaiveOneAndHolds() {
        for size in 1...40 {
            let root = Self.hash(NaiveTree.root(Self.entries.prefix(size)))
            for index in 0..<size {
                let proof = Self.hashes(ProofPlan.inclusion(of: UInt64(index), size: UInt64(size)))
                #expect(proof.map(\.bytes) == NaiveTree.path(index, Self.entries.prefix(size)))
                for candidate in 0..<size {
                    let holds = MerkleTree.isIncluded(
                        leaf: MerkleTree.leafHash(Self.entries[candidate]), index: UInt64(index), size: UInt64(size),
                        root: root, proof: proof)
                    #expect(holds == (candidate == index))
                }
            }
        }
    }

    @Test func everyConsistencyProofIsTheNaiveOneAndHolds() {
        for new in 0...48 {
            let newRoot = Self.hash(NaiveTree.root(Self.entries.prefix(new)))
            for old in 0...new {
                let proof = Self.hashes(ProofPlan.consistency(from: UInt64(old), to: UInt64(new)))
                #expect(proof.map(\.bytes) == NaiveTree.consistency(old, Self.entries.prefix(new)))
                let oldRoot = Self.hash(NaiveTree.root(Self.entries.prefix(old)))
                #expect(
                    MerkleTree.isConsistent(
                        from: UInt64(old), root: oldRoot, to: UInt64(new), root: newRoot, proof: proof))
                let other = MerkleTree.leafHash([1, 2, 3])
                #expect(
                    !MerkleTree.isConsistent(
                        from: UInt64(old), root: other, to: UInt64(new), root: newRoot, proof: proof))
                // Every tree begins with the empty one.
                let holds = MerkleTree.isConsistent(
                    from: UInt64(old), root: oldRoot, to: UInt64(new), root: other, proof: proof)
                #expect(holds == (old == 0 && new > 0))
            }
        }
    }

    /// Every way to change a proof a little, in trees drawn at random.
    @Test(arguments: 0..<60)
    func aChangedProofNeverHolds(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let size = Int.random(in: 2...Self.entries.count, using: &random)
        let index = Int.random(in: 0..<size, using: &random)
        let old = Int.random(in: 1..<size, using: &random)
        let root = Self.hash(NaiveTree.root(Self.entries.prefix(size)))
        let oldRoot = Self.hash(NaiveTree.root(Self.entries.prefix(old)))
        let leaf = MerkleTree.leafHash(Self.entries[index])
        let inclusion = Self.hashes(ProofPlan.inclusion(of: UInt64(index), size: UInt64(size)))
        let consistency = Self.hashes(ProofPlan.consistency(from: UInt64(old), to: UInt64(size)))
        for changed in Self.changes(of: inclusion, using: &random) {
            #expect(
                !MerkleTree.isIncluded(leaf: leaf, index: UInt64(index), size: UInt64(size), root: root, proof: changed)
            )
        }
        for changed in Self.changes(of: consistency, using: &random) {
            #expect(
                !MerkleTree.isConsistent(
                    from: UInt64(old), root: oldRoot, to: UInt64(size), root: root, proof: changed))
        }
        for place in 0..<size where place != index {
            #expect(
                !MerkleTree.isIncluded(
                    leaf: leaf, index: UInt64(place), size: UInt64(size), root: root, proof: inclusion))
        }
    }

    static func changes(of proof: [TreeHash], using random: inout SeededGenerator) -> [[TreeHash]] {
        var result = [proof + [MerkleTree.leafHash([9])], [MerkleTree.leafHash([9])] + proof]
        for index in proof.indices {
            var bytes = proof[index].bytes
            bytes[Int.random(in: 0..<32, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            var flipped = proof
            flipped[index] = hash(bytes)
            var removed = proof
            removed.remove(at: index)
            result += [flipped, removed, proof + [proof[index]]]
            if index > 0, proof[index] != proof[index - 1] {
                var swapped = proof
                swapped.swapAt(index, index - 1)
                result.append(swapped)
            }
        }
        return result
    }

    /// What cannot be asked, and numbers at the edge, end at once.
    @Test func impossibleQuestionsAreRefused() {
        let hash = MerkleTree.emptyRoot
        let long = [TreeHash](repeating: hash, count: 64)
        #expect(!MerkleTree.isIncluded(leaf: hash, index: 0, size: 0, root: hash, proof: []))
        #expect(!MerkleTree.isIncluded(leaf: hash, index: 5, size: 5, root: hash, proof: []))
        #expect(!MerkleTree.isIncluded(leaf: hash, index: 1, size: .max, root: hash, proof: long))
        #expect(!MerkleTree.isConsistent(from: 2, root: hash, to: 1, root: hash, proof: []))
        #expect(!MerkleTree.isConsistent(from: 1, root: hash, to: .max, root: hash, proof: long))
        #expect(!MerkleTree.isConsistent(from: 4, root: hash, to: 9, root: hash, proof: []))
        #expect(ProofPlan.inclusion(of: 0, size: 1 << 62).count == 62)
        #expect(ProofPlan.consistency(from: (1 << 62) - 1, to: 1 << 62).count <= 63)
    }

    @Test func rangesAreCoveredByFullSubtrees() {
        for low in [0, 16, 32, 48] {
            for high in (low + 1)...(low + 16) {
                let nodes = TreeNode.covering(UInt64(low)..<UInt64(high))
                let leaves = nodes.flatMap { node in
                    (node.index << UInt64(node.level))..<((node.index + 1) << UInt64(node.level))
                }
                #expect(leaves == Array(UInt64(low)..<UInt64(high)))
            }
        }
    }
}
