package import Core

extension ReplayReport {
    /// For people; names in it are from the cluster and may hold anything.
    package var text: String {
        var lines = [summary]
        if !groups.isEmpty { lines += ["", table.text] }
        lines += footer.map { "\n" + $0 }
        return lines.joined(separator: "\n")
    }

    package var markdown: String {
        var lines = ["# Replay", "", summary]
        if !groups.isEmpty { lines += ["", table.markdown] }
        lines += footer.map { "\n" + $0 }
        return lines.joined(separator: "\n")
    }

    package var json: JSONValue {
        [
            "decisions": .integer(Int64(decisions)), "judged": .integer(Int64(judged)),
            "unchanged": .integer(Int64(unchanged)), "deniedMore": .integer(Int64(deniedMore)),
            "notCompared": .integer(Int64(notCompared)), "unlisted": .integer(Int64(unlisted)),
            "changes": .object(
                JSONObject(
                    DecisionChange.allCases.map {
                        JSONObject.Member(key: $0.rawValue, value: .integer(Int64(changes[$0] ?? 0)))
                    })),
            "groups": .array(groups.map(\.json)),
            "gaps": .array(
                sortedGaps.map {
                    [
                        "problem": .string($0.problem.rawValue), "count": .integer(Int64($0.count)),
                        "example": .string($0.example), "message": .string($0.problem.words),
                    ]
                }),
        ]
    }

    /// JUnit XML: a test case for each group of changes, failed where more is denied, in error where nothing was
    /// compared.
    package var junit: String {
        let failures = groups.count { $0.change.deniesMore }
        let cases = groups.count + gaps.count + (unchanged > 0 ? 1 : 0)
        var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
        lines.append(
            "<testsuites name=\"mc policy replay\" tests=\"\(cases)\" failures=\"\(failures)\" errors=\"\(gaps.count)\">"
        )
        lines.append(
            "  <testsuite name=\"replay\" tests=\"\(cases)\" failures=\"\(failures)\" errors=\"\(gaps.count)\" "
                + "skipped=\"0\">")
        if unchanged > 0 {
            lines.append("    <testcase name=\"\(unchanged) decisions stay as they were\" classname=\"unchanged\"/>")
        }
        for group in groups {
            let name = "\(group.workload) \(group.change.rawValue)"
            let opening = "    <testcase name=\"\(Self.escaped(name))\" classname=\"\(Self.escaped(group.namespace))\""
            guard group.change.deniesMore else {
                lines.append(opening + "/>")
                continue
            }
            let rules = group.rules.map(\.rawValue).joined(separator: ", ")
            let message = "\(rules): \(group.count) decisions, such as \(group.example): \(group.observed)"
            lines += [opening + ">", "      <failure message=\"\(Self.escaped(message))\"/>", "    </testcase>"]
        }
        for gap in sortedGaps {
            let message = "\(gap.count) decisions, such as \(gap.example): \(gap.problem.words)"
            lines += [
                "    <testcase name=\"\(gap.problem.rawValue)\" classname=\"not compared\">",
                "      <error message=\"\(Self.escaped(message))\"/>", "    </testcase>",
            ]
        }
        return (lines + ["  </testsuite>", "</testsuites>"]).joined(separator: "\n")
    }

    private var summary: String {
        let alike = decisions - judged - gaps.filter { Self.isUnjudged($0.key) }.reduce(0) { $0 + $1.value.count }
        return "\(decisions) decisions, \(unchanged) as they were, \(deniedMore) denied that were not"
            + (alike > 0 ? "; \(alike) were like another and judged once" : "")
    }

    private var table: TextTable {
        var table = TextTable(header: ["change", "namespace", "workload", "rules", "count", "example"])
        table.rows = groups.map {
            [
                $0.change.rawValue, $0.namespace, $0.workload, $0.rules.map(\.rawValue).joined(separator: " "),
                "\($0.count)", "\($0.example) at \($0.at)",
            ]
        }
        return table
    }

    private var footer: [String] {
        var lines = sortedGaps.map { gap in
            "not compared: \(gap.count), such as \(gap.example): \(gap.problem.words)"
        }
        if unlisted > 0 { lines.append("\(unlisted) further changes are counted and not listed") }
        return lines
    }

    private var sortedGaps: [Gap] {
        ReplayProblem.allCases.compactMap { gaps[$0] }
    }

    private static func isUnjudged(_ problem: ReplayProblem) -> Bool {
        switch problem {
        case .noFacts, .tooLarge, .malformed, .unreadable: true
        case .evidenceMissing, .evidenceUnread, .waiverMissing: false
        }
    }

    /// Text within an attribute; what XML cannot hold at all is shown as a question mark.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension ReplayReport.Group {
    fileprivate var json: JSONValue {
        [
            "change": .string(change.rawValue), "namespace": .string(namespace), "workload": .string(workload),
            "rules": .array(rules.map { .string($0.rawValue) }), "count": .integer(Int64(count)),
            "example": .string(example), "at": .string("\(at)"), "observed": .string(observed),
        ]
    }
}
