import Foundation
@_spi(Fuzzing) import Sigstore
import TestSupport
import Testing

/// The fuzz targets' properties hold for the minted seeds; what fuzzing finds joins them.
struct FuzzTargetsTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Fuzz/corpus/certificate").standardized

    @Test(arguments: ["own-leaf", "own-root", "own-checkpoint", "own-proof"])
    func seedsKeepTheProperties(seed: String) throws {
        let bytes = Array(try Data(contentsOf: Self.corpus.appending(path: seed)))
        let rest = Array(bytes.dropFirst())
        let violation =
            switch bytes.first {
            case UInt8(ascii: "c"): FuzzTargets.certificate(rest)
            case UInt8(ascii: "n"): FuzzTargets.checkpoint(rest)
            case UInt8(ascii: "m"): FuzzTargets.inclusionProof(rest)
            default: "a seed names its parser"
            }
        #expect(violation == nil)
    }

    /// Every place in every tree of up to 70 leaves, with as many hashes as its path has, one fewer and one more.
    @Test func proofsHaveAsManyHashesAsTheirPlaceNeeds() {
        func eight(_ value: UInt64) -> [UInt8] { withUnsafeBytes(of: value.bigEndian, Array.init) }
        for size in UInt64(0)...70 {
            for index in 0...size {
                for hashes in 0...8 {
                    let input = eight(index) + eight(size) + [UInt8](repeating: 7, count: hashes * 32)
                    #expect(FuzzTargets.inclusionProof(input) == nil, "\(index) of \(size), \(hashes) hashes")
                }
            }
        }
    }

    @Test(.enabled(if: SharedData.isPresent, "conformance data"))
    func realTimestampKeepsTheProperties() throws {
        let text = try SharedData.text("sigstore/conformance/rekor2-happy-path/bundle.sigstore.json")
        let field = try #require(text.firstRange(of: "\"signedTimestamp\":"))
        let value = text[field.upperBound...].split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        let token = try #require(Data(base64Encoded: String(value[1])))
        #expect(FuzzTargets.timestamp(Array(token)) == nil)
    }
}
