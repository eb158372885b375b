import Testing

@testable import Core

@Suite struct JSONWriterTests {
    private func canonical(_ text: String) throws -> String {
        String(decoding: try JSONValue(parsing: text).canonical, as: UTF8.self)
    }

    // RFC 8785 §3.2.2.3 and appendix B, and what ECMAScript's Number::toString says at each change of notation.
    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("-0.0", "0"), ("0e5", "0"), ("1", "1"), ("-1", "-1"), ("1.0", "1"), ("4.50", "4.5"),
        ("2e-3", "0.002"), ("0.000001", "0.000001"), ("1e-6", "0.000001"), ("0.0000001", "1e-7"), ("1e-7", "1e-7"),
        ("1.5e-7", "1.5e-7"), ("1E30", "1e+30"), ("1e21", "1e+21"), ("1e20", "100000000000000000000"),
        ("123e18", "123000000000000000000"), ("1.23e21", "1.23e+21"), ("333333333.33333329", "333333333.3333333"),
        ("0.000000000000000000000000001", "1e-27"), ("5e-324", "5e-324"), ("-5e-324", "-5e-324"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"), ("-1.7976931348623157e308", "-1.7976931348623157e+308"),
        ("9007199254740992.0", "9007199254740992"), ("295147905179352830000.0", "295147905179352830000"),
        ("9.999999999999997e22", "9.999999999999997e+22"), ("1e23", "1e+23"),
        ("1.0000000000000001e23", "1.0000000000000001e+23"),
        ("999999999999999700000.0", "999999999999999700000"), ("999999999999999900000.0", "999999999999999900000"),
        ("333333333.3333332", "333333333.3333332"), ("333333333.33333343", "333333333.33333343"),
        ("-0.0000033333333333333333", "-0.0000033333333333333333"), ("1424953923781206.2", "1424953923781206.2"),
        ("100.25", "100.25"), ("0.1", "0.1"), ("1e0", "1"), ("12345678901234567890", "12345678901234567000"),
    ])
    func numbersAreWrittenAsECMAScriptWritesThem(text: String, expected: String) throws {
        #expect(try canonical(text) == expected)
    }

    @Test func wholeNumbersOf64BitsAreExact() throws {
        #expect(try canonical("9223372036854775807") == "9223372036854775807")
        #expect(try canonical("9007199254740993") == "9007199254740993")
    }

    @Test func numbersBeyondADoubleKeepTheirSpelling() throws {
        #expect(try canonical("1e400") == "1e400")
    }

    // RFC 8785 §3.2.3: names are sorted by UTF-16 code units, which is not the order of code points.
    @Test func namesAreSortedByUTF16() throws {
        let text = "{\"€\":1,\"\\r\":2,\"\u{FB33}\":3,\"1\":4,\"😀\":5,\"\u{80}\":6,\"ö\":7}"
        #expect(
            try canonical(text)
                == "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{FB33}\":3}")
    }

    // The writer compares UTF-8; what it must agree with is the definition, at every change of length and of plane.
    @Test func theFastOrderIsTheOrderOfUTF16() {
        let scalars: [Unicode.Scalar] = [
            "\u{0}", "a", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{EFFF}", "\u{F000}",
            "\u{FFFF}", "\u{10000}", "\u{FFFFF}", "\u{10FFFF}",
        ]
        var names = [""]
        for first in scalars {
            names.append(String(first))
            for second in scalars { names.append(String(String.UnicodeScalarView([first, second]))) }
        }
        for left in names {
            for right in names {
                #expect(
                    CanonicalOrder.precedes(left, right) == left.utf16.lexicographicallyPrecedes(right.utf16),
                    "\(left.debugDescription) and \(right.debugDescription)")
            }
        }
    }

    @Test func stringsAreEscapedMinimally() throws {
        #expect(
            try canonical(#""\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/\b\f\t\u007f""#)
                == "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\\b\\f\\t\u{7F}\"")
    }

    @Test func canonicalTextHasNoSpaceAndPrettyTextKeepsTheOrder() throws {
        let value = try JSONValue(parsing: #"{ "b" : [ 1 , {} ], "a" : [] }"#)
        #expect(String(decoding: value.canonical, as: UTF8.self) == #"{"a":[],"b":[1,{}]}"#)
        #expect(
            value.pretty == """
                {
                  "b": [
                    1,
                    {}
                  ],
                  "a": []
                }

                """)
    }

    @Test func canonicalTextParsesToItself() throws {
        let text = #"{"a":[1,2.5,-3,"x\ny",null,true,{"b":"é"}],"z":1e+30}"#
        let value = try JSONValue(parsing: text)
        #expect(try JSONValue(parsing: value.canonical).canonical == value.canonical)
    }
}
