package import Core

extension Instant {
    /// The time as Events and Leases have it: six fractional digits (meta/v1 MicroTime).
    package var microTime: String {
        func digits(_ number: Int, _ count: Int) -> String {
            let text = "\(number)"
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        let time = calendar
        return "\(digits(time.year, 4))-\(digits(time.month, 2))-\(digits(time.day, 2))T\(digits(time.hour, 2)):"
            + "\(digits(time.minute, 2)):\(digits(time.second, 2)).\(digits(Int(nanoseconds) / 1_000, 6))Z"
    }
}
