import ArgumentParser
import Foundation

/// The command line: parses, runs, and maps every outcome to one of three exit codes.
@main
struct MC: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mc",
        abstract: "Zero-trust delivery for Kubernetes: what is it, may it run, why is it here.",
        discussion: """
            Exit codes: 0 good; 1 refused or a violation found; 2 could not be evaluated, malformed input or bad usage.
            """,
        version: Version.current,
        subcommands: [
            Verify.self, Admit.self, Serve.self, Scan.self, PolicyCommand.self, WaiverCommand.self, Graph.self,
            LogCommand.self, DrillCommand.self, InstallCommand.self, CertsCommand.self, Demo.self, Rules.self,
        ])

    /// Without a subcommand nothing was asked that could be good.
    func run() throws { try Self.missSubcommand() }

    static func main() async {
        let command: any ParsableCommand
        do {
            command = try parseAsRoot()
        } catch {
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            // Help and version are what was asked for; everything else is bad usage.
            if code == .success {
                Console.standard.print(text)
                Foundation.exit(0)
            }
            // Arguments are quoted in it, and they may come from anywhere, line feeds included.
            let quoted = CommandLine.arguments.reduce(text) { $0.replacingOccurrences(of: $1, with: $1.printable) }
            Console.standard.error(quoted.printableLines)
            Foundation.exit(Outcome.unevaluated.rawValue)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                var synchronous = command
                try synchronous.run()
            }
            Foundation.exit(Outcome.good.rawValue)
        } catch let outcome as Outcome {
            Foundation.exit(outcome.rawValue)
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch let error where exitCode(for: error) == .success {
            Console.standard.print(fullMessage(for: error))
            Foundation.exit(0)
        } catch let error as UsageError {
            Console.standard.error("mc: \(error)".printableLines)
            Foundation.exit(Outcome.unevaluated.rawValue)
        } catch {
            Console.standard.error("mc: \(error)".printable)
            Foundation.exit(Outcome.unevaluated.rawValue)
        }
    }
}
