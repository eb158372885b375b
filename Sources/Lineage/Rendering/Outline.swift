/// A report as titled lists, which both terminals and Markdown can show.
///
/// Markdown tables are not used: in them a `|` would end a cell even within code.
struct Outline: Sendable, Hashable {
    struct Item: Sendable, Hashable {
        /// What the line is about, in words of ours; may be empty.
        let label: String
        let phrase: Phrase
        let children: [Item]

        init(_ label: String, _ phrase: Phrase, _ children: [Item] = []) {
            self.label = label
            self.phrase = phrase
            self.children = children
        }
    }

    struct Section: Sendable, Hashable {
        let title: String
        let items: [Item]
    }

    let title: Phrase
    let sections: [Section]

    /// What forges accept as one comment (GitHub: 65,536 characters), with room for what is put around it.
    static let longestMarkdown = 60_000

    /// Lines for terminals; the labels of a list stand in one column.
    var text: String {
        var lines = [title.text]
        for section in sections where !section.items.isEmpty {
            lines += ["", section.title.uppercased()]
            Self.add(section.items, depth: 1, to: &lines)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func add(_ items: [Item], depth: Int, to lines: inout [String]) {
        let width = items.map(\.label.utf8.count).max() ?? 0
        let indentation = String(repeating: "  ", count: depth)
        for item in items {
            let padding = String(repeating: " ", count: width - item.label.utf8.count)
            let label = width == 0 ? "" : item.label + padding + "  "
            lines.append(indentation + label + item.phrase.text)
            add(item.children, depth: depth + 1, to: &lines)
        }
    }

    /// Nested lists; what is too long for one comment is left out from the end, and that is said.
    var markdown: String {
        var lines = ["### \(title.markdown)"]
        for section in sections where !section.items.isEmpty {
            lines += ["", "#### \(section.title)", ""]
            Self.addMarkdown(section.items, depth: 0, to: &lines)
        }
        var length = 0
        let kept = lines.prefix { line in
            length += line.utf8.count + 1
            return length <= Self.longestMarkdown
        }
        let rest = kept.count == lines.count ? [] : ["", "\(lines.count - kept.count) more lines are not shown."]
        return (kept + rest).joined(separator: "\n") + "\n"
    }

    private static func addMarkdown(_ items: [Item], depth: Int, to lines: inout [String]) {
        let indentation = String(repeating: "  ", count: depth)
        for item in items {
            let label = item.label.isEmpty ? "" : "**\(item.label)** "
            lines.append("\(indentation)- \(label)\(item.phrase.markdown)")
            addMarkdown(item.children, depth: depth + 1, to: &lines)
        }
    }
}
