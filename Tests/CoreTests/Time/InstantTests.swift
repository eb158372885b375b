import Core
import Testing

@Suite struct InstantTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0), ("1969-12-31T23:59:59Z", -1, 0), ("2000-02-29T12:00:00Z", 951_825_600, 0),
            ("2026-01-20T10:00:00Z", 1_768_903_200, 0), ("2026-01-20T10:00:00.5Z", 1_768_903_200, 500_000_000),
            ("2026-01-20T10:00:00.123456789Z", 1_768_903_200, 123_456_789),
            ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
            ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, 999_999_999),
            ("1600-02-29T00:00:00Z", -11_670_998_400, 0),
            ("2038-01-19T03:14:08Z", 2_147_483_648, 0), ("1969-12-31T23:59:59.25Z", -1, 250_000_000),
        ] as [(String, Int64, Int32)])
    func textsRoundTrip(text: String, seconds: Int64, nanoseconds: Int32) throws {
        let instant = try #require(Instant(rfc3339: text))
        #expect(instant == Instant(seconds: seconds, nanoseconds: nanoseconds))
        #expect(instant.description == text)
    }

    @Test(arguments: [
        ("2026-01-20T12:00:00+02:00", "2026-01-20T10:00:00Z"), ("2026-01-20T04:30:00-05:30", "2026-01-20T10:00:00Z"),
        ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"), ("2026-01-20t10:00:00z", "2026-01-20T10:00:00Z"),
        ("2026-01-20T10:00:00-00:00", "2026-01-20T10:00:00Z"), ("2026-01-20T10:00:00.1000Z", "2026-01-20T10:00:00.1Z"),
        ("2026-01-20T10:00:00.1234567899Z", "2026-01-20T10:00:00.123456789Z"),
    ])
    func offsetsAndFractionsAreNormalised(text: String, expected: String) {
        #expect(Instant(rfc3339: text)?.description == expected)
    }

    @Test(arguments: [
        "", "2026-01-20", "2026-01-20T10:00Z", "2026-01-20 10:00:00Z", "2026-01-20T10:00:00", "2026-1-20T10:00:00Z",
        "2026-01-20T24:00:00Z", "2026-01-20T10:60:00Z", "2026-06-30T23:59:60Z", "2026-00-20T10:00:00Z",
        "2026-13-20T10:00:00Z", "2026-01-00T10:00:00Z", "2026-01-32T10:00:00Z", "2026-04-31T10:00:00Z",
        "2025-02-29T10:00:00Z", "1900-02-29T10:00:00Z", "2100-02-29T00:00:00Z", "0000-01-01T00:00:00Z",
        "2026-01-20T10:00:00.Z", "2026-01-20T10:00:00,5Z", "2026-01-20T10:00:00+0200", "2026-01-20T10:00:00+24:00",
        "2026-01-20T10:00:00+02", "2026-01-20T10:00:00Z ", " 2026-01-20T10:00:00Z", "2026-01-20T10:00:00Zx",
        "+2026-01-20T10:00:00Z", "9999-12-31T23:59:59-00:01", "0001-01-01T00:00:00+00:01",
        "２026-01-20T10:00:00Z", "2026-01-20T10:00:00.0000000000000000000000000000000000000000000000000000000000000Z",
    ])
    func otherTextsAreRefused(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test func everyDayOfFourCenturiesRoundTrips() {
        var instant = Instant(seconds: -62_135_596_800)
        var previous = instant
        for _ in 0..<146_097 {
            let (year, month, day, hour, minute, second) = instant.calendar
            let again = Instant(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
            if again != instant { Issue.record("\(instant) became \(String(describing: again))") }
            previous = instant
            instant = instant + .seconds(86_400)
        }
        #expect(previous.description == "0400-12-31T00:00:00Z")
        #expect(Instant(seconds: 1_768_903_199).calendar == (2026, 1, 20, 9, 59, 59))
        #expect(Instant(seconds: -86_401).calendar == (1969, 12, 30, 23, 59, 59))
    }

    @Test func datesThatDoNotExistAreRefused() {
        #expect(Instant(year: 2024, month: 2, day: 29, hour: 0, minute: 0, second: 0) != nil)
        #expect(Instant(year: 2023, month: 2, day: 29, hour: 0, minute: 0, second: 0) == nil)
        #expect(Instant(year: 2023, month: 2, day: 28, hour: 24, minute: 0, second: 0) == nil)
        #expect(Instant(year: 10_000, month: 1, day: 1, hour: 0, minute: 0, second: 0) == nil)
    }

    @Test func arithmeticCarriesNanoseconds() {
        let instant = Instant(seconds: 10, nanoseconds: 900_000_000)
        #expect(instant + .milliseconds(200) == Instant(seconds: 11, nanoseconds: 100_000_000))
        #expect(instant - .milliseconds(950) == Instant(seconds: 9, nanoseconds: 950_000_000))
        #expect(instant - .seconds(20) == Instant(seconds: -10, nanoseconds: 900_000_000))
        #expect(instant + .milliseconds(-950) == instant - .milliseconds(950))
        #expect(Instant(seconds: 1) < Instant(seconds: 1, nanoseconds: 1))
        #expect(!(Instant(seconds: 2) < Instant(seconds: 1, nanoseconds: 1)))
    }

    @Test func extremesAreHeldAtTheEdge() {
        let last = Instant(seconds: .max)
        let first = Instant(seconds: .min)
        #expect(last.description.hasPrefix("9999-12-31T23:59:59"))
        #expect(first.description == "0001-01-01T00:00:00Z")
        let longest = Duration(secondsComponent: .max, attosecondsComponent: 0)
        let shortest = Duration(secondsComponent: .min, attosecondsComponent: 0)
        #expect(last + longest == last)
        #expect(first - longest == first)
        #expect(first + shortest == first)
        #expect(Instant(seconds: 0) - shortest == last)
        #expect(Instant(seconds: 0, nanoseconds: -5).nanoseconds == 0)
        #expect(Instant(seconds: 0, nanoseconds: .max).nanoseconds == 999_999_999)
    }
}
