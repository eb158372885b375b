internal import Core

extension WhyReport.Gap {
    /// What is missing of an answer. Nothing is guessed in its place.
    ///
    /// - Parameter absent: what decisions on the image rest on, and nobody recorded.
    static func all(
        origins: [WhyReport.Origin], evidence: [WhyReport.Evidence], decisions: [DecisionRecord], decisionCount: Int,
        absent: [Digest], isEvidenceCut: Bool
    ) -> [WhyReport.Gap] {
        guard !evidence.isEmpty || decisionCount > 0 else {
            return [Self(code: .imageUnknown, text: "nothing was recorded about this image")]
        }
        var gaps: [WhyReport.Gap] = []
        func add(_ code: Code, _ text: String) { gaps.append(Self(code: code, text: text)) }
        if evidence.isEmpty {
            add(.noEvidence, "no evidence was recorded, so it is not known who built or signed the image")
        } else if origins.isEmpty {
            add(.noProvenance, "no provenance was recorded, so no builder, run, commit or pull request is known")
        }
        for origin in origins {
            let name = "provenance \(origin.evidence)"
            if origin.builder == nil { add(.noBuilder, "\(name) names no builder") }
            if origin.run == nil { add(.noRun, "\(name) names no run") }
            if origin.commit == nil {
                add(.noCommit, "\(name) names no commit, so no pull request can be looked up")
            } else if origin.pullRequests.isEmpty {
                add(.noPullRequest, "no pull request was recorded for the commit that \(name) names")
            }
        }
        for piece in evidence {
            if case .unreadable = piece.record.facts {
                add(.unreadableEvidence, "evidence \(piece.record.digest) is signed and cannot be read")
            }
            // Both were signed, by one signer: one of them is not the whole story.
            if let built = piece.record.build?.commit, let signed = piece.record.signer.commit,
                !built.isSame(as: signed)
            {
                add(
                    .sourceContradiction,
                    "provenance \(piece.record.digest) names another commit than its signer's certificate")
            }
        }
        if !evidence.isEmpty, !evidence.contains(where: \.isBillOfMaterials) {
            add(.noBillOfMaterials, "no bill of materials was recorded, so the contents are not known")
        }
        for digest in absent.prefix(EvidenceRecord.maximumLines) {
            add(.evidenceNotRecorded, "a decision rests on evidence \(digest), which was not recorded")
        }
        if decisionCount == 0 { add(.noDecision, "no decision about the image was recorded") }
        if decisionCount > decisions.count {
            add(.moreDecisions, "\(decisionCount - decisions.count) older decisions are not shown")
        }
        if isEvidenceCut { add(.moreEvidence, "older evidence is not shown") }
        return gaps
    }
}

extension WhyReport.Evidence {
    fileprivate var isBillOfMaterials: Bool {
        if case .billOfMaterials = record.facts { true } else { false }
    }
}
