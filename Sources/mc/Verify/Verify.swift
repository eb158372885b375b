import ArgumentParser

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "What is it? Verify signed evidence about an artifact or an image.",
        subcommands: [VerifyBundle.self, VerifyImage.self])

    /// Without a subcommand nothing was asked that could be good.
    func run() throws { throw UsageError(Self.helpMessage()) }
}
