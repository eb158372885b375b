import Attestation
import Core
import Testing

@Suite struct TestResultTests {
    @Test func everyFieldIsRead() throws {
        let result = try TestResult([
            "result": "WARNED", "configuration": [["name": "ci.yml", "digest": ["gitBlob": "ab"]]],
            "url": "https://ci.example/1",
            "passedTests": ["a", "b"], "warnedTests": ["c"], "failedTests": [],
        ])
        #expect(result.result == .warned)
        #expect(result.configuration.first?.name == "ci.yml")
        #expect(result.url == "https://ci.example/1")
        #expect(result.passedTests == ["a", "b"])
        #expect(result.warnedTests == ["c"])
        #expect(result.failedTests.isEmpty)
    }

    @Test(arguments: [("PASSED", TestResult.Result.passed), ("WARNED", .warned), ("FAILED", .failed)])
    func theListsAreOptional(text: String, expected: TestResult.Result) throws {
        #expect(try TestResult(["result": .string(text), "configuration": []]).result == expected)
    }

    @Test(
        arguments: [
            ["configuration": []], ["result": "PASSED"], ["result": "passed", "configuration": []],
            ["result": "", "configuration": []], ["result": "PASSED", "configuration": [:]],
            ["result": "PASSED", "configuration": [[:]]],
            ["result": "PASSED", "configuration": [], "failedTests": ["a"]],
            ["result": "FAILED", "configuration": [], "failedTests": [1]],
            ["result": "FAILED", "configuration": [], "failedTests": "a"],
            ["result": "FAILED", "configuration": [], "failedTests": .array(Array(repeating: "a", count: 100_001))],
        ] as [JSONValue])
    func malformedResultsAreRefused(predicate: JSONValue) {
        #expect(throws: JSONError.self) { try TestResult(predicate) }
    }

    @Test func aFailedRunMayNameFailedTests() throws {
        #expect(try TestResult(["result": "FAILED", "configuration": [], "failedTests": ["a"]]).failedTests == ["a"])
    }
}
