internal import Core

/// What must hold of `mc` itself before its word counts.
enum ServiceRules {
    /// `log-unavailable`
    static let log = Rule(
        "log-unavailable", severity: .high, summary: "The decision was written to the log.",
        reason:
            "An allow that nobody can prove afterwards is worth nothing, and a full disk must not switch proof off.",
        remedy: "Look at mc's log volume: is it full, read-only or failing? Then try again.",
        specification: "Admission contract, Policy and log")
    /// `clock-unreliable`
    static let clock = Rule(
        "clock-unreliable", severity: .high, summary: "mc's clock goes forward, and at the speed of time.",
        reason: "Who can set the clock can bring expired waivers and certificates back to life.",
        remedy:
            "Mend the node's time synchronisation. If entries of the log are of a time that was wrong, restart mc once with "
            + "log.acceptClock.",
        specification: "DESIGN, Fail closed")

    /// `object-unreadable`
    static let object = Rule(
        "object-unreadable", severity: .high, summary: "Where the object names its images can be read.",
        reason: "An image in a field that two readers understand differently runs unchecked.",
        remedy: "Mend the field that is named; nothing is skipped for being malformed.",
        specification: "DESIGN, Fail closed")

    static let rules = [log, clock, object]
}

extension Decision {
    /// Why a decision cannot stand as it was taken.
    package enum Doubt: Sendable, Hashable {
        /// It could not be written to the log; in words.
        case unlogged(String)
        /// The clock cannot be trusted; in words.
        case clock(String)
        /// The object's images cannot be read, whatever else is right about it; in words.
        case unreadable(String)
    }

    /// The decision as it stands when `mc` itself cannot vouch for it: an allow becomes indeterminate, a denial remains
    /// one. What is always allowed, such as a deletion, goes on: mc's trouble must not keep anybody from removing things.
    package func doubting(_ doubt: Doubt, _ change: AdmissionFacts.Change) -> Decision {
        if case .harmless = change { return self }
        let finding =
            switch doubt {
            case .unlogged(let reason):
                Finding(ServiceRules.log, observed: reason, expected: "an entry in the log")
            case .clock(let reason):
                Finding(ServiceRules.clock, observed: reason, expected: "a clock that can be relied on")
            case .unreadable(let reason):
                Finding(ServiceRules.object, observed: reason, expected: "an object whose images can be read")
            }
        var isDenied = false
        if case .unreadable = doubt { isDenied = true }
        var decision = self
        decision.findings.append(
            DecisionFinding(
                finding: finding, disposition: isDenied ? .denies : .undetermined, policy: nil, image: nil, waiver: nil)
        )
        if isDenied { decision.outcome = .deny } else if outcome == .allow { decision.outcome = .indeterminate }
        if mode == .enforce { decision.enforcedResult = .deny }
        return decision
    }
}
