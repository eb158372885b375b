import Core
import TestSupport
import Testing

@_spi(Fuzzing) @testable import SBOM

/// Damaged documents keep the properties that the fuzz target demands: no crash, and nothing half read.
@Suite struct MutationTests {
    static let seeds = [CycloneDXTests.json, CycloneDXTests.xml, SPDXTests.spdx2, SPDXTests.spdx3]

    @Test(arguments: seeds.indices)
    func damagedDocumentsKeepTheProperties(index: Int) {
        var generator = SeededGenerator(seed: UInt64(index))
        let original = Array(Self.seeds[index].utf8)
        let marks = Array("{}[]\",:<>/&;!0a\u{0}".utf8)
        for _ in 0..<300 {
            var bytes = original
            for _ in 0..<1 + generator.below(4) where !bytes.isEmpty {
                let place = generator.below(bytes.count)
                let end = min(bytes.count, place + 1 + generator.below(60))
                switch generator.below(5) {
                case 0: bytes.removeSubrange(place..<end)
                case 1: bytes.insert(contentsOf: bytes[place..<end], at: generator.below(bytes.count))
                case 2: bytes[place] = marks[generator.below(marks.count)]
                case 3: bytes[place] ^= 1 << UInt8(generator.below(8))
                default: bytes.insert(marks[generator.below(marks.count)], at: place)
                }
            }
            #expect(FuzzTargets.bill(bytes) == nil, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
