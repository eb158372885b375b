package import Core

/// What is to be said of a workload in a report, whichever API group it goes to.
package struct PolicyReport: Sendable, Hashable {
    package enum Result: String, Sendable, Hashable, CaseIterable, Comparable {
        case fail, error, warn, skip, pass

        package static func < (left: Result, right: Result) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    package struct Line: Sendable, Hashable {
        package let policy: String
        package let rule: String
        package let result: Result
        package let severity: String?
        package let message: String
        package let properties: [String: String]
    }

    /// How many results a report lists; the worst come first.
    package static let maximumResults = 100
    private static let severities = ["critical", "high", "medium", "low", "info"]

    package let lines: [Line]

    /// The results of a decision: each finding, and for each policy without any that it is kept.
    package init(_ decision: LoggedDecision) {
        var lines: [Line] = []
        for finding in decision.findings {
            guard let result = Self.result(finding.disposition) else { continue }
            var properties = ["bundle": decision.bundleVersion, "log-index": "\(decision.index)"]
            if let image = decision.digest(of: finding.image) { properties["image"] = image.excerpt(300) }
            if let waiver = finding.waiver { properties["waiver"] = waiver.excerpt(300) }
            lines.append(
                Line(
                    policy: finding.policy ?? "admission", rule: finding.rule, result: result,
                    severity: Self.severities.contains(finding.severity) ? finding.severity : nil,
                    message: "\(finding.observed); expected \(finding.expected)".excerpt(900),
                    properties: properties))
        }
        let named = Set(lines.map(\.policy))
        for policy in decision.policies where !named.contains(policy.name) && policy.outcome == "allow" {
            lines.append(
                Line(
                    policy: policy.name, rule: "", result: .pass, severity: nil, message: "everything demanded holds",
                    properties: ["bundle": decision.bundleVersion, "log-index": "\(decision.index)"]))
        }
        self.lines = lines.sorted {
            ($0.result, $0.policy, $0.rule, $0.message) < ($1.result, $1.policy, $1.rule, $1.message)
        }
    }

    private static func result(_ disposition: String) -> Result? {
        switch disposition {
        case "denies": .fail
        case "undetermined": .error
        case "warns": .warn
        case "waived": .skip
        default: nil
        }
    }

    /// How many results of each kind there are, those that are not listed included.
    package var summary: JSONValue {
        .object(
            JSONObject(
                Result.allCases.map { result in
                    JSONObject.Member(
                        key: result.rawValue, value: .integer(Int64(lines.count { $0.result == result })))
                }))
    }

    /// The results that are listed; the member names are the same in both groups.
    func results(at time: Instant) -> JSONValue {
        .array(
            lines.prefix(Self.maximumResults).map { line in
                var result = JSONObject()
                result["source"] = "mc"
                result["policy"] = .string(line.policy)
                if !line.rule.isEmpty { result["rule"] = .string(line.rule) }
                result["result"] = .string(line.result.rawValue)
                if let severity = line.severity { result["severity"] = .string(severity) }
                result["message"] = .string(line.message)
                result["category"] = "admission"
                result["scored"] = true
                result["timestamp"] = [
                    "seconds": .integer(time.seconds), "nanos": .integer(Int64(time.nanoseconds)),
                ]
                result["properties"] = .object(
                    JSONObject(
                        line.properties.sorted { $0.key < $1.key }.map {
                            JSONObject.Member(key: $0.key, value: .string($0.value))
                        }))
                return .object(result)
            })
    }
}
