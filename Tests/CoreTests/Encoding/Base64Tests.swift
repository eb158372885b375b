import Core
import Testing

@Suite struct Base64Tests {
    // RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func vectorsEncodeAndDecode(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test func everyByteSurvives() {
        for length in 0...70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.decode(Base64.encode(Array(UInt8.min...UInt8.max))) == Array(UInt8.min...UInt8.max))
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "=", "==", "===", "====", "A===", "Zm=v", "Z===", "Zm9vZg=",
        "Zg==Zg==",
        "Zm9v\n", " Zm9v", "Zm 9", "Zm-_", "Zm9\u{FF36}", "Zm9é", "\u{0}\u{0}\u{0}\u{0}", "Zm9v=", "Zm8=Zm8=",
    ])
    func otherSpellingsAreRefused(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
