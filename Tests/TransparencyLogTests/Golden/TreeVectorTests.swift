import Core
import Testing

@testable import TransparencyLog

/// The tree that Certificate Transparency's implementations test against, its roots as published.
struct TreeVectorTests {
    static let entries: [[UInt8]] = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ].map { Hex.decode($0) ?? [] }

    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test(arguments: Array(roots.enumerated()))
    func rootsAreAsPublished(_ size: Int, _ root: String) {
        var frontier = TreeFrontier()
        for entry in Self.entries.prefix(size) { frontier.append(MerkleTree.leafHash(entry)) }
        #expect(Hex.encode(frontier.root.bytes) == root)
        #expect(Hex.encode(NaiveTree.root(Self.entries.prefix(size))) == root)
    }

    static let consistency = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]

    @Test func consistencyOfSixAndEightIsAsPublished() {
        let proof = Self.consistency.compactMap { Hex.decode($0).flatMap { TreeHash($0) } }
        #expect(NaiveTree.consistency(6, Self.entries[...]).map(Hex.encode) == Self.consistency)
        let roots = Self.roots.compactMap { Hex.decode($0).flatMap { TreeHash($0) } }
        #expect(MerkleTree.isConsistent(from: 6, root: roots[6], to: 8, root: roots[8], proof: proof))
        #expect(!MerkleTree.isConsistent(from: 6, root: roots[5], to: 8, root: roots[8], proof: proof))
    }
}
