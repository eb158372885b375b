import Core
import Testing

@Suite struct HexTests {
    @Test(arguments: [([], ""), ([0], "00"), ([0xFF, 0x0A], "ff0a")] as [([UInt8], String)])
    func bytesEncodeAndDecode(bytes: [UInt8], text: String) {
        #expect(Hex.encode(bytes) == text)
        #expect(Hex.decode(text) == bytes)
    }

    @Test(arguments: ["0", "0g", "FF", "fF", " 00", "00 ", "0x00", "0\u{0663}", "\u{FF10}0"])
    func otherSpellingsAreRefused(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
