/// Writes metrics as text: HELP, TYPE and one line a value.
struct MetricsWriter {
    let format: MetricsFormat
    private var output = ""

    init(format: MetricsFormat) { self.format = format }

    mutating func write(_ snapshot: MetricSnapshot) {
        guard !snapshot.rows.isEmpty else { return }
        let definition = snapshot.definition
        // In OpenMetrics the family of a counter is named without the ending of its sample.
        let isCounter = definition.kind == .counter && format == .openMetrics && definition.name.hasSuffix("_total")
        let family = isCounter ? String(definition.name.dropLast("_total".utf8.count)) : definition.name
        output += "# HELP \(family) \(help(definition.help))\n# TYPE \(family) \(definition.kind.rawValue)\n"
        let rows = snapshot.rows.sorted { $0.values.lexicographicallyPrecedes($1.values) }
        for row in rows {
            let pairs = zip(definition.labels, row.values).filter { !$0.1.isEmpty }
                .map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
            switch row.reading {
            case .value(let value): line(definition.name, pairs, Self.number(value))
            case .histogram(let cumulative, let sum):
                for (index, count) in cumulative.enumerated() {
                    let bound = index < definition.buckets.count ? self.bound(definition.buckets[index]) : "+Inf"
                    line(
                        "\(definition.name)_bucket", pairs + (pairs.isEmpty ? "" : ",") + "le=\"\(bound)\"", "\(count)")
                }
                line("\(definition.name)_sum", pairs, Self.number(sum))
                line("\(definition.name)_count", pairs, "\(cumulative.last ?? 0)")
            }
        }
    }

    mutating func finish() -> String { format == .openMetrics ? output + "# EOF\n" : output }

    private mutating func line(_ name: String, _ labels: String, _ value: String) {
        output += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    private func help(_ text: String) -> String {
        format == .openMetrics ? Self.escaped(text) : Self.escaped(text).replacing("\\\"", with: "\"")
    }

    /// OpenMetrics wants bounds as floating-point numbers; the older format has them as Go prints them.
    private func bound(_ value: Double) -> String { format == .openMetrics ? value.description : Self.number(value) }

    /// A value of a label: backslash, quote and line feed are escaped (exposition formats, "Comments, help text").
    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            // Readers that split at any line end would see a line of its own.
            case "\r": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A number as Go's `ParseFloat` reads it back exactly.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if value.rounded() == value, abs(value) < 9_007_199_254_740_992 { return "\(Int64(value))" }
        return value.description
    }
}
