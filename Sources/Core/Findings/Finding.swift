/// How much a finding weighs.
public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    case info, low, medium, high, critical

    public static func < (left: Severity, right: Severity) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// A rule's stable name in lowercase words joined by hyphens, such as `identity-mismatch`.
public struct RuleID: Sendable, Hashable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { rawValue = value }

    public var description: String { rawValue }
}

/// Something that is checked: what it is called, why it is checked and how to satisfy it.
public struct Rule: Sendable, Hashable {
    public let id: RuleID
    public let severity: Severity
    /// One sentence: what must hold.
    public let summary: String
    /// Why it is checked: which attack or mistake it stops.
    public let reason: String
    /// What the person who was refused can do.
    public let remedy: String
    /// The specification it follows.
    public let specification: String

    public init(
        _ id: RuleID, severity: Severity = .critical, summary: String, reason: String, remedy: String,
        specification: String
    ) {
        self.id = id
        self.severity = severity
        self.summary = summary
        self.reason = reason
        self.remedy = remedy
        self.specification = specification
    }

    /// The rule's place in the reference.
    public var documentation: String { "docs/reference/rules.md#\(id.rawValue)" }
}

/// A rule that does not hold: what was seen, what was expected and what to do about it.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
    public let rule: RuleID
    public let severity: Severity
    public let observed: String
    public let expected: String
    /// The digests of the evidence the finding rests on.
    public let evidence: [Digest]
    public let remedy: String
    /// Where the rule is documented.
    public let documentation: String

    /// How much of what was observed or expected a finding quotes, in UTF-8 bytes.
    static let longestText = 2_000

    /// Makes a finding of a rule; long texts are cut.
    ///
    /// - Parameters:
    ///   - remedy: what to do; by default the rule's own advice.
    public init(_ rule: Rule, observed: String, expected: String, evidence: [Digest] = [], remedy: String? = nil) {
        self.rule = rule.id
        severity = rule.severity
        self.observed = observed.excerpt(Self.longestText)
        self.expected = expected.excerpt(Self.longestText)
        self.evidence = evidence
        self.remedy = remedy ?? rule.remedy
        documentation = rule.documentation
    }

    public var description: String { "\(rule): observed \(observed); expected \(expected)" }

    /// The finding as the JSON of `schemas/finding.v1.json`.
    public var json: JSONValue {
        [
            "rule": .string(rule.rawValue), "severity": .string(severity.rawValue), "observed": .string(observed),
            "expected": .string(expected), "evidence": .array(evidence.map { .string($0.description) }),
            "remedy": .string(remedy), "docs": .string(documentation),
        ]
    }
}
