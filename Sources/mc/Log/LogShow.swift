import ArgumentParser
import Core
import TransparencyLog

struct LogShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a log's checkpoint, or its entries.",
        discussion: "Nothing is verified; mc log verify does that.")

    @OptionGroup var folder: LogOption

    @Option(help: "Show this entry, checked to be under the checkpoint.")
    var index: UInt64?

    @Option(help: "Show so many of the latest entries.")
    var tail: UInt64?

    @Option(name: [.short, .customLong("output")], help: "How it is written.")
    var output = EvaluationOptions.Format.table

    func run() async throws {
        let reader = try folder.reader()
        let signed = try await reader.checkpoint()
        let checkpoint = signed.checkpoint
        guard index == nil || tail == nil else { throw UsageError("give either --index or --tail") }
        if let index { return show(index, try await reader.entry(index, in: checkpoint)) }
        if let tail {
            let first = checkpoint.size - min(tail, checkpoint.size)
            for try await (index, entry) in reader.entries(from: first, in: checkpoint) { show(index, entry) }
            return
        }
        let names = signed.note.signatures.map { "\($0.name) \($0.id)" }
        if output == .json {
            guard case .object(var object) = LogReport.json(checkpoint) else { return }
            object["signatures"] = .array(names.map { .string($0) })
            return Console.standard.print(JSONValue.object(object).pretty.printableJSON)
        }
        let rows =
            [("size", "\(checkpoint.size)"), ("root", "\(checkpoint.root)")] + names.map { ("signature", $0.printable) }
        Console.standard.print(([checkpoint.origin.printable] + Table.rows(rows)).joined(separator: "\n"))
    }

    private func show(_ index: UInt64, _ entry: [UInt8]) {
        let text = String(validating: entry, as: UTF8.self)
        if output == .json {
            let json: JSONValue = [
                "index": .string("\(index)"), "entry": .string(text ?? Base64.encode(entry)),
                "encoding": .string(text == nil ? "base64" : "utf-8"),
            ]
            return Console.standard.print(String(decoding: json.canonical, as: UTF8.self).printableJSON)
        }
        Console.standard.print("\(index)  \(text.map(\.printable) ?? "\(entry.count) bytes: \(Base64.encode(entry))")")
    }
}
