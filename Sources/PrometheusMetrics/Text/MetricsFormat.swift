/// How metrics are written for whoever scrapes.
package enum MetricsFormat: Sendable, Hashable, CaseIterable {
    /// Prometheus' text format 0.0.4.
    case text
    /// OpenMetrics 1.0.0.
    case openMetrics

    /// The value of the header `Content-Type`.
    package var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format that a header `Accept` prefers (RFC 9110 §12.5.1); text when it says nothing or nothing we know.
    ///
    /// Of equal weights OpenMetrics wins only when it is named: browsers and curl send `*/*` and want to read text.
    package init(accept: String?) {
        var open = 0.0
        var text = 0.0
        for part in (accept ?? "").utf8.prefix(4096).split(separator: UInt8(ascii: ",")) {
            let fields = String(decoding: part, as: UTF8.self).split(separator: ";").map(Self.trimmed)
            guard let type = fields.first?.lowercased() else { continue }
            let weight = Self.weight(fields.dropFirst())
            switch type {
            case "application/openmetrics-text":
                let versions = fields.dropFirst().filter { $0.lowercased().hasPrefix("version=") }
                // 0.0.1 is what Prometheus calls the same format before it was a standard.
                guard versions.allSatisfy({ $0.hasSuffix("=1.0.0") || $0.hasSuffix("=0.0.1") }) else { continue }
                open = max(open, weight)
            case "text/plain", "text/*", "*/*": text = max(text, weight)
            default: break
            }
        }
        self = open > 0 && open >= text ? .openMetrics : .text
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    private static func weight(_ parameters: some Sequence<String>) -> Double {
        for parameter in parameters where parameter.lowercased().hasPrefix("q=") {
            guard let weight = Double(parameter.dropFirst(2)), weight.isFinite else { return 0 }
            return min(max(weight, 0), 1)
        }
        return 1
    }
}
