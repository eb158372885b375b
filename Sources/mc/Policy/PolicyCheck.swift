import ArgumentParser
import Core
import Policy
import Sigstore
import YAML

struct PolicyCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Find everything that is wrong in a folder of policy documents.",
        discussion: """
            Exit 0 when nothing is wrong (warnings may be), 1 when documents contradict each other or the bundle has \
            expired, 2 when a document cannot be read.
            """)

    @Argument(help: ArgumentHelp("The bundle's folder.", valueName: "folder"))
    var folder: String

    @OptionGroup var evaluation: EvaluationOptions

    func run() throws {
        let now = try evaluation.now()
        let source = try PolicyFailure.tell(evaluation, folder) { try PolicyFolder.source(folder) }
        let reading = PolicyReader.read(source.signedFiles)
        var errors = reading.errors
        let manifest = reading.documents.lazy.compactMap { document -> BundleManifest? in
            if case .manifest(let manifest) = document.kind { manifest } else { nil }
        }.first
        if manifest == nil, !errors.contains(where: { $0.file == BundleSource.manifest }) {
            errors.append(
                YAMLError(
                    .shape, "expected a BundleManifest with name, version and expiry, saw none",
                    file: BundleSource.manifest, mark: nil))
        }
        errors += Self.trustRootErrors(reading.documents)
        // Documents that miss because they could not be read would only cause more complaints.
        let problems =
            errors.isEmpty ? PolicyChecker.problems(in: reading, rules: WaivableRules.standard.nameable) : []
        let expired = manifest.flatMap { now >= $0.expires ? $0.expires : nil }
        var outcome = errors.isEmpty ? Outcome.good : .unevaluated
        if expired != nil || problems.contains(where: { $0.severity == .error }) { outcome = .refused }
        if !evaluation.quiet {
            report(outcome, errors, problems, expired: expired, documents: reading.documents.count)
        }
        if outcome != .good { throw outcome }
    }

    /// The trust roots themselves, which the policy module does not read.
    private static func trustRootErrors(_ documents: [PolicyDocument]) -> [YAMLError] {
        documents.compactMap { document in
            guard case .trustRoot(let root) = document.kind, case .document(let bytes, let file) = root.source else {
                return nil
            }
            do {
                _ = try TrustRoot(parsing: bytes)
                return nil
            } catch {
                return YAMLError(.shape, "\(error)", file: file, mark: nil)
            }
        }
    }

    private func report(
        _ outcome: Outcome, _ errors: [YAMLError], _ problems: [PolicyProblem], expired: Instant?, documents: Int
    ) {
        let console = Console.standard
        let expiry = "spec.expires: the bundle expired at \(expired.map(String.init(describing:)) ?? "")"
        if evaluation.output == .json {
            console.print(json(outcome, errors, problems, expired: expired).pretty.printableJSON)
            return
        }
        var lines: [String] = []
        for error in errors { lines.append(console.styled("error", .bad) + "    \(error)".printable) }
        for problem in problems {
            let style = problem.severity == .error ? Console.Style.bad : .strong
            let name = problem.severity.rawValue
            lines.append(
                console.styled(name, style) + String(repeating: " ", count: 9 - name.count) + "\(problem)".printable)
        }
        if expired != nil { lines.append(console.styled("error", .bad) + "    \(BundleSource.manifest): \(expiry)") }
        if lines.isEmpty { lines.append(console.styled("good", .good) + "     \(documents) documents") }
        console.print(lines.joined(separator: "\n"))
    }

    private func json(
        _ outcome: Outcome, _ errors: [YAMLError], _ problems: [PolicyProblem], expired: Instant?
    ) -> JSONValue {
        func place(_ file: String, _ mark: YAMLMark?, _ field: String, _ message: String) -> JSONObject {
            var object = JSONObject([
                JSONObject.Member(key: "file", value: .string(file)),
                JSONObject.Member(key: "field", value: .string(field)),
                JSONObject.Member(key: "message", value: .string(message)),
            ])
            if let mark {
                object["line"] = .integer(Int64(mark.line))
                object["column"] = .integer(Int64(mark.column))
            }
            return object
        }
        var found = problems.map { problem -> JSONValue in
            var object = place(problem.file, problem.mark, problem.field, problem.message)
            object["kind"] = .string(problem.kind.rawValue)
            object["severity"] = .string(problem.severity.rawValue)
            return .object(object)
        }
        if let expired {
            var object = place(BundleSource.manifest, nil, "spec.expires", "the bundle expired at \(expired)")
            object["kind"] = "bundle-expired"
            object["severity"] = "error"
            found.append(.object(object))
        }
        let verdict = outcome == .good ? "good" : outcome == .refused ? "refused" : "unevaluated"
        return [
            "verdict": .string(verdict), "bundle": .string(folder),
            "errors": .array(errors.map { .object(place($0.file, $0.mark, $0.field, $0.message)) }),
            "problems": .array(found),
        ]
    }
}
