import Core
import Testing

@Suite struct DigestTests {
    // FIPS 180-4 examples: the hash of "abc".
    @Test(arguments: [
        (DigestAlgorithm.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            .sha384,
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        ),
        (
            .sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
                + "454d4423643ce80e2a9ac94fa54ca49f"
        ),
    ])
    func hashesAreTheStandards(algorithm: DigestAlgorithm, hex: String) {
        let digest = Digest.of(Array("abc".utf8), algorithm)
        #expect(digest.hex == hex)
        #expect(Digest(digest.description) == digest)
        #expect(Digest(algorithm, bytes: digest.bytes) == digest)
        #expect(Digest.of("abc".utf8.lazy.map { $0 }, algorithm) == digest)
    }

    @Test(arguments: DigestAlgorithm.allCases)
    func pieceByPieceIsTheSameAsAtOnce(algorithm: DigestAlgorithm) {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        var hasher = DigestHasher(algorithm)
        hasher.update(Array(bytes[0..<1]))
        let early = hasher
        hasher.update(bytes[1..<500])
        hasher.update([])
        hasher.update(bytes[500...])
        #expect(hasher.finalize() == Digest.of(bytes, algorithm))
        #expect(early.finalize() == Digest.of(bytes.prefix(1), algorithm), "a copy does not see later bytes")
    }

    private static let hex = String(repeating: "0a", count: 32)

    @Test(arguments: [
        "", ":", "sha256", "sha256:", hex, "sha256:" + hex.dropLast(), "sha256:" + hex + "00", "SHA256:" + hex,
        "sha256:" + hex.uppercased(), "sha512:" + hex, "sha1:" + hex.prefix(40), "md5:" + hex.prefix(32),
        " sha256:" + hex, "sha256:" + hex + "\n", "sha256::" + hex, "sha256:sha256:" + hex,
    ])
    func otherTextsAreRefused(text: String) {
        #expect(Digest("sha256:" + Self.hex) != nil)
        #expect(Digest(text) == nil)
    }

    @Test func lengthsMustFitTheAlgorithm() {
        #expect(Digest(.sha256, bytes: Array(repeating: 0, count: 32)) != nil)
        #expect(Digest(.sha256, bytes: Array(repeating: 0, count: 31)) == nil)
        #expect(Digest(.sha512, bytes: Array(repeating: 0, count: 32)) == nil)
    }
}
