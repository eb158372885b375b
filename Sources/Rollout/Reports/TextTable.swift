internal import Core

/// Rows in columns, for terminals and for Markdown.
struct TextTable {
    let header: [String]
    var rows: [[String]] = []

    /// Columns padded with spaces, without a rule.
    var text: String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            return line
        }.joined(separator: "\n")
    }

    /// A table of GitHub's Markdown; what could end a cell or begin markup is escaped.
    var markdown: String {
        let lines =
            ["| " + header.joined(separator: " | ") + " |", "|" + String(repeating: " --- |", count: header.count)]
            + rows.map { "| " + $0.map(Self.escaped).joined(separator: " | ") + " |" }
        return lines.joined(separator: "\n")
    }

    private static func escaped(_ cell: String) -> String {
        var text = ""
        for character in cell {
            switch character {
            case "|", "\\", "`", "*", "_", "[", "]", "<", ">", "#": text += "\\\(character)"
            case "\n", "\r", "\r\n": text += " "
            default: text.append(character)
            }
        }
        return text
    }
}
