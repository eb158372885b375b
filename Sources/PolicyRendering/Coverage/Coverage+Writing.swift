package import Core
internal import Policy

extension Coverage {
    /// The coverage as a document for programs.
    package var json: JSONValue {
        [
            "target": .string(target.rawValue), "cluster": .string(cluster),
            "mode": mode.map { .string($0.rawValue) } ?? .null, "bundleVersion": .string(bundleVersion),
            "bundleDigest": .string("\(bundleDigest)"),
            "rows": .array(
                rows.map { row in
                    [
                        row.isRule ? "rule" : "aspect": .string(row.name), "demanded": .bool(row.isDemanded),
                        "status": .string(row.status.name), "how": .string(row.status.how),
                        "open": .string(row.status.open),
                    ]
                }),
        ]
    }

    /// The coverage as a page for people.
    package var markdown: String {
        var text = """
            # What the rendered policy covers

            Target `\(target.rawValue)`, cluster `\(PrintableText.plain(cluster))`, bundle \(bundleVersion) \
            (`\(bundleDigest)`), \(mode.map { "everything in \($0.rawValue)" } ?? "modes as the bundle has them"). \
            Rendered by `mc policy render`; render again when the bundle changes.

            What stands under *remains open* is what the rendered policy lets through, or cannot tell, and `mc serve` \
            does not.

            """
        text += section("Rules that the bundle rests on", rows.filter { $0.isRule && $0.isDemanded })
        text += section("Beside the rules", rows.filter { !$0.isRule && $0.isDemanded })
        let idle = rows.filter { !$0.isDemanded }
        if !idle.isEmpty {
            text += "\n## Not demanded by this bundle\n\n"
            text += idle.map { "`\($0.name)` (\($0.status.name))" }.joined(separator: ", ") + "\n"
        }
        return text
    }

    private func section(_ title: String, _ rows: [Row]) -> String {
        var text = "\n## \(title)\n\n| | Said | How, or why not | Remains open |\n|---|---|---|---|\n"
        for row in rows {
            let cells = [row.status.name, row.status.how, row.status.open].map(Self.cell)
            text += "| \(row.isRule ? "`\(row.name)`" : Self.cell(row.name)) | \(cells.joined(separator: " | ")) |\n"
        }
        return text
    }

    private static func cell(_ text: String) -> String {
        PrintableText.plain(text).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
