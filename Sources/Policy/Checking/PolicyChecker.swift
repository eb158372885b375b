package import Core
internal import YAML

/// Checks the documents of a bundle against each other.
package enum PolicyChecker {
    /// Finds all problems of documents that were read, with the exact places.
    ///
    /// - Parameters:
    ///   - reading: the documents.
    ///   - rules: the rules that `waivable` of a manifest may name.
    package static func problems(in reading: PolicyReading, rules: [RuleID]) -> [PolicyProblem] {
        problems(in: CheckedDocuments(reading.documents, places: reading.places), rules: rules)
    }

    /// Finds all problems of documents; places are those of the documents' first lines.
    ///
    /// - Parameters:
    ///   - documents: the documents of one bundle.
    ///   - rules: the rules that `waivable` of a manifest may name.
    package static func problems(in documents: [PolicyDocument], rules: [RuleID]) -> [PolicyProblem] {
        problems(in: CheckedDocuments(documents, places: PolicyPlaces()), rules: rules)
    }

    private static func problems(in documents: CheckedDocuments, rules: [RuleID]) -> [PolicyProblem] {
        var collector = ProblemCollector(places: documents.places)
        NameChecks.check(documents, &collector)
        EnvironmentChecks.check(documents, &collector)
        PromotionChecks.check(documents, &collector)
        MatchChecks.check(documents, &collector)
        IdentityChecks.check(documents, &collector)
        ManifestChecks.check(documents, rules: rules, &collector)
        return collector.sorted
    }
}

/// The documents of a bundle by kind, each with where it stands.
struct CheckedDocuments {
    struct Located<Value> {
        let value: Value
        let document: PolicyDocument
    }

    let places: PolicyPlaces
    private(set) var policies: [Located<DeployPolicy>] = []
    private(set) var maps: [Located<EnvironmentMap>] = []
    private(set) var clusters: [Located<ClusterIdentity>] = []
    private(set) var trustRoots: [Located<TrustRootDocument>] = []
    private(set) var manifests: [Located<BundleManifest>] = []

    init(_ documents: [PolicyDocument], places: PolicyPlaces) {
        self.places = places
        for document in documents {
            switch document.kind {
            case .deployPolicy(let value): policies.append(Located(value: value, document: document))
            case .environmentMap(let value): maps.append(Located(value: value, document: document))
            case .clusterIdentity(let value): clusters.append(Located(value: value, document: document))
            case .trustRoot(let value): trustRoots.append(Located(value: value, document: document))
            case .manifest(let value): manifests.append(Located(value: value, document: document))
            }
        }
    }

    /// The environments that some namespace has.
    var environments: [String] { Set(maps.flatMap(\.value.entries).map(\.environment)).sorted() }
}

/// Collects problems, and keeps the work of comparing patterns within bounds.
struct ProblemCollector {
    /// Steps of comparing patterns; a bundle of a large organisation takes a hundredth of them.
    private static let maximumWork = 20_000_000
    private static let maximumProblems = Cap("problems of one severity", 500)

    private let places: PolicyPlaces
    private var problems: [PolicyProblem] = []
    private var counts: [PolicyProblem.Severity: Int] = [:]
    private var work = 0

    init(places: PolicyPlaces) { self.places = places }

    mutating func report(
        _ kind: PolicyProblem.Kind, _ message: String, severity: PolicyProblem.Severity? = nil,
        at steps: [PolicyPlaces.Step], in document: PolicyDocument
    ) {
        let severity = severity ?? kind.severity
        // Warnings are counted for themselves: they must not push out an error.
        guard counts[severity, default: 0] < Self.maximumProblems.limit else { return }
        counts[severity, default: 0] += 1
        let place = places.place(of: steps, in: document)
        problems.append(
            PolicyProblem(
                kind, severity: severity, message, file: document.file, mark: place.mark,
                field: place.field))
    }

    /// Whether there is room for one more comparison of anything.
    var mayCompare: Bool {
        mutating get {
            work += 1
            return work < Self.maximumWork
        }
    }

    /// Whether some text matches both patterns; `true` as well once too many were compared.
    mutating func overlap(_ left: Glob, _ right: Glob) -> Bool {
        guard work < Self.maximumWork else { return true }
        work += (left.pattern.utf8.count + 1) * (right.pattern.utf8.count + 1)
        return left.overlaps(right)
    }

    /// Whether patterns of two lists have a text in common.
    mutating func overlap(_ left: [Glob], _ right: [Glob]) -> Bool {
        for first in left {
            for second in right where overlap(first, second) { return true }
        }
        return false
    }

    /// All problems by file, line and column; the order does not depend on that of the checks.
    var sorted: [PolicyProblem] {
        problems.sorted { left, right in
            if !left.file.isSame(as: right.file) { return left.file.utf8.lexicographicallyPrecedes(right.file.utf8) }
            if left.mark.line != right.mark.line { return left.mark.line < right.mark.line }
            if left.mark.column != right.mark.column { return left.mark.column < right.mark.column }
            return left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
        }
    }
}
