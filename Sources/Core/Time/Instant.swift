/// A point in time on the UTC line with nanosecond resolution.
///
/// Every function of the product that depends on time takes an instant; only the edges read a clock.
public struct Instant: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded towards the past.
    public let seconds: Int64
    /// Nanoseconds within the second, 0 to 999,999,999.
    public let nanoseconds: Int32

    /// The seconds of years 0001 to 9999, the range RFC 3339 can write.
    static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Makes an instant of seconds since 1970; values beyond year 9999 (or before 0001) are held at the edge.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = min(max(seconds, Self.range.lowerBound), Self.range.upperBound)
        self.nanoseconds = min(max(nanoseconds, 0), 999_999_999)
    }

    /// Parses an RFC 3339 §5.6 date-time such as `2026-01-20T10:00:00Z`, with any offset; `nil` when it is not one.
    ///
    /// Leap seconds (`:60`) are refused: nothing that signs evidence writes them.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8.prefix(64))
        var index = 0
        func digits(_ count: Int) -> Int64? {
            guard index + count <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[index..<index + count] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            index += count
            return value
        }
        func accept(_ characters: String) -> Bool {
            guard index < bytes.count, characters.utf8.contains(bytes[index]) else { return false }
            index += 1
            return true
        }
        guard let year = digits(4), year >= 1, accept("-"), let month = digits(2), accept("-"), let day = digits(2),
            accept("Tt"), let hour = digits(2), accept(":"), let minute = digits(2), accept(":"),
            let second = digits(2), (1...12).contains(month), day >= 1, day <= Self.days(month: month, year: year),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var nanoseconds: Int32 = 0
        if accept(".") {
            var scale: Int32 = 100_000_000
            var count = 0
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
                nanoseconds += Int32(bytes[index] - 0x30) * scale
                scale /= 10
                index += 1
                count += 1
            }
            guard (1...18).contains(count) else { return nil }
        }
        var offset: Int64 = 0
        if !accept("Zz") {
            let negative = index < bytes.count && bytes[index] == UInt8(ascii: "-")
            guard accept("+-"), let hours = digits(2), accept(":"), let minutes = digits(2), hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (negative ? -60 : 60)
        }
        guard index == bytes.count, text.utf8.count == bytes.count else { return nil }
        let seconds =
            Self.daysSinceEpoch(year: year, month: month, day: day) * 86_400 + hour * 3_600 + minute * 60 + second
            - offset
        guard Self.range.contains(seconds) else { return nil }
        self.init(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// Makes an instant of a UTC calendar date; `nil` when there is no such date.
    public init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, nanoseconds: Int32 = 0) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Int(Self.days(month: Int64(month), year: Int64(year))), (0..<24).contains(hour),
            (0..<60).contains(minute), (0..<60).contains(second)
        else { return nil }
        let days = Self.daysSinceEpoch(year: Int64(year), month: Int64(month), day: Int64(day))
        self.init(
            seconds: days * 86_400 + Int64(hour * 3_600 + minute * 60 + second), nanoseconds: nanoseconds)
    }

    public static func < (left: Instant, right: Instant) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// The instant a duration later.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        let (seconds, attoseconds) = duration.components
        let total = instant.seconds.addingReportingOverflow(seconds)
        return instant.moved(
            to: total.overflow ? (seconds > 0 ? .max : .min) : total.partialValue,
            nanoseconds: Int64(instant.nanoseconds) + attoseconds / 1_000_000_000)
    }

    /// The instant a duration earlier.
    ///
    /// Not the sum with the negated duration: the smallest duration has no negation.
    public static func - (instant: Instant, duration: Duration) -> Instant {
        let (seconds, attoseconds) = duration.components
        let total = instant.seconds.subtractingReportingOverflow(seconds)
        return instant.moved(
            to: total.overflow ? (seconds > 0 ? .min : .max) : total.partialValue,
            nanoseconds: Int64(instant.nanoseconds) - attoseconds / 1_000_000_000)
    }

    private func moved(to seconds: Int64, nanoseconds: Int64) -> Instant {
        if nanoseconds < 0 {
            return Instant(
                seconds: seconds == .min ? .min : seconds - 1, nanoseconds: Int32(nanoseconds + 1_000_000_000))
        }
        if nanoseconds >= 1_000_000_000 {
            return Instant(
                seconds: seconds == .max ? .max : seconds + 1, nanoseconds: Int32(nanoseconds - 1_000_000_000))
        }
        return Instant(seconds: seconds, nanoseconds: Int32(nanoseconds))
    }

    /// The calendar date and time in UTC: year, month, day, hour, minute, second.
    public var calendar: (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        let days = Int64((Double(seconds) / 86_400).rounded(.down))
        let rest = Int(seconds - days * 86_400)
        let (year, month, day) = Self.date(daysSinceEpoch: days)
        return (Int(year), Int(month), Int(day), rest / 3_600, rest / 60 % 60, rest % 60)
    }

    /// RFC 3339 in UTC, with as many fractional digits as are needed.
    public var description: String {
        func pad(_ value: Int, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let (year, month, day, hour, minute, second) = calendar
        var text = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(pad(hour, 2)):\(pad(minute, 2)):\(pad(second, 2))"
        if nanoseconds != 0 {
            var fraction = pad(Int(nanoseconds), 9)
            while fraction.hasSuffix("0") { fraction.removeLast() }
            text += "." + fraction
        }
        return text + "Z"
    }

    private static func days(month: Int64, year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        default: 31
        }
    }

    // Days are counted in 400-year eras that begin on 1 March, so that the leap day is a year's last.
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
