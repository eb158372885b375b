import ArgumentParser
import Core
import Policy

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check, build, sign, verify, compare, test, render and roll out policy bundles.",
        subcommands: [
            PolicyCheck.self, PolicyBundleCommand.self, PolicySign.self, PolicyVerify.self, PolicyDiff.self,
            PolicyTest.self, PolicyRender.self, PolicyReplay.self, PolicyReadiness.self, PolicyApprove.self,
            PolicyEnforce.self, PolicyRelax.self,
        ])

    /// Without a subcommand nothing was asked that could be good.
    func run() throws { try Self.missSubcommand() }
}

struct PolicyBundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle", abstract: "Build, sign and verify a bundle.",
        subcommands: [PolicyBuild.self, PolicySign.self, PolicyVerify.self, PolicyRollback.self])

    /// Without a subcommand nothing was asked that could be good.
    func run() throws { try Self.missSubcommand() }
}

/// A bundle's error with the exit code it means.
enum PolicyFailure {
    /// Runs work on bundles; says what is wrong and how the command ends.
    ///
    /// - Throws: ``Outcome/refused`` when a bundle does not hold; the error itself when it cannot be read.
    static func tell<Value>(_ output: EvaluationOptions, _ folder: String, _ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let error as BundleError where isRefusal(error) {
            if !output.quiet {
                Console.standard.print(
                    output.output == .json
                        ? json(error, folder).pretty.printableJSON : text(error, folder, Console.standard))
            }
            throw Outcome.refused
        } catch {
            if output.output == .json, !output.quiet {
                Console.standard.print(
                    (["verdict": "unevaluated", "bundle": .string(folder), "error": .string("\(error)")] as JSONValue)
                        .pretty.printableJSON)
            }
            throw error
        }
    }

    /// Whether the bundle was understood and does not hold; anything else could not be evaluated.
    static func isRefusal(_ error: BundleError) -> Bool {
        ![.malformed, .tooLarge, .path, .manifestMissing, .unsigned].contains(error.code)
    }

    private static func text(_ error: BundleError, _ folder: String, _ console: Console) -> String {
        let place = error.file + (error.mark.map { ":\($0)" } ?? "") + (error.field.isEmpty ? "" : ": \(error.field)")
        let rows = Table.rows([("code", "\(error.code)"), ("place", place), ("reason", error.message)])
        return ([console.styled("refused", .bad) + "   " + folder.printable] + rows).joined(separator: "\n")
    }

    static func json(_ error: BundleError, _ folder: String) -> JSONValue {
        [
            "verdict": "refused", "bundle": .string(folder), "code": .string("\(error.code)"),
            "file": .string(error.file), "field": .string(error.field), "message": .string(error.message),
        ]
    }
}
