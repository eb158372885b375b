import Core
import Testing

/// Messages quote evidence; evidence may be megabytes long.
struct ExcerptTests {
    @Test(arguments: [
        ("", ""), ("abcd", "abcd"), ("abcde", "abcd… (5 bytes)"),
        // No scalar is split: two, three and four bytes across the limit.
        ("abc\u{E9}", "abc… (5 bytes)"), ("ab\u{20AC}", "ab… (5 bytes)"), ("a\u{1F600}", "a… (5 bytes)"),
        ("\u{1F600}a", "\u{1F600}… (5 bytes)"), ("\u{E9}\u{E9}", "\u{E9}\u{E9}"),
    ])
    func textsAreCutBetweenScalars(text: String, expected: String) {
        #expect(text.excerpt(4) == expected)
    }

    private static let long = String(repeating: "x", count: 1 << 20)

    @Test(arguments: [
        "{\"\(long)\":1,\"\(long)\":2}", "{\"\(long)\" 1}", "{\"a\":{\"\(long)\":[]}}", "{\"a\":{\"b\":\"\(long)\"}}",
    ])
    func jsonErrorsStayShort(text: String) throws {
        let error = try #require(throws: JSONError.self) {
            let field = try JSONCursor(JSONValue(parsing: text)).required("a")
            try field.allow(only: ["b"])
            throw try field.required("b").error("expected nothing, saw \(field.required("b").string())")
        }
        #expect(error.description.utf8.count < 1_200)
    }

    @Test func findingsStayShort() {
        let rule = Rule("fuzz", summary: "", reason: "", remedy: "", specification: "")
        let finding = Finding(rule, observed: Self.long, expected: "short")
        #expect(finding.observed.utf8.count < 2_100)
        #expect(finding.expected == "short")
    }
}
