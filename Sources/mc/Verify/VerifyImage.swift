import ArgumentParser
struct VerifyImage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "image", abstract: "x")
}
