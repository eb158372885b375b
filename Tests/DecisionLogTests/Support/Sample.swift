import Core
import DecisionLog
import TestDecisionLog

@testable import Admission
@testable import Policy

/// A decision of which each part can be another.
struct Sample {
    static let now = Instant(seconds: 1_768_903_200)
    static let image = Digest.of(Array("image".utf8))

    var outcome = Decision.Outcome.deny
    var enforced: Decision.Outcome?
    var at = now
    var namespace = "payments"
    var environment: String? = "prod"
    var operation = AdmissionFacts.Operation.create
    var isDryRun = false
    var object = AdmissionFacts.Object(
        group: "apps", kind: "ReplicaSet", name: "web-1", uid: "u-1", templateDigest: Digest.of(Array("template".utf8)))
    var ownerUID: String? = "owner"
    var username = "system:serviceaccount:kube-system:replicaset-controller"
    var bundle = Digest.of(Array("bundle".utf8))
    var isSigned = true
    var images: [(reference: String, digest: Digest?)] = [("ghcr.io/org/app@\(image)", image)]
    var rules = ["evidence-missing"]
    var observed = "no evidence"
    var note: String?

    /// More than an entry holds.
    static let manyImages = (0..<1_200).map { number -> (reference: String, digest: Digest?) in
        let digest = Digest.of(Array("\(number)".utf8))
        return ("ghcr.io/org/image-\(number)@\(digest)", digest)
    }

    static func allow(_ change: (inout Sample) -> Void = { _ in }) -> Sample {
        var sample = Sample()
        sample.outcome = .allow
        sample.rules = []
        change(&sample)
        return sample
    }

    func with(_ change: (inout Sample) -> Void) -> Sample {
        var copy = self
        change(&copy)
        return copy
    }

    var decision: Decision {
        Decision(
            outcome: outcome, mode: .enforce, enforcedResult: enforced ?? (outcome == .allow ? .allow : .deny), at: at,
            cluster: "prod-eu", namespace: namespace, environment: environment, tenant: nil, operation: operation,
            isDryRun: isDryRun, object: object, ownerUID: ownerUID, requester: Requester(username: username),
            claims: nil, bundleVersion: "1.2.3", bundleDigest: bundle, isBundleSigned: isSigned, policies: [],
            images: images.map { Decision.Image(reference: $0.reference, digest: $0.digest, evidence: [], uses: []) },
            findings: rules.map { rule in
                Decision.DecisionFinding(
                    finding: Finding(
                        Rule(
                            RuleID(rawValue: rule), severity: .high, summary: "s", reason: "r", remedy: "m",
                            specification: "x"), observed: observed, expected: "evidence"),
                    disposition: .denies, policy: nil, image: nil, waiver: nil)
            }, waiversUsed: [], note: note)
    }

    var document: CanonicalDecision { CanonicalDecision(decision) }

    var facts: AdmissionFacts {
        AdmissionFacts(
            cluster: "prod-eu", namespace: namespace, operation: operation, change: .template, object: object,
            requester: Requester(username: username))
    }
}

extension DecisionKeeper {
    @discardableResult
    func keep(_ sample: Sample, caller: LogEntry.Caller = .authenticated) async throws -> Kept {
        try await keep(sample.document, sample.facts, caller: caller)
    }
}

/// A keeper with what is around it.
struct Desk {
    let log = MemoryLog()
    let large = MemoryDecisions()
    let admissions = AdmissionIndex()
    let keeper: DecisionKeeper

    init(quota: Int = DecisionKeeper.defaultQuota) {
        keeper = DecisionKeeper(log: log, large: large, admissions: admissions, quota: quota)
    }

    var records: [LogRecord] { get throws { try log.entries.map { try LogRecord(parsing: $0) } } }

    var repeats: [RepeatRecord] {
        get throws {
            try records.compactMap { record in
                guard case .repeated(let repeated) = record else { return nil }
                return repeated
            }
        }
    }

    var suppressed: [SuppressedRecord] {
        get throws {
            try records.compactMap { record in
                guard case .suppressed(let suppressed) = record else { return nil }
                return suppressed
            }
        }
    }
}

/// The entry of a decision that an authenticated caller asked for.
enum LogEntryBytes {
    static func of(_ sample: Sample) -> [UInt8] {
        LogEntry(sample.document, facts: sample.facts, caller: .authenticated).bytes
    }
}

extension RecordQuery {
    /// Whether the sample's image was admitted in its environment.
    static var image: RecordQuery { RecordQuery(images: [Sample.image], environments: ["prod"], templates: []) }
}
