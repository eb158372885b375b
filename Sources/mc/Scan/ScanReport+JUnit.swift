import Core
import Policy

extension ScanReport {
    /// The result as JUnit XML: a case for each pod, and one for the webhook configurations.
    var junit: String {
        var cases: [String] = []
        for pod in result.pods {
            let name = "name=\(quote(pod.name)) classname=\"mc scan\""
            if pod.verdict == .exempt {
                cases.append("    <testcase \(name)><skipped/></testcase>")
            } else if let failure = failure(pod) {
                cases.append("    <testcase \(name)>\(failure)</testcase>")
            } else if result.isUnproven(pod) {
                let note =
                    "the only decision about it was asked for by a caller that did not prove to be the API server"
                cases.append("    <testcase \(name)><system-out>\(note)</system-out></testcase>")
            } else {
                cases.append("    <testcase \(name)/>")
            }
        }
        for (name, problem) in result.unreadable {
            cases.append(
                "    <testcase name=\(quote(name)) classname=\"mc scan\"><error message=\(quote(problem))/></testcase>")
        }
        if let alarms = result.alarms {
            let failures = alarms.map { "<failure message=\(quote("\($0)"))/>" }.joined()
            cases.append(
                "    <testcase name=\"webhook configurations\" classname=\"mc scan\">\(failures)</testcase>")
        }
        let failed = cases.count { $0.contains("<failure") }
        let errors = cases.count { $0.contains("<error") }
        let skipped = cases.count { $0.contains("<skipped") }
        let counts = "tests=\"\(cases.count)\" failures=\"\(failed)\" errors=\"\(errors)\""
        return
            ([
                #"<?xml version="1.0" encoding="UTF-8"?>"#, "<testsuites name=\"mc scan\" \(counts)>",
                "  <testsuite name=\(quote(result.cluster)) \(counts) skipped=\"\(skipped)\">",
            ] + cases + ["  </testsuite>", "</testsuites>"]).joined(separator: "\n")
    }

    private func failure(_ pod: ScanResult.Pod) -> String? {
        let findings = (pod.decision?.blocking ?? []).map {
            "\($0.finding.rule): \($0.finding.observed); expected \($0.finding.expected)"
        }
        if pod.verdict == .deny { return "<failure message=\(quote(findings.joined(separator: "\n")))/>" }
        if pod.ranAnyway { return "<failure message=\"it runs although it was denied\"/>" }
        if pod.verdict == .indeterminate {
            return "<error message=\(quote(pod.problem ?? findings.joined(separator: "\n")))/>"
        }
        return result.log != nil && pod.entry == nil
            ? "<failure message=\"the log has no decision about it\"/>" : nil
    }

    private func quote(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            default: result += String(scalar).printable
            }
        }
        return "\"\(result)\""
    }
}
