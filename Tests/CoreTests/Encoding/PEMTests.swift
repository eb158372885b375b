import Core
import Testing

@Suite struct PEMTests {
    private let block = "-----BEGIN PUBLIC KEY-----\naGVsbG8=\n-----END PUBLIC KEY-----\n"

    @Test func blocksAreReadAndTextAroundThemIsIgnored() throws {
        let blocks = try PEM.decode("about the key\n----- not a boundary -----\n" + block + "\n" + block + "the end")
        #expect(blocks == Array(repeating: PEM.Block(label: "PUBLIC KEY", bytes: Array("hello".utf8)), count: 2))
        #expect(try PEM.decode("") == [])
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func everyLineEndOfTheSpecificationCounts(end: String) throws {
        #expect(try PEM.decode(block.replacing("\n", with: end)).count == 1)
    }

    @Test func writtenBlocksHaveLinesOf64() throws {
        let bytes = (0..<100).map { UInt8($0) }
        let text = PEM.encode(label: "CERTIFICATE", bytes: bytes)
        #expect(text.split(separator: "\n").dropFirst().first?.utf8.count == 64)
        #expect(try PEM.decode(text) == [PEM.Block(label: "CERTIFICATE", bytes: bytes)])
    }

    @Test(arguments: [
        "-----BEGIN A-----\naGVsbG8=\n", "-----BEGIN A-----\naGVsbG8=\n-----END B-----\n",
        "-----BEGIN A-----\n-----END A-----",
        "-----BEGIN A-----\naGVsbG8\n-----END A-----", "-----BEGIN A-----\naGVs bG8=\n-----END A-----",
        "-----BEGIN A-----\nProc-Type: 4\n\naGVsbG8=\n-----END A-----",
        "-----BEGIN A-----\n-----BEGIN A-----\naGVsbG8=\n-----END A-----",
        "-----BEGIN KEY-----\naGVsbG8=\n-----END \u{212A}EY-----",
        "-----BEGIN \u{212A}EY-----\naGVsbG8=\n-----END \u{212A}EY-----",
        "-----BEGIN A----\naGVsbG8=\n-----END A-----", "-----BEGINA-----\naGVsbG8=", "-----END A-----",
        "-----BEGIN -----\naGVsbG8=\n-----END -----", "-----BEGIN A-----\u{2028}aGVsbG8=\u{2028}-----END A-----",
    ])
    func brokenBlocksAreRefused(text: String) {
        #expect(throws: PEMError.self) { try PEM.decode(text) }
    }

    @Test func blocksAreCounted() throws {
        #expect(try PEM.decode(String(repeating: block, count: 64)).count == 64)
        #expect(throws: PEMError.self) { try PEM.decode(String(repeating: block, count: 65)) }
    }
}
