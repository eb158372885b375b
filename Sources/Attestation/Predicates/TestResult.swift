public import Core

/// The outcome of a test run (in-toto test-result v0.1).
public struct TestResult: Sendable, Hashable {
    /// The predicate type.
    public static let predicateType = "https://in-toto.io/attestation/test-result/v0.1"

    /// The run's conclusion.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        case passed = "PASSED"
        case warned = "WARNED"
        case failed = "FAILED"
    }

    public let result: Result
    /// What the run was configured with.
    public let configuration: [ResourceDescriptor]
    /// Where the run can be read up.
    public let url: String?
    public let passedTests: [String]
    public let warnedTests: [String]
    public let failedTests: [String]

    static let maximumTests = Cap("tests of one kind", 100_000)
    static let maximumConfiguration = Cap("configuration entries", 1024)

    /// Reads the predicate; fields that are not named here are ignored, as in-toto asks.
    ///
    /// - Throws: ``JSONError`` with the field that is missing, malformed or too large, or when a run that PASSED
    ///   names failed tests: PASSED says that all tests passed.
    public init(_ predicate: JSONValue) throws(JSONError) {
        let cursor = try JSONCursor(predicate: predicate)
        let conclusion = try cursor.required("result")
        guard let result = Result(rawValue: try conclusion.string()) else {
            throw conclusion.error("expected PASSED, WARNED or FAILED, saw \"\(try conclusion.string().prefix(40))\"")
        }
        self.result = result
        _ = try cursor.required("configuration")
        configuration = try cursor.descriptors("configuration", Self.maximumConfiguration)
        url = try cursor.optionalText("url")
        passedTests = try cursor.strings("passedTests", Self.maximumTests)
        warnedTests = try cursor.strings("warnedTests", Self.maximumTests)
        failedTests = try cursor.strings("failedTests", Self.maximumTests)
        guard result != .passed || failedTests.isEmpty else {
            throw conclusion.error("expected FAILED with \(failedTests.count) failed tests, saw PASSED")
        }
    }
}
