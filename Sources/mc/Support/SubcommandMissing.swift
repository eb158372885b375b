import ArgumentParser

extension ParsableCommand {
    /// Ends a command that was given no subcommand: nothing was asked that could be good, so it shows what can be.
    ///
    /// - Throws: ``Outcome/unevaluated``.
    static func missSubcommand() throws {
        Console.standard.error(MC.helpMessage(for: Self.self).printableLines)
        throw Outcome.unevaluated
    }
}
