import ArgumentParser

/// What lineage knows.
struct Graph: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Ask why an image is here; feed the lineage store.",
        subcommands: [
            GraphWhy.self, GraphDeps.self, GraphWhere.self, GraphDiff.self, GraphLastGood.self, GraphTimeline.self,
            GraphHistory.self, GraphIngest.self, GraphDoctor.self,
        ])
}
