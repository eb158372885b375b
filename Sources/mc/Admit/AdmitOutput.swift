import Admission
import Core
import Kubernetes
import Policy

/// Writes decisions as they are made, and remembers how the command ends.
struct AdmitOutput {
    private let format: Admit.Format
    private let quiet: Bool
    private var outcome = Outcome.good
    private var documents: [JSONValue] = []

    init(format: Admit.Format, quiet: Bool) {
        self.format = format
        self.quiet = quiet
    }

    /// Takes a decision.
    mutating func add(_ decision: Decision, _ item: AdmitInput.Item) {
        outcome = outcome.worst(Self.outcome(decision))
        guard !quiet else { return }
        switch format {
        case .table: Console.standard.print(DecisionReport(decision, title: item.title).text(.standard))
        case .json: documents.append(decision.json)
        case .review:
            if let review = item.review {
                Console.standard.print(CanonicalDecision(decision).answer(to: review).json.pretty)
            }
        }
    }

    /// Takes what could not be decided; a review is answered all the same.
    ///
    /// - Parameter review: the review, where it could be read so far.
    mutating func add(_ error: any Error, at path: String, review: AdmissionReview?) {
        outcome = outcome.worst(.unevaluated)
        let text = error is InputError || error is UsageError ? "\(error)" : "\(path.printable): \(error)"
        Console.standard.error("mc: \(text)".printable)
        guard !quiet else { return }
        switch format {
        case .table: break
        case .json: documents.append(ErrorReport(error, artifact: path).json)
        case .review:
            let answer =
                (error as? ReviewError)?.answer
                ?? review?.answer(allowed: false, code: 400, reason: "BadRequest", message: "\(error)")
            if let answer { Console.standard.print(answer.json.pretty) }
        }
    }

    /// Writes what is written at the end.
    ///
    /// - Throws: ``Outcome`` when not everything was allowed.
    func finish() throws {
        if let first = documents.first {
            Console.standard.print((documents.count == 1 ? first : .array(documents)).pretty.printableJSON)
        }
        if outcome != .good { throw outcome }
    }

    private static func outcome(_ decision: Decision) -> Outcome {
        switch decision.outcome {
        case .allow: .good
        case .deny: .refused
        case .indeterminate: .unevaluated
        }
    }
}
