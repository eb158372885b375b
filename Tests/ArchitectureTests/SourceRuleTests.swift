import Foundation
import Testing

/// What must not stand in sources: ways to crash on outside data, to hide a race, or to leave work undone.
@Suite struct SourceRuleTests {
    static let forbidden: [(pattern: String, why: String)] = [
        ("try!", "crashes on an error"),
        (" as! ", "crashes on another type"),
        ("@unchecked Sendable", "hides a race unless proven"),
        ("nonisolated(unsafe)", "hides a race"),
        ("fatalError(", "crashes"),
        ("TODO", "is work undone"),
        ("FIXME", "is work undone"),
    ]

    static func violations(in source: String) -> [String] {
        var previous = ""
        return source.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
            defer { previous = String(line) }
            for rule in forbidden where line.contains(rule.pattern) {
                // A proof in the comment before it is what the rule asks for.
                if rule.pattern == "@unchecked Sendable", previous.contains("//") { continue }
                return "\(rule.pattern): \(line.trimmingCharacters(in: .whitespaces))"
            }
            return nil
        }
    }

    static var files: [URL] {
        let sources = ImportTests.root.appending(path: "Sources")
        let all = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        return all?.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" } ?? []
    }

    @Test func sourcesKeepTheRules() throws {
        #expect(Self.files.count > 50)
        for file in Self.files {
            let found = Self.violations(in: try String(contentsOf: file, encoding: .utf8))
            #expect(found.isEmpty, "\(file.lastPathComponent): \(found)")
        }
    }

    @Test func filesStaySmall() throws {
        for file in Self.files {
            let lines = try String(contentsOf: file, encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count <= 450, "\(file.lastPathComponent) has \(lines.count) lines; split it by what it does")
        }
    }

    @Test func aViolationIsSeen() {
        #expect(Self.violations(in: "let x = try! f()\n").count == 1)
        #expect(Self.violations(in: "// Proof: immutable.\nfinal class A: @unchecked Sendable {}\n").isEmpty)
    }
}
