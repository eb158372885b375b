internal import Admission
internal import Core
internal import Policy

/// Puts together what readiness depends on: trust and policy loaded, the log writable, the clock sane.
package struct ReadinessCheck: Sendable {
    private let policy: PolicyInForce
    private let reloader: PolicyReloader
    private let clock: SteadyClock
    private let patience: Duration
    private let log: @Sendable () -> String?
    private let warnings: @Sendable () -> [String]

    /// How long a bundle that cannot be taken over may lie there before readiness ends (admission contract, "Policy and
    /// log").
    package static let defaultPatience = Duration.seconds(3_600)

    /// - Parameters:
    ///   - patience: how long the last good bundle stands in for one that cannot be taken over.
    ///   - log: why the log cannot be written; `nil` when it can.
    ///   - warnings: what else people should know.
    package init(
        policy: PolicyInForce, reloader: PolicyReloader, clock: SteadyClock,
        patience: Duration = ReadinessCheck.defaultPatience, log: @escaping @Sendable () -> String?,
        warnings: @escaping @Sendable () -> [String] = { [] }
    ) {
        self.policy = policy
        self.reloader = reloader
        self.clock = clock
        self.patience = patience
        self.log = log
        self.warnings = warnings
    }

    /// How things stand now.
    package func check() -> Readiness {
        var readiness = Readiness()
        let reading = clock.read()
        let status = reloader.status
        if let loaded = policy.current {
            if reading.now >= loaded.bundle.manifest.expires {
                readiness.problems.append("the policy bundle expired at \(loaded.bundle.manifest.expires)")
            }
            if loaded.bundle.cluster(loaded.admitter.cluster) == nil {
                let known = loaded.bundle.clusters.map(\.cluster).joined(separator: ", ")
                readiness.problems.append(
                    "the bundle knows no cluster \(loaded.admitter.cluster), so everything is denied; it knows \(known)"
                )
            }
            if loaded.bundle.origin == .unsigned {
                readiness.warnings.append("the policy bundle is taken unsigned: policy.trust is not set")
            }
            if !loaded.waiverProblems.isEmpty {
                readiness.warnings.append(
                    "\(loaded.waiverProblems.count) waiver documents do not count; /api/v1/waivers says why")
            }
            if let problem = status.policyProblem {
                let since = status.policyProblemSince ?? reading.now
                let text = "the bundle that lies there since \(since) is not taken over: \(problem)"
                if reading.now >= since + patience {
                    readiness.problems.append(text)
                } else {
                    readiness.warnings.append(text)
                }
            }
        } else {
            readiness.problems.append(
                "no policy bundle is loaded: \(status.policyProblem ?? "the log is still being read")")
        }
        if let problem = log() { readiness.problems.append("the log cannot be written: \(problem)") }
        if let doubt = reading.doubt { readiness.problems.append(doubt) }
        if let problem = status.waiversProblem { readiness.warnings.append("waivers: \(problem)") }
        if let problem = status.nextProblem { readiness.warnings.append("the next bundle: \(problem)") }
        readiness.warnings += warnings()
        return readiness
    }
}
