import ArgumentParser
import Core
import Lineage

/// How the answers of the graph are written.
struct AnswerOption: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, markdown
    }

    @Option(name: [.short, .customLong("output")], help: "How the answer is written.")
    var output = Format.table

    func print(_ answer: some LineageAnswer) {
        switch output {
        case .table: Console.standard.print(answer.text.printableLines)
        case .json: Console.standard.print(answer.json.pretty.printableJSON)
        case .markdown: Console.standard.print(answer.markdown.printableLines)
        }
    }
}
