import ArgumentParser
import Core
import Rollout

struct PolicyEnforce: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enforce",
        abstract: "Take namespaces from Audit to Enforce, if they are ready.",
        discussion: """
            Prints the changes, and with --apply makes them. Exit 1 when a namespace is not ready; nothing is \
            changed then.
            """)

    @Argument(help: ArgumentHelp("The namespaces.", valueName: "namespace"))
    var namespaces: [String]

    @OptionGroup var options: ReadinessOptions

    @Flag(help: "Make the changes instead of printing them.")
    var apply = false

    @OptionGroup var cluster: ClusterOptions

    @Option(
        help: ArgumentHelp(
            "Go on although a namespace is not ready; the reason is written beside the label, also of those that are.",
            valueName: "reason"))
    var override: String?

    func run() async throws {
        for name in namespaces { try ModeSteps.check(name) }
        if let override, override.isEmpty { throw UsageError("--override: say why") }
        let readiness = try await options.readiness(including: Set(namespaces))
        if let note = readiness.callersNote { Console.standard.error("note: \(note)".printable) }
        try await ModeSteps.run(
            ModeChanger.enforce(namespaces, readiness, override: override), apply: apply, to: cluster)
    }
}

struct PolicyRelax: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relax",
        abstract: "Take namespaces back from Enforce to what their policies say, at once.",
        discussion: "Prints the changes, and with --apply makes them. Nothing is asked: it is the way back.")

    @Argument(help: ArgumentHelp("The namespaces.", valueName: "namespace"))
    var namespaces: [String]

    @Flag(help: "Make the changes instead of printing them.")
    var apply = false

    @OptionGroup var cluster: ClusterOptions

    func run() async throws {
        for name in namespaces { try ModeSteps.check(name) }
        try await ModeSteps.run(ModeChanger.relax(namespaces), apply: apply, to: cluster)
    }
}

/// Prints and makes changes of namespaces.
enum ModeSteps {
    /// - Throws: ``UsageError`` when it is no namespace's name; it must not be taken for an option by kubectl.
    static func check(_ name: String) throws(UsageError) {
        let isName =
            (1...63).contains(name.utf8.count) && !name.hasPrefix("-") && !name.hasSuffix("-")
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
        guard isName else { throw UsageError("\(name.printable): expected a namespace's name") }
    }

    static func run(_ steps: [ModeChanger.Step], apply: Bool, to cluster: ClusterOptions) async throws {
        var isRefused = false
        for case .refused(let name, let reasons) in steps {
            isRefused = true
            let words = reasons.map { "\n  \($0.code.rawValue): \($0.message)" }.joined()
            Console.standard.error("mc: \(name) is not ready for Enforce\(words)".printableLines)
        }
        if isRefused { throw Outcome.refused }
        if apply {
            let written = try await ModeChanger.apply(steps, by: ClusterNamespaceWriter(client: cluster.client()))
            Console.standard.print("\(written) namespace\(written == 1 ? "" : "s") changed")
            return
        }
        for case .change(let change) in steps {
            Console.standard.print(change.command.map(\.shellQuoted).joined(separator: " "))
        }
        Console.standard.error("note: nothing was changed; give --apply, or run what is printed")
    }
}
