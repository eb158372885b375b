import Core
import Foundation
import Testing

/// The reference of rules is what the code says.
@Suite("Rule reference") struct RuleReferenceTests {
    static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/reference/rules.md").standardized.path
    static let isPresent = FileManager.default.fileExists(atPath: page)

    @Test(.enabled(if: isPresent, "docs/reference/rules.md is not there; run make docs"))
    func pageIsWhatTheCodeSays() async throws {
        let run = try await Tool.run(["rules", "-o", "markdown"])
        #expect(run.status == 0)
        let page = try String(contentsOfFile: Self.page, encoding: .utf8)
        #expect(page.utf8.elementsEqual(run.output.utf8), "run make docs")
    }

    @Test func everyFormNamesEveryRule() async throws {
        let json = try JSONValue(parsing: Array(try await Tool.run(["rules", "-o", "json"]).output.utf8))
        let names = try #require(json.array).compactMap { $0["id"]?.string }
        #expect(names.count > 20 && Set(names).count == names.count)
        let table = try await Tool.run(["rules"]).output
        let markdown = try await Tool.run(["rules", "-o", "markdown"]).output
        for name in names {
            #expect(table.split(separator: "\n").contains { $0.hasPrefix(name + " ") }, "\(name)")
            #expect(markdown.contains("### \(name)\n"), "\(name)")
        }
    }
}
