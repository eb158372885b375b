internal import Core

/// Results as JUnit XML, one test suite for each file, as CI systems read it.
package struct JUnitReport: Sendable {
    private let results: [CaseResult]

    package init(_ results: [CaseResult]) { self.results = results }

    /// The document.
    package var xml: String {
        var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
        lines.append(
            "<testsuites name=\"mc policy test\" tests=\"\(results.count)\" "
                + "failures=\"\(failures(results))\" errors=\"\(errors(results))\" time=\"\(time(results))\">")
        for suite in suites {
            lines.append(
                "  <testsuite name=\(quote(suite[0].suite)) file=\(quote(suite[0].file)) tests=\"\(suite.count)\" "
                    + "failures=\"\(failures(suite))\" errors=\"\(errors(suite))\" skipped=\"0\" "
                    + "time=\"\(time(suite))\">")
            for result in suite { lines += testCase(result) }
            lines.append("  </testsuite>")
        }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The results by file, in their order.
    private var suites: [[CaseResult]] {
        var suites: [[CaseResult]] = []
        for result in results {
            if let index = suites.firstIndex(where: { $0[0].file.isSame(as: result.file) }) {
                suites[index].append(result)
            } else {
                suites.append([result])
            }
        }
        return suites
    }

    private func testCase(_ result: CaseResult) -> [String] {
        let opening =
            "    <testcase name=\(quote(result.name)) classname=\(quote(result.suite)) file=\(quote(result.file)) "
            + "line=\"\(result.line)\" time=\"\(seconds(result.duration))\""
        if let problem = result.problem {
            return [
                opening + ">", "      <error message=\(quote(problem))>\(text(problem))</error>", "    </testcase>",
            ]
        }
        guard let first = result.differences.first else { return [opening + "/>"] }
        return [
            opening + ">",
            "      <failure message=\(quote(first))>\(text(result.differences.joined(separator: "\n")))</failure>",
            "    </testcase>",
        ]
    }

    private func failures(_ results: [CaseResult]) -> Int { results.count { !$0.differences.isEmpty } }
    private func errors(_ results: [CaseResult]) -> Int { results.count { $0.problem != nil } }
    private func time(_ results: [CaseResult]) -> String {
        seconds(results.reduce(Duration.zero) { $0 + $1.duration })
    }

    /// Seconds with three digits, whatever the locale.
    private func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = "\(max(0, attoseconds / 1_000_000_000_000_000))"
        return "\(max(0, seconds))." + String(repeating: "0", count: 3 - min(3, milliseconds.count)) + milliseconds
    }

    private func quote(_ text: String) -> String { "\"\(Self.escape(text, isAttribute: true))\"" }
    private func text(_ text: String) -> String { Self.escape(text, isAttribute: false) }

    /// XML 1.0 has no spelling at all for most control characters, so they are written as escapes people know.
    private static func escape(_ text: String, isAttribute: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += isAttribute ? "&#10;" : "\n"
            default:
                let isText = PrintableText.plain(String(scalar)).unicodeScalars.elementsEqual([scalar])
                result += isText ? String(scalar) : PrintableText.plain(String(scalar))
            }
        }
        return result
    }
}
