import Admission
import Attestation
import Core
import Sigstore

/// An image's verdict as text for people and as the JSON of `schemas/verification-result.v1.json`.
struct ImageReport {
    let verdict: ImageVerdict
    let image: String

    init(_ verdict: ImageVerdict, image: String) {
        self.verdict = verdict
        self.image = image
    }

    /// What is missing, when the image is refused.
    private var finding: Finding? {
        guard verdict.result == .refused else { return nil }
        let signers = verdict.parts.map { SignerThreshold.distinct($0.verified) }.min() ?? 0
        let looked = verdict.parts.reduce(0) { $0 + $1.refused.count + $1.verified.count }
        return Finding(
            EvidenceRules.evidenceMissing,
            observed: looked == 0
                ? "no evidence beside the image"
                : "\(signers) distinct signer\(signers == 1 ? "" : "s") in \(looked) piece\(looked == 1 ? "" : "s") of evidence",
            expected:
                "verified evidence by at least \(verdict.demanded) distinct signer\(verdict.demanded == 1 ? "" : "s")")
    }

    var json: JSONValue {
        var object = JSONObject()
        object["verdict"] = .string(verdict.result.rawValue)
        object["artifact"] = .string(image)
        object["digest"] = .string(verdict.digest.description)
        if let finding { object["finding"] = finding.json }
        object["parts"] = .array(
            verdict.parts.map { part in
                var json = JSONObject()
                json["digest"] = .string(part.digest.description)
                if let platform = part.platform { json["platform"] = .string(platform) }
                json["verified"] = .array(part.verified.map { .object(EvidenceReport($0).json) })
                json["refused"] = .array(
                    part.refused.map {
                        [
                            "origin": .string($0.origin), "step": .string($0.refusal.step.rawValue),
                            "finding": $0.refusal.finding.json,
                        ]
                    })
                json["failures"] = .array(
                    part.failures.map { ["origin": .string($0.origin), "message": .string($0.message)] })
                return .object(json)
            })
        return .object(object)
    }

    func text(_ console: Console) -> String {
        let head =
            switch verdict.result {
            case .verified: console.styled("verified", .good)
            case .refused: console.styled("refused", .bad)
            case .unevaluated: console.styled("could not be evaluated", .bad)
            }
        var lines = ["\(head)  \(image.printable)"]
        lines += Table.rows([("digest", verdict.digest.description)])
        if let finding {
            lines += Table.rows([
                ("rule", finding.rule.rawValue), ("observed", finding.observed), ("expected", finding.expected),
                ("remedy", finding.remedy), ("docs", finding.documentation),
            ])
        }
        for part in verdict.parts {
            if let platform = part.platform { lines.append("  platform \(platform.printable) \(part.digest)") }
            for evidence in part.verified {
                lines.append(console.styled("  evidence \(evidence.digest)", .strong))
                lines += EvidenceReport(evidence).lines.map { "  " + $0 }
            }
            for item in part.refused {
                lines.append(console.styled("  refused  \(item.origin.printable)", .strong))
                lines += VerdictReport.lines(item.refusal).map { "  " + $0 }
            }
            for item in part.failures {
                lines.append(console.styled("  unread   \(item.origin.printable)", .strong))
                lines += Table.rows([("reason", item.message)]).map { "  " + $0 }
            }
        }
        return lines.joined(separator: "\n")
    }
}
