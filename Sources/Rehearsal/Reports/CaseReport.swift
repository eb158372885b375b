package import Core
internal import Policy

/// Results for people and for programs.
package struct CaseReport: Sendable {
    private let results: [CaseResult]

    package init(_ results: [CaseResult]) { self.results = results }

    /// One line for each case, below it what came out otherwise, and the sum.
    package var text: String {
        var lines: [String] = []
        var file: String?
        for result in results {
            if file?.isSame(as: result.file) != true {
                if file != nil { lines.append("") }
                lines.append(PrintableText.plain(result.file))
                file = result.file
            }
            let mark = result.passed ? "passed" : result.problem == nil ? "FAILED" : "ERROR "
            lines.append("  \(mark)  \(PrintableText.plain(result.name))")
            for difference in result.differences + [result.problem].compactMap({ $0 }) {
                lines.append("          line \(result.line): \(PrintableText.plain(difference))")
            }
        }
        lines.append("")
        lines.append(sum)
        return lines.joined(separator: "\n")
    }

    private var sum: String {
        let failed = results.count { !$0.passed && $0.problem == nil }
        let errors = results.count { $0.problem != nil }
        return "\(results.count) cases, \(results.count - failed - errors) passed, \(failed) failed"
            + (errors == 0 ? "" : ", \(errors) could not be played")
    }

    /// Everything, with what was decided.
    package var json: JSONValue {
        .array(
            results.map { result in
                var object = JSONObject()
                object["file"] = .string(result.file)
                object["line"] = .integer(Int64(result.line))
                object["suite"] = .string(result.suite)
                object["name"] = .string(result.name)
                object["result"] = .string(result.passed ? "passed" : result.problem == nil ? "failed" : "error")
                object["differences"] = .array(result.differences.map { .string($0) })
                if let problem = result.problem { object["problem"] = .string(problem) }
                if let decision = result.decision { object["decision"] = decision.json }
                return .object(object)
            })
    }
}
