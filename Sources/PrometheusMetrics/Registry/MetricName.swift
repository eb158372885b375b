/// Names as Prometheus has them (data model: `[a-zA-Z_][a-zA-Z0-9_]*`) and as `promtool check metrics` wants them.
enum MetricName {
    /// Names beyond this are cut; a scrape pays for every byte of them.
    static let maximumBytes = 200

    /// A metric's name: dots, dashes and colons become underscores, `camelCase` becomes `camel_case`.
    ///
    /// A colon is part of the grammar, but kept for recording rules.
    static func metric(_ text: String) -> String { snake(text) }

    /// A label's name; what begins with two underscores is Prometheus' own, so that one stays.
    static func label(_ text: String) -> String {
        let name = snake(text)
        guard name.hasPrefix("__") else { return name }
        return "_" + String(name.drop { $0 == "_" })
    }

    /// The name of a metric that a library made without a definition, with the ending its kind demands.
    static func undeclared(_ text: String, _ kind: MetricDefinition.Kind, isTimer: Bool) -> String {
        var name = metric(text)
        // These endings belong to the parts of histograms and to counters.
        while let ending = ["_total", "_count", "_sum", "_bucket"].first(where: { name.hasSuffix($0) }) {
            name.removeLast(ending.utf8.count)
        }
        if name.isEmpty { name = "unnamed" }
        if isTimer, !name.hasSuffix("_seconds") { name += "_seconds" }
        return kind == .counter ? name + "_total" : name
    }

    private static func snake(_ text: String) -> String {
        var result: [UInt8] = []
        var previous: UInt8 = 0
        for byte in text.utf8.prefix(maximumBytes) {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                if isLower(previous) { result.append(UInt8(ascii: "_")) }
                result.append(byte | 0x20)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if result.isEmpty { result.append(UInt8(ascii: "_")) }
                result.append(byte)
            case _ where isLower(byte): result.append(byte)
            default: result.append(UInt8(ascii: "_"))
            }
            previous = byte
        }
        return result.isEmpty ? "_" : String(decoding: result, as: UTF8.self)
    }

    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}
