import Core
import Foundation
import FoundationXML
import Rehearsal
import Synchronization
import Testing

/// Reports say what came out, in forms that other programs read.
@Suite("Reports") struct ReportTests {
    /// Three cases with a clock that goes on by a second and a half at each reading.
    private static func results() async throws -> [CaseResult] {
        let time = Mutex(Duration.zero)
        let runner = CaseRunner(bundle: try Shop.bundle(), files: CaseFiles(folder: ".")) {
            time.withLock { now in
                now += .milliseconds(1_500)
                return now
            }
        }
        let test = try Shop.test([
            ("good", "expect: {decision: deny, rules: [evidence-missing]}"),
            ("<bad> & \\\"worse\\\" \\u001b[31m", "expect: {decision: allow}"),
            ("broken", "images: [{image: nothing}], expect: {decision: allow}"),
        ])
        var results: [CaseResult] = []
        for script in test.cases { results.append(await runner.run(script, of: test)) }
        return results
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [(name: String, attributes: [String: String])] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            elements.append((name, attributes))
        }
    }

    @Test func junitIsXMLWithWhatHappened() async throws {
        let xml = JUnitReport(try await Self.results()).xml
        let reader = Reader()
        let parser = XMLParser(data: Data(xml.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(String(describing: parser.parserError))\n\(xml)")
        #expect(
            reader.elements.map(\.name) == [
                "testsuites", "testsuite", "testcase", "testcase", "failure", "testcase", "error",
            ])
        let suite = try #require(reader.elements.first { $0.name == "testsuite" }?.attributes)
        #expect(suite["tests"] == "3" && suite["failures"] == "1" && suite["errors"] == "1")
        #expect(suite["name"] == "shop" && suite["file"] == "cases.yaml" && suite["time"] == "4.500")
        let cases = reader.elements.filter { $0.name == "testcase" }.map(\.attributes)
        #expect(cases.map { $0["time"] } == ["1.500", "1.500", "1.500"])
        #expect(cases.map { $0["line"] } == ["10", "11", "12"])
        // XML 1.0 has no spelling for an escape character.
        #expect(cases.map { $0["name"] } == ["good", "<bad> & \"worse\" \\u{1B}[31m", "broken"])
        let failure = try #require(reader.elements.first { $0.name == "failure" }?.attributes["message"])
        #expect(failure == "decision: expected allow, saw deny")
    }

    @Test func textNamesEachCaseAndTheSum() async throws {
        let text = CaseReport(try await Self.results()).text
        #expect(text.contains("passed  good") && text.contains("FAILED  <bad>") && text.contains("ERROR   broken"))
        #expect(text.contains("line 11: rules: unexpected evidence-missing"))
        #expect(text.hasSuffix("3 cases, 1 passed, 1 failed, 1 could not be played"))
        #expect(!text.unicodeScalars.contains("\u{1B}"))
    }

    @Test func jsonHasTheDecision() async throws {
        let json = CaseReport(try await Self.results()).json
        #expect(json.array?.map { $0["result"]?.string } == ["passed", "failed", "error"])
        #expect(json.array?.first?["decision"]?["decision"] == "deny")
        #expect(json.array?.last?["decision"] == nil && json.array?.last?["problem"]?.string?.isEmpty == false)
    }
}
