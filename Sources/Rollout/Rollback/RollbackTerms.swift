internal import Core

/// What was decided under Enforce in a stretch of time.
package struct RollbackCounts: Sendable, Hashable {
    package var allowed: Int
    /// Denied workloads, each once.
    package var denied: Int
    package var indeterminate: Int
    /// The latency that 99 of 100 requests stay below, where it is known.
    package var p99: Duration?

    package init(allowed: Int = 0, denied: Int = 0, indeterminate: Int = 0, p99: Duration? = nil) {
        self.allowed = allowed
        self.denied = denied
        self.indeterminate = indeterminate
        self.p99 = p99
    }

    var total: Int { allowed + denied + indeterminate }
}

/// When it is recommended to take a namespace back to Audit.
package struct RollbackTerms: Sendable, Hashable {
    /// The stretch of time that is looked at.
    package let stretch: Duration
    /// How many requests there must be at least, so that a single one is no ratio.
    package let minimum: Int
    package let deniedRatio: Double
    package let indeterminateRatio: Double
    package let p99: Duration

    package init(
        stretch: Duration = .seconds(3_600), minimum: Int = 10, deniedRatio: Double = 0.1,
        indeterminateRatio: Double = 0.02, p99: Duration = .seconds(2)
    ) {
        self.stretch = stretch
        self.minimum = max(minimum, 1)
        self.deniedRatio = deniedRatio
        self.indeterminateRatio = indeterminateRatio
        self.p99 = p99
    }

    /// What recommends a rollback; `nil` when nothing does.
    ///
    /// - Parameter enforcement: what enforces in the namespace; `nil` where that is not known.
    package func advice(
        _ counts: RollbackCounts, namespace: String, enforcement: Enforcement? = nil
    ) -> RollbackAdvice? {
        var reasons: [String] = []
        let minutes = stretch.components.seconds / 60
        func ratio(_ count: Int, _ limit: Double, _ word: String) {
            guard counts.total >= minimum, Double(count) > limit * Double(counts.total) else { return }
            reasons.append(
                "\(count) of \(counts.total) \(word) in \(minutes) minutes, more than \(Self.percent(limit))")
        }
        ratio(counts.denied, deniedRatio, "denied")
        ratio(counts.indeterminate, indeterminateRatio, "could not be decided")
        if let seen = counts.p99, seen > p99 {
            reasons.append("99 of 100 decisions take up to \(seen), more than \(p99)")
        }
        return reasons.isEmpty ? nil : RollbackAdvice(namespace: namespace, reasons: reasons, enforcement: enforcement)
    }

    private static func percent(_ ratio: Double) -> String {
        let tenths = Int((ratio * 1_000).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}

/// That a namespace had better go back to Audit, why, and how.
package struct RollbackAdvice: Sendable, Hashable {
    package let namespace: String
    package let reasons: [String]
    package let enforcement: Enforcement?

    /// The one command that does it.
    package var command: String {
        guard let enforcement, enforcement.isWhole else { return "mc policy relax \(namespace) --apply" }
        return "mc policy bundle rollback EARLIER-BUNDLE --from \(enforcement.version) --expires INSTANT --reason TEXT "
            + "--key FILE"
    }

    /// Why it is that command, where the label is not what enforces, or not alone; `nil` where it is.
    package var why: String? {
        guard let enforcement, enforcement.isWhole || !enforcement.policies.isEmpty else { return nil }
        let names = enforcement.policies.joined(separator: ", ")
        let one = enforcement.policies.count == 1
        if enforcement.isWhole {
            let what =
                enforcement.policies.isEmpty
                ? "the bundle's defaultMode is Enforce and no policy covers the namespace"
                : "\(one ? "policy" : "policies") \(names) \(one ? "says" : "say") mode: Enforce"
            return "\(what), so that taking the label off changes nothing; go back to the earlier bundle"
        }
        return "what \(names) \(one ? "denies" : "deny") stays denied, for mode: Enforce is said there; only the "
            + "earlier bundle undoes that"
    }
}
