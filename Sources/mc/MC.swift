import ArgumentParser
@main struct MC: AsyncParsableCommand { static let configuration = CommandConfiguration(commandName: "mc") }
