internal import Core

/// Where the request would run.
enum EnvironmentRules {
    /// `environment-unknown`
    static let unknown = Rule(
        "environment-unknown", severity: .high,
        summary: "The bundle maps the namespace of this cluster to exactly one environment.",
        reason: "Without an environment nobody can say which rules hold; a namespace that two entries claim has none.",
        remedy: "Add the namespace to the EnvironmentMap, or take it out of one of the entries.",
        specification: "Admission contract, Environment")
    /// `environment-mismatch`
    static let mismatch = Rule(
        "environment-mismatch", severity: .high,
        summary: "The label mc.env, where present, is the environment of the namespace.",
        reason: "A manifest meant for another environment must not run here.",
        remedy: "Deploy to the namespace of that environment, or correct the label.",
        specification: "Admission contract, Environment")

    static let rules = [unknown, mismatch]

    static func check(_ resolution: EnvironmentMap.Resolution, _ facts: AdmissionFacts) -> [Violation] {
        switch resolution {
        case .unknown:
            return [
                Violation(
                    unknown, observed: "namespace \(facts.namespace) of cluster \(facts.cluster) is not mapped",
                    expected: "one environment", isAboutImage: false)
            ]
        case .ambiguous(let environments):
            return [
                Violation(
                    unknown, observed: "namespace \(facts.namespace) is \(environments.joined(separator: " and "))",
                    expected: "one environment", isAboutImage: false)
            ]
        case .found(let environment, _):
            return facts.environmentLabels.filter { !$0.isSame(as: environment) }.uniqueByBytes().map {
                Violation(
                    mismatch, observed: "label mc.env is \"\($0)\"",
                    expected: "\(environment), the environment of namespace \(facts.namespace)", isAboutImage: false)
            }
        }
    }
}
