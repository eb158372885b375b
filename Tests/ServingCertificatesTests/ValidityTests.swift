import Core
import ServingCertificates
import Testing

@Suite struct ValidityTests {
    /// 900 seconds long: due for renewal with 300 left.
    private static let validity = Validity(start: Instant(seconds: 1000), end: Instant(seconds: 1900))

    @Test(
        arguments: [
            (999, .notYetValid), (1000, .valid), (1599, .valid), (1600, .dueForRenewal), (1900, .dueForRenewal),
            (1901, .expired),
        ] as [(Int64, Validity.Standing)])
    func bothEndsBelongToTheLife(second: Int64, standing: Validity.Standing) {
        #expect(Self.validity.standing(at: Instant(seconds: second)) == standing)
    }

    @Test(arguments: [(1900, .dueForRenewal), (1901, .expired)] as [(Int64, Validity.Standing)])
    func theLastSecondCountsInFull(second: Int64, standing: Validity.Standing) {
        let instant = Instant(seconds: second, nanoseconds: 999_999_999)
        #expect(Self.validity.standing(at: instant) == standing)
    }

    @Test(arguments: [
        ("mc-webhook.mc-system.svc", "mc-webhook.mc-system.svc"), ("Host.Example", "host.example"),
        ("*.example.com", "*.example.com"), ("127.0.0.1", "127.0.0.1"), ("::1", "0:0:0:0:0:0:0:1"),
        ("fd00::12:a", "fd00:0:0:0:0:0:12:a"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("localhost", "localhost"),
    ])
    func namesAreRead(text: String, name: String) throws { #expect(try ServingName(text).description == name) }

    @Test(arguments: [
        "", "a..b", "-a", "a-", "a b", "*", "a.*.b", "1.2.3", "1.2.3.256", "01.2.3.4", "1::2::3", ":::", "12345::",
        "1:2:3:4:5:6:7", "a_b", "é.example", "1:2:3:4:5:6:7:8:9", String(repeating: "a", count: 64),
    ])
    func otherNamesAreRefused(text: String) { #expect(throws: CertificateError.self) { try ServingName(text) } }
}
