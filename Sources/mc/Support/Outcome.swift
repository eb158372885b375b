/// How a command ended, as the exit code that scripts see.
enum Outcome: Int32, Error, Sendable {
    /// Everything that was asked holds.
    case good = 0
    /// Refused, or a violation was found.
    case refused = 1
    /// Could not be evaluated: malformed input, an unreachable source, or bad usage.
    case unevaluated = 2

    /// Of several outcomes a refusal weighs most, then what could not be evaluated.
    func worst(_ other: Outcome) -> Outcome {
        if self == .refused || other == .refused { return .refused }
        return self == .unevaluated || other == .unevaluated ? .unevaluated : .good
    }
}

/// What a command cannot do with what it was given, in words that say what to do.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
