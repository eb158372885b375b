import ArgumentParser
import Core
import Foundation
import Policy
import PolicyRendering

struct PolicyRender: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Write a bundle in the words of Kyverno, Gatekeeper or the API server's own policies.",
        discussion: """
            Beside the files for the cluster there is a report, COVERAGE.md and coverage.json, that says of each rule \
            how far the target can say it and what remains open; it is printed on the standard error as well. \
            Exit 0 when it was rendered, 1 when the bundle is refused, 2 when it cannot be read or the target would \
            misunderstand it.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case yaml, json, markdown
    }

    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case audit = "Audit"
        case enforce = "Enforce"
    }

    @Option(help: ArgumentHelp("The bundle's folder.", valueName: "folder"))
    var policy: String

    @Option(
        help: ArgumentHelp(
            "The RoleTrust document that says whose signatures count; $MC_POLICY_TRUST when absent, and without both the "
                + "bundle is taken unsigned.", valueName: "file"))
    var trust: String?

    @Option(help: "Whose words: kyverno, validatingadmissionpolicy or gatekeeper.")
    var target: PolicyTarget

    @Option(help: "Audit or Enforce for everything; the bundle's own modes when absent.")
    var mode: Mode?

    @Option(help: ArgumentHelp("The cluster, as the bundle names it; the only one when absent.", valueName: "name"))
    var cluster: String?

    @Option(
        help: ArgumentHelp(
            "A namespace that is left out; may be repeated. kube-system and mc-system when absent.", valueName: "name"))
    var exempt: [String] = []

    @Option(help: ArgumentHelp("The folder for the files, made if need be; - for one stream.", valueName: "folder"))
    var outputDir = "k8s/policy"

    @Option(
        name: [.short, .customLong("output")], help: "How the report, or the stream with --output-dir -, is written.")
    var output: Format?

    @Option(help: ArgumentHelp("Judge expiry as of this time instead of now.", valueName: "instant"))
    var at: String?

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func run() throws {
        let rendering = try render()
        let coverage = rendering.coverage
        guard outputDir == "-" else {
            try write(rendering)
            if !quiet {
                switch output {
                case .json: Console.standard.print(coverage.json.pretty.printableJSON)
                case .markdown: Console.standard.print(coverage.markdown.printableLines)
                case .yaml, nil:
                    let names = rendering.contents.keys.sorted().map { "rendered  \(outputDir.printable)/\($0)" }
                    Console.standard.print(names.joined(separator: "\n"))
                }
                tell(coverage)
            }
            return
        }
        switch output {
        case .json:
            let documents = rendering.files.filter { !$0.isAlternative }.flatMap(\.documents)
            let list: JSONValue = ["apiVersion": "v1", "kind": "List", "items": .array(documents)]
            Console.standard.print(list.pretty)
        case .markdown: Console.standard.print(coverage.markdown.printableLines)
        case .yaml, nil:
            let files = rendering.files.filter { !$0.isAlternative }
            Console.standard.print(files.map(\.text).joined(separator: "---\n"))
        }
        if !quiet { tell(coverage) }
    }

    private func write(_ rendering: Rendering) throws {
        do {
            try FileManager.default.createDirectory(atPath: outputDir, withIntermediateDirectories: true)
        } catch {
            throw InputError(outputDir, "cannot be made: \(error.localizedDescription)")
        }
        for (name, text) in rendering.contents.sorted(by: { $0.key < $1.key }) {
            try OutputFile.write(Array(text.utf8), to: "\(outputDir)/\(name)")
        }
    }

    private func render() throws -> Rendering {
        let now = try InstantArgument.now(at)
        let bundle: PolicyBundle
        do {
            bundle = try PolicyFolder.bundle(policy, trust: PolicyTrust.file(trust), now: now)
        } catch let error as BundleError where PolicyFailure.isRefusal(error) {
            Console.standard.error("mc: \(error)".printable)
            throw Outcome.refused
        }
        return try PolicyRenderer.render(
            bundle, for: target,
            options: RenderOptions(
                cluster: cluster, mode: mode.flatMap { DeployPolicy.Mode(rawValue: $0.rawValue) },
                exempt: exempt.isEmpty ? RenderOptions.defaultExempt : exempt))
    }

    /// What remains open is said where a person reads it, whatever is done with the files.
    private func tell(_ coverage: Coverage) {
        let rows = coverage.rows.filter(\.isDemanded)
        let width = rows.map(\.name.count).max() ?? 0
        var lines = ["mc: what \(coverage.target.rawValue) says of the bundle's rules:"]
        for row in rows {
            let name = row.name + String(repeating: " ", count: width - row.name.count + 2)
            let open = row.status.open.isEmpty ? "" : "  open: \(row.status.open)"
            let status = row.status.name + String(repeating: " ", count: 9 - row.status.name.count)
            lines.append("  \(name)\(status)\(open)".printable)
        }
        lines.append("mc: \(coverage.gaps.count) of \(rows.count) leave something open; see COVERAGE.md")
        Console.standard.error(lines.joined(separator: "\n"))
    }
}

extension PolicyTarget: ExpressibleByArgument {}
