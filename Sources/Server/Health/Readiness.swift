/// Whether requests should be sent here, and why not.
package struct Readiness: Sendable, Hashable {
    /// What keeps this server from being ready; empty when nothing does.
    package var problems: [String]
    /// What is wrong and does not keep it from being ready yet.
    package var warnings: [String]

    package init(problems: [String] = [], warnings: [String] = []) {
        self.problems = problems
        self.warnings = warnings
    }

    package var isReady: Bool { problems.isEmpty }
}
