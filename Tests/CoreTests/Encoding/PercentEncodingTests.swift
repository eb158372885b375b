import Core
import Testing

@Suite struct PercentEncodingTests {
    @Test(
        arguments: [
            ("AZaz09-._~", "AZaz09-._~"), ("a/b?c=d&e", "a%2Fb%3Fc%3Dd%26e"), ("100%", "100%25"),
            ("a b+c", "a%20b%2Bc"),
            ("\n\u{0}", "%0A%00"), ("ä", "%C3%A4"), ("", ""),
        ])
    func everythingButUnreservedIsEncoded(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
    }
}
