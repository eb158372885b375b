import Attestation
import Core
import Sigstore

/// A verdict as text for people and as the JSON of `schemas/verification-result.v1.json`.
struct VerdictReport {
    let verdict: Verdict
    /// The artifact as it was asked for.
    let artifact: String
    /// Where the evidence came from.
    let evidence: String

    init(_ verdict: Verdict, artifact: String, evidence: String) {
        self.verdict = verdict
        self.artifact = artifact
        self.evidence = evidence
    }

    var json: JSONValue {
        switch verdict {
        case .verified(let verified):
            var object = JSONObject([
                JSONObject.Member(key: "verdict", value: "verified"),
                JSONObject.Member(key: "artifact", value: .string(artifact)),
                JSONObject.Member(key: "source", value: .string(evidence)),
            ])
            for member in EvidenceReport(verified).json.members { object[member.key] = member.value }
            return .object(object)
        case .refused(let refusal):
            return [
                "verdict": "refused", "artifact": .string(artifact), "source": .string(evidence),
                "step": .string(refusal.step.rawValue), "finding": refusal.finding.json,
            ]
        }
    }

    func text(_ console: Console) -> String {
        switch verdict {
        case .verified(let verified):
            let head = console.styled("verified", .good) + "  " + artifact.printable
            return ([head] + EvidenceReport(verified).lines).joined(separator: "\n")
        case .refused(let refusal):
            let head = console.styled("refused", .bad) + "   " + artifact.printable
            return ([head] + Self.lines(refusal)).joined(separator: "\n")
        }
    }

    static func lines(_ refusal: Refusal) -> [String] {
        Table.rows([
            ("rule", "\(refusal.finding.rule) (step \(refusal.step.rawValue))"),
            ("observed", refusal.finding.observed), ("expected", refusal.finding.expected),
            ("remedy", refusal.finding.remedy), ("docs", refusal.finding.documentation),
        ])
    }
}

/// Labelled rows under a headline.
enum Table {
    static func rows(_ rows: [(String, String)]) -> [String] {
        rows.map { name, value in
            "  " + name + String(repeating: " ", count: max(1, 11 - name.count)) + value.printable
        }
    }
}
