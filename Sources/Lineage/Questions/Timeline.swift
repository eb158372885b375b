package import Core

/// How an image came to where it is, step by step in time, and how long that took.
package struct Timeline: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case merged, buildStarted, buildFinished, signed, admitted
        }

        package let at: Instant
        package let kind: Kind
        /// What of it: the pull request, the run, the kind of evidence, the environment.
        package let subject: String
        /// Whether somebody signed what says so.
        package let isSigned: Bool
        package let url: String?
    }

    package let image: Digest
    /// In the order of time.
    package let steps: [Step]

    /// - Parameters:
    ///   - report: what is known of the image.
    ///   - firstAllows: the first decision that let it into each environment.
    package init(_ report: WhyReport, firstAllows: [RecordedAllow]) {
        image = report.image
        var steps: [Step] = []
        for origin in report.origins {
            for request in origin.pullRequests where request.relation == .merged {
                guard let at = request.record.mergedAt else { continue }
                steps.append(
                    Step(
                        at: at, kind: .merged, subject: "\(request.record.repository)#\(request.record.number)",
                        isSigned: false, url: request.url))
            }
            for (at, kind) in [(origin.startedOn, Step.Kind.buildStarted), (origin.finishedOn, .buildFinished)] {
                guard let at else { continue }
                steps.append(
                    Step(
                        at: at, kind: kind, subject: origin.run ?? origin.built, isSigned: origin.isSigned,
                        url: origin.runURL))
            }
        }
        for evidence in report.evidence {
            guard let at = evidence.record.signedAt else { continue }
            steps.append(
                Step(at: at, kind: .signed, subject: evidence.record.kind, isSigned: evidence.isSigned, url: nil))
        }
        for allow in firstAllows {
            steps.append(
                Step(
                    at: allow.at, kind: .admitted, subject: allow.environment ?? "", isSigned: false, url: nil))
        }
        let kinds = Step.Kind.allCases
        func rank(_ step: Step) -> Int { kinds.firstIndex(of: step.kind) ?? 0 }
        var seen: Set<Step> = []
        self.steps = steps.filter { seen.insert($0).inserted }.sorted {
            $0.at == $1.at ? (rank($0), $0.subject) < (rank($1), $1.subject) : $0.at < $1.at
        }
    }

    /// How long it took from the merge (or, where none is known, the build's end) to each environment, in seconds.
    package var timeToPromote: [(environment: String, seconds: Int64)] {
        let begin = steps.first { $0.kind == .merged } ?? steps.first { $0.kind == .buildFinished }
        guard let begin else { return [] }
        return steps.filter { $0.kind == .admitted }.map { ($0.subject, $0.at.seconds - begin.at.seconds) }
    }
}
