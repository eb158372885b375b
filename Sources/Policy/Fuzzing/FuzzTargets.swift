internal import Core
internal import YAML

/// What the fuzz target `policy` in `Fuzz/` drives, and nothing else.
///
/// It takes bytes as they may come from outside and returns the property that does not hold, if there is one. That it
/// returns at all is what is tested first.
@_spi(Fuzzing)
public enum FuzzTargets {
    private static let file = "fuzz.yaml"

    /// YAML to documents to checks, and back to YAML.
    public static func policy(_ bytes: [UInt8]) -> String? {
        let files = [file: bytes, "root.json": Array("{}".utf8)]
        let reading = PolicyReader.read(files)
        let again = PolicyReader.read(files)
        if reading.documents != again.documents || reading.errors != again.errors {
            return "a text reads the same twice"
        }
        let lines = bytes.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
        for error in reading.errors {
            if let violation = place(error.mark, lines) ?? text(error.description) { return violation }
        }
        let rules = PolicyRules.mayBeMadeWaivable
        let problems = PolicyChecker.problems(in: reading, rules: rules)
        if problems != PolicyChecker.problems(in: again, rules: rules) { return "checks find the same twice" }
        for problem in problems {
            if let violation = place(problem.mark, lines) ?? text(problem.description) { return violation }
        }
        for document in reading.documents {
            if let violation = use(document) { return violation }
        }
        return roundTrip(bytes)
    }

    private static func place(_ mark: YAMLMark?, _ lines: Int) -> String? {
        guard let mark else { return nil }
        // An error at the very end stands behind the last line.
        return mark.line >= 1 && mark.line <= lines + 1 && mark.column >= 1 ? nil : "an error lies within the text"
    }

    private static func text(_ text: String) -> String? {
        text.utf8.contains { $0 < 0x20 } ? "a message is one line" : nil
    }

    private static func use(_ document: PolicyDocument) -> String? {
        switch document.kind {
        case .deployPolicy(let policy):
            _ = policy.covers(namespace: "payments", image: "ghcr.io/org/app")
            return policy.bindings.isEmpty || policy.namespaces.isEmpty || policy.images.isEmpty
                ? "a policy says what it covers and who is bound" : nil
        case .environmentMap(let map):
            _ = EnvironmentMap.resolve([map, map], cluster: "eu", namespace: "payments")
            return nil
        case .clusterIdentity(let cluster):
            _ = cluster.canonicalName("harbor.example/ghcr/org/app")
            let system = Requester(username: "system:serviceaccount:kube-system:x", groups: [], extra: [:])
            return system.claims(in: cluster) == nil ? nil : "no mapping speaks for the cluster's own users"
        case .trustRoot(let root):
            return root.source == .keysOnly || root.transparencyLogs > 0 ? nil : "a log is demanded where there are any"
        case .manifest(let manifest):
            return manifest.waivers.renewals <= 2 ? nil : "a third waiver needs a second approver"
        }
    }

    private static func roundTrip(_ bytes: [UInt8]) -> String? {
        guard let documents = try? YAMLReader.documents(bytes, file: file) else { return nil }
        let values = documents.map(\.json)
        let written = Array(YAMLWriter.text(documents: values).utf8)
        // An explicit nothing is written as `null`, and a document of it stays one.
        return (try? YAMLReader.documents(written, file: file))?.map(\.json) == values
            ? nil : "what is written reads as it was"
    }
}
