package import Core
package import Policy

/// Which namespaces may go to Enforce, and why the others may not.
package struct Readiness: Sendable, Hashable {
    /// Why a namespace is not ready.
    package struct Reason: Sendable, Hashable {
        package enum Code: String, Sendable, Hashable, CaseIterable {
            case wouldDeny = "would-deny"
            case notLongEnough = "not-long-enough"
            case notEnoughSeen = "not-enough-seen"
            case indeterminate
            case silence
            case noApproval = "no-approval"
            case canaries
        }

        package let code: Code
        package let message: String
    }

    package enum State: String, Sendable, Hashable {
        /// It is in Enforce already.
        case enforced
        case ready
        case notReady = "not-ready"
    }

    /// A rule that denied in a namespace, or would have.
    package struct Denial: Sendable, Hashable {
        package let rule: RuleID
        /// Workloads, each once however often it was tried.
        package let workloads: Int
        package let decisions: Int
        package let last: Instant
        package let example: EntryPlace
    }

    package struct Namespace: Sendable, Hashable {
        package let name: String
        package let state: State
        /// Empty for a namespace that is ready.
        package let reasons: [Reason]
        /// Allowed requests under this bundle, and those of them within the window.
        package let allowed: Int
        package let allowedInWindow: Int
        package let indeterminate: Int
        package let denials: [Denial]
        package let first: Instant?
        package let last: Instant?
        /// Since when nothing would have been denied.
        package let cleanSince: Instant?
        package let approval: ApprovalRecord?
        package let isCanary: Bool
        /// For a namespace in Enforce, where it had better go back.
        package let rollback: RollbackAdvice?
    }

    /// Whether those who asked proved to be the API server.
    package enum Callers: Sendable, Hashable {
        /// No entry says that somebody did not.
        case proven
        /// Somebody did; so many entries of others do not count.
        case leftOut(Int)
        /// Nobody did; so many entries count all the same.
        case unproven(Int)
    }

    package let cluster: String
    package let bundle: Digest
    package let at: Instant
    package let terms: ReadinessTerms
    package let callers: Callers
    /// By name.
    package let namespaces: [Namespace]

    /// - Parameter names: namespaces to tell of even if the log holds nothing about them.
    package init(_ counter: ReadinessCounter, including names: Set<String> = []) {
        cluster = counter.cluster
        bundle = counter.bundle
        at = counter.now
        terms = counter.terms
        callers =
            counter.unauthenticated == 0
            ? .proven
            : counter.isProven ? .leftOut(counter.unauthenticated) : .unproven(counter.unauthenticated)
        let counts = counter.counts
        let all = Set(counts.namespaces.keys).union(names).union(counter.terms.canaries)
        let waiting = counter.waitingCanaries(counts)
        namespaces = all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map {
            counter.judge($0, waiting, counts)
        }
    }

    /// What is said of some namespaces alone.
    package func only(_ names: Set<String>) -> Readiness {
        Readiness(self, namespaces.filter { namespace in names.contains { $0.isSame(as: namespace.name) } })
    }

    private init(_ other: Readiness, _ namespaces: [Namespace]) {
        cluster = other.cluster
        bundle = other.bundle
        at = other.at
        terms = other.terms
        callers = other.callers
        self.namespaces = namespaces
    }

    /// What is said of a namespace.
    package func namespace(_ name: String) -> Namespace? { namespaces.first { $0.name.isSame(as: name) } }

    package var ready: [Namespace] { namespaces.filter { $0.state == .ready } }

    /// What is to be said of those who asked, in one line; `nil` when there is nothing.
    package var callersNote: String? {
        switch callers {
        case .proven: nil
        case .leftOut(let count):
            "\(Self.entries(count)) left out: who asked did not prove to be the API server, as others in the window did"
        case .unproven(let count):
            "nobody proved to be the API server; \(Self.entries(count)) counted that any pod may have made that reaches "
                + "the webhook"
        }
    }

    private static func entries(_ count: Int) -> String { count == 1 ? "1 entry was" : "\(count) entries were" }
}

extension ReadinessCounter {
    private var windowStart: Instant { now - terms.window }

    /// The canaries that have not enforced cleanly for the window, with what is missing.
    fileprivate func waitingCanaries(_ counts: ReadinessCounts) -> [(name: String, what: String)] {
        terms.canaries.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.compactMap { name in
            canaryProblem(counts.namespaces[name] ?? NamespaceTally()).map { (name, $0) }
        }
    }

