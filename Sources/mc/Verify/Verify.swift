import ArgumentParser

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "What is it? Verify signed evidence about an artifact or an image.",
        subcommands: [VerifyBundle.self, VerifyImage.self])
}
