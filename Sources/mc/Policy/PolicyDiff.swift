import ArgumentParser
import Core
import Policy

struct PolicyDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "What changes between two bundles, and whether it allows more or less.",
        discussion: "Signatures are not verified. Exit 0 when both could be read, whatever differs.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    @Argument(help: ArgumentHelp("The folder of the bundle as it is.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("The folder of the bundle as it will be.", valueName: "new"))
    var new: String

    @Option(name: [.short, .customLong("output")], help: "How the result is written.")
    var output = Format.table

    func run() throws {
        let diff = BundleDiff(from: try Self.read(old), to: try Self.read(new))
        Console.standard.print(output == .json ? diff.json.pretty.printableJSON : diff.text.printableLines)
    }

    /// An expired bundle can still be compared.
    private static func read(_ folder: String) throws -> PolicyBundle {
        do {
            return try PolicyFolder.bundle(folder, trust: nil, now: Instant(seconds: .min))
        } catch let error as BundleError {
            throw InputError(folder, "\(error)")
        }
    }
}
