import Core
import TestSupport
import Testing

@_spi(Fuzzing) @testable import Compression

/// Damaged bytes keep the properties that the fuzz target demands.
@Suite struct MutationTests {
    @Test(arguments: DecompressedSourceTests.formats)
    func damagedBytesKeepTheProperties(format: CompressionFormat) throws {
        var generator = SeededGenerator(seed: 11)
        let original = try DecompressedSourceTests.bytes(format)
        for _ in 0..<300 {
            var bytes = original + (generator.oneIn(3) ? original : [])
            for _ in 0..<1 + generator.below(4) where !bytes.isEmpty {
                let place = generator.below(bytes.count)
                switch generator.below(3) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8(generator.below(256))
                default: bytes.insert(UInt8(generator.below(256)), at: place)
                }
            }
            #expect(FuzzTargets.decompress(bytes) == nil, "\(Base64.encode(bytes))")
        }
    }
}