    private func canaryProblem(_ tally: NamespaceTally) -> String? {
        guard tally.mode?.mode == .enforce, let first = tally.firstEnforced else { return "is not in Enforce" }
        if first > windowStart { return "is in Enforce since \(first) only" }
        if let denied = tally.lastEnforcedDenied, denied > windowStart { return "denied at \(denied)" }
        if let denied = tally.lastDenied, denied > windowStart { return "denied at \(denied)" }
        if tally.enforcedAllowedInWindow < terms.minimum {
            return "admitted \(tally.enforcedAllowedInWindow), of \(terms.minimum) that are to be seen"
        }
        return isUndecided(tally) ? "could not decide \(tally.indeterminateInWindow)" : nil
    }

    private func isUndecided(_ tally: NamespaceTally) -> Bool {
        Double(tally.indeterminateInWindow) > terms.indeterminate * Double(tally.allowedInWindow)
    }

    fileprivate func judge(
        _ name: String, _ waiting: [(name: String, what: String)], _ counts: ReadinessCounts
    ) -> Readiness.Namespace {
        let tally = counts.namespaces[name] ?? NamespaceTally()
        let isCanary = terms.canaries.contains { $0.isSame(as: name) }
        let approval = approval(name)
        let isEnforced = tally.mode?.mode == .enforce
        var reasons = isEnforced ? [] : reasons(tally, counts)
        if !isEnforced, approval == nil { reasons.append(noApproval(name)) }
        if !isEnforced, !isCanary, !waiting.isEmpty {
            reasons.append(
                .init(
                    code: .canaries,
                    message: "the canaries come first: "
                        + waiting.map { "\($0.name) \($0.what)" }.joined(separator: "; ")))
        }
        return Readiness.Namespace(
            name: name, state: isEnforced ? .enforced : reasons.isEmpty ? .ready : .notReady, reasons: reasons,
            allowed: tally.allowed, allowedInWindow: tally.allowedInWindow, indeterminate: tally.indeterminate,
            denials: tally.denials.map { rule, counted in
                Readiness.Denial(
                    rule: rule, workloads: counted.workloads.count, decisions: counted.decisions, last: counted.last,
                    example: counted.example)
            }.sorted { ($1.workloads, $0.rule.rawValue) < ($0.workloads, $1.rule.rawValue) },
            first: tally.firstAllowed, last: tally.lastAllowed, cleanSince: cleanSince(tally), approval: approval,
            isCanary: isCanary,
            rollback: isEnforced
                ? rollback.advice(
                    tally.recent, namespace: name, enforcement: policies.map { Enforcement(in: name, by: $0) }) : nil)
    }

    private func cleanSince(_ tally: NamespaceTally) -> Instant? {
        tally.firstAllowed.map { first in tally.lastDenied.map { max($0, first) } ?? first }
    }

    private func reasons(_ tally: NamespaceTally, _ counts: ReadinessCounts) -> [Readiness.Reason] {
        var reasons: [Readiness.Reason] = []
        func add(_ code: Readiness.Reason.Code, _ message: String) {
            reasons.append(.init(code: code, message: message))
        }
        let hours = terms.window.components.seconds / 3_600
        if let denied = tally.lastDenied, denied > windowStart {
            add(.wouldDeny, "something would have been denied at \(denied); clean from then on, ready \(hours) h later")
        }
        if let first = tally.firstAllowed, first > windowStart {
            add(.notLongEnough, "audited since \(first) under this bundle; \(hours) h are asked for")
        }
        if tally.allowedInWindow < terms.minimum {
            add(
                .notEnoughSeen,
                "\(tally.allowedInWindow) requests were allowed in the last \(hours) h; \(terms.minimum) are asked for")
        }
        if isUndecided(tally) {
            add(
                .indeterminate,
                "\(tally.indeterminateInWindow) requests could not be decided, beside \(tally.allowedInWindow) that "
                    + "were allowed; Enforce would have denied them")
        }
        let silent = counts.silentHours(of: terms.window)
        if silent * 3_600 > terms.silence.components.seconds {
            add(.silence, "for \(silent) h on end no request of any namespace is in the log; was the webhook there?")
        }
        if counts.isFull {
            add(.silence, "there are more than \(ReadinessCounts.maximumNamespaces.limit) namespaces in the log")
        }
        return reasons
    }

    private func approval(_ name: String) -> ApprovalRecord? {
        (approvals[name] ?? []).filter { $0.at <= now && now < $0.expires && $0.namespace.isSame(as: name) }
            .max { ($0.expires, $0.digest.hex) < ($1.expires, $1.digest.hex) }
    }

    private func noApproval(_ name: String) -> Readiness.Reason {
        if let ended = (approvals[name] ?? []).map(\.expires).max(), ended <= now {
            return .init(code: .noApproval, message: "the owner's approval expired at \(ended)")
        }
        return .init(
            code: .noApproval,
            message: "the owner has not approved this bundle for \(name); see mc policy approve")
    }
}
