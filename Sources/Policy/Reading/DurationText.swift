/// Durations as people write them: `30d`, `24h`, `90m`, `45s` or, from the larger to the smaller, `1d12h`.
package enum DurationText {
    private static let units: [(letter: UInt8, seconds: Int64)] = [
        (UInt8(ascii: "d"), 86_400), (UInt8(ascii: "h"), 3_600), (UInt8(ascii: "m"), 60), (UInt8(ascii: "s"), 1),
    ]

    /// The longest duration that is read: ten years.
    package static let longest = Duration.seconds(3_650 * 86_400)

    /// Parses a duration; `nil` when it is none, is longer than ``longest``, or has a unit twice or out of order.
    package static func parse(_ text: String) -> Duration? {
        guard (2...32).contains(text.utf8.count) else { return nil }
        var seconds: Int64 = 0
        var number: Int64?
        var next = 0
        for byte in text.utf8 {
            if (0x30...0x39).contains(byte) {
                let digit = Int64(byte - 0x30)
                // Ten digits suffice for ten years in seconds; no product below overflows.
                guard (number ?? 0) < 1_000_000_000, number != 0 else { return nil }
                number = (number ?? 0) * 10 + digit
                continue
            }
            guard let count = number, let unit = units[next...].firstIndex(where: { $0.letter == byte }) else {
                return nil
            }
            seconds += count * units[unit].seconds
            next = unit + 1
            number = nil
        }
        let duration = Duration.seconds(seconds)
        return number == nil && duration <= longest ? duration : nil
    }

    /// Writes whole seconds so that ``parse(_:)`` reads the same.
    package static func text(_ duration: Duration) -> String {
        var seconds = duration.components.seconds
        var text = ""
        for unit in units where seconds >= unit.seconds {
            text += "\(seconds / unit.seconds)\(Character(Unicode.Scalar(unit.letter)))"
            seconds %= unit.seconds
        }
        return text.isEmpty ? "0s" : text
    }
}
