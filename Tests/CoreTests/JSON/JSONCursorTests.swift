import Core
import Testing

@Suite struct JSONCursorTests {
    private func cursor(_ text: String) throws -> JSONCursor { JSONCursor(try JSONValue(parsing: text)) }

    @Test func errorsNameTheField() throws {
        let root = try cursor(#"{"a":[{"b":1}]}"#)
        let element = try #require(try root.required("a").elements(Cap("elements", 4)).first)
        #expect { try element.required("b").string() } throws: {
            ($0 as? JSONError)?.description == "a[0].b: expected a string, saw a number"
        }
        #expect { try element.required("c") } throws: {
            ($0 as? JSONError)?.description == "a[0].c: the field is missing"
        }
    }

    @Test func nullCountsAsAbsent() throws {
        let root = try cursor(#"{"a":null}"#)
        #expect(try root.optional("a") == nil)
        #expect(throws: JSONError.self) { try root.required("a") }
    }

    @Test func arraysAreCapped() throws {
        let root = try cursor("[1,2,3]")
        #expect(try root.elements(Cap("elements", 3)).count == 3)
        #expect { try root.elements(Cap("elements", 2)) } throws: { ($0 as? JSONError)?.code == .tooLarge }
    }

    @Test(
        arguments: [("1", 1), ("\"1\"", 1), ("\"-5\"", -5), ("\"9223372036854775807\"", Int64.max)] as [(String, Int64)]
    )
    func wholeNumbersAreReadFromNumbersAndStrings(text: String, number: Int64) throws {
        #expect(try cursor(text).int64() == number)
    }

    @Test(arguments: [
        "1.0", "1e0", "\"01\"", "\"+1\"", "\"-0\"", "\" 1\"", "\"\"", "\"9223372036854775808\"", "true", "null",
    ])
    func otherSpellingsOfNumbersAreRefused(text: String) throws {
        let value = try cursor(text)
        #expect(throws: JSONError.self) { try value.int64() }
    }

    @Test func unknownAndLookAlikeNamesAreRefused() throws {
        #expect(throws: Never.self) { try cursor(#"{"publicKey":1}"#).allow(only: ["publicKey"]) }
        #expect(throws: JSONError.self) { try cursor(#"{"publickey":1}"#).allow(only: ["publicKey"]) }
        #expect(throws: JSONError.self) { try cursor("{\"public\u{212A}ey\":1}").allow(only: ["publicKey"]) }
    }

    @Test func base64AndTimesAreStrict() throws {
        #expect(try cursor("\"aGk=\"").base64() == Array("hi".utf8))
        #expect(throws: JSONError.self) { try cursor("\"aGk\"").base64() }
        #expect(try cursor("\"1970-01-01T00:00:01Z\"").instant() == Instant(seconds: 1))
        #expect(throws: JSONError.self) { try cursor("\"1970-01-01\"").instant() }
    }
}
