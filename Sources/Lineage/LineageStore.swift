package import Core

/// Something that happened and is worth remembering.
package enum LineageEvent: Sendable, Hashable {
    case evidence(EvidenceRecord)
    case decision(DecisionRecord)
    case pullRequest(PullRequestRecord)
    case bill(BillRecord)
    case run(RunRecord)
}

/// What a batch changed.
package struct Recording: Sendable, Hashable {
    /// Events that were not known before.
    package var new = 0
    /// Events that were; they changed nothing.
    package var known = 0
}

/// A recorded decision that let an image in: the answer to what promotion and rescheduling ask.
package struct RecordedAllow: Sendable, Hashable {
    package let at: Instant
    /// The decision document's digest.
    package let decision: Digest
    package let cluster: String?
    package let environment: String?
    /// `Enforce` or `Audit`, as the decision says it.
    package let mode: String

    package init(at: Instant, decision: Digest, cluster: String?, environment: String?, mode: String) {
        self.at = at
        self.decision = decision
        self.cluster = cluster
        self.environment = environment
        self.mode = mode
    }
}

/// How much an answer holds at most.
package struct WhyLimits: Sendable, Hashable {
    /// Decisions, newest first.
    package var decisions = 20
    /// Pieces of evidence, those about the image and those its decisions rest on.
    package var evidence = 200
    /// Pull requests of one commit.
    package var pullRequests = 20

    package init() {}

    static let most = Cap("answers of one kind", 10_000)
}

/// The end of a timeline that an answer begins with.
package enum TimeOrder: Sendable, Hashable {
    case newestFirst, oldestFirst
}

/// Where lineage is kept.
///
/// A batch is recorded as a whole or not at all, and once `record` has returned it survives the process's death.
/// Recording an event again changes nothing, but that a decision which somebody handed in counts as an admission once what
/// decided it records it.
package protocol LineageStore: Sendable {
    /// Records events as one batch.
    ///
    /// - Parameters:
    ///   - events: at most 10,000.
    ///   - now: the present; it becomes the time at which new events were first seen.
    /// - Throws: ``LineageError`` when a cap is passed or the store fails; then nothing of the batch was recorded.
    @discardableResult
    func record(_ events: [LineageEvent], at now: Instant) async throws(LineageError) -> Recording

    /// Why an image is here: where it came from, who says so, and what was decided.
    ///
    /// An image that nothing is known of gets a report that says so.
    ///
    /// - Throws: ``LineageError`` when the store fails.
    func why(_ image: Digest, limits: WhyLimits) async throws(LineageError) -> WhyReport

    /// The decisions that allowed an image into an environment; denials, indeterminate outcomes and dry runs are not
    /// among them, neither are would-be denials of Audit, nor what is always allowed without a look at the images, such as
    /// a deletion or a change of labels (admission contract, "Promotion").
    ///
    /// - Parameters:
    ///   - environment: the environment's name, byte for byte.
    ///   - limit: how many are returned at most.
    /// - Throws: ``LineageError`` when the store fails.
    func allows(
        of image: Digest, environment: String, order: TimeOrder, limit: Int
    ) async throws(LineageError) -> [RecordedAllow]

    /// The decisions that allowed a pod template of an owner; the same are left out as for promotion
    /// (admission contract, "Time and availability").
    ///
    /// - Parameters:
    ///   - ownerUID: the UID of the object that owns the template: what was admitted is the object itself, whatever its
    ///     children say of their owner.
    ///   - templateDigest: the template's digest, as decisions write it.
    ///   - limit: how many are returned at most.
    /// - Throws: ``LineageError`` when the store fails.
    func admissions(
        ownerUID: String, templateDigest: String, order: TimeOrder, limit: Int
    ) async throws(LineageError) -> [RecordedAllow]
}

/// What else a store is asked.
package protocol LineageQuestions: LineageStore {
    /// What is in an image, by the newest bill of materials about it that somebody signed or, where nobody signed any, by
    /// the newest of all; `nil` when none is known.
    ///
    /// - Throws: ``LineageError`` when the store fails.
    func contents(of image: Digest) async throws(LineageError) -> ImageContents?

    /// What was set aside, and what is known by name only.
    ///
    /// - Parameter limit: how much is returned at most.
    /// - Throws: ``LineageError`` when the store fails.
    func troubles(limit: Int) async throws(LineageError) -> [LineageTrouble]

    /// Which images hold something or were made by it, and where they run.
    ///
    /// - Parameter limit: how many images are returned at most.
    /// - Throws: ``LineageError`` when the store fails.
    func whereabouts(of term: SearchTerm, limit: Int) async throws(LineageError) -> Whereabouts

    /// What ran at a time, as far as decisions tell it.
    ///
    /// - Parameters:
    ///   - environment: the environment's name, byte for byte; all of them when `nil`.
    ///   - limit: how many workloads are returned at most.
    /// - Returns: the workloads by name, and whether there were more.
    /// - Throws: ``LineageError`` when the store fails.
    func history(
        environment: String?, at instant: Instant, limit: Int
    ) async throws(LineageError) -> (workloads: [RunningWorkload], isCut: Bool)

    /// What a workload ran, newest first.
    ///
    /// - Throws: ``LineageError`` when the store fails.
    func placements(of workload: WorkloadName, limit: Int) async throws(LineageError) -> [RunningWorkload]
}

extension LineageStore {
    /// Why an image is here, in an answer of usual length.
    package func why(_ image: Digest) async throws(LineageError) -> WhyReport {
        try await why(image, limits: WhyLimits())
    }

    /// The newest hundred decisions that allowed an image into an environment.
    package func allows(of image: Digest, environment: String) async throws(LineageError) -> [RecordedAllow] {
        try await allows(of: image, environment: environment, order: .newestFirst, limit: 100)
    }

    /// The newest hundred decisions that allowed a pod template of an owner.
    package func admissions(ownerUID: String, templateDigest: String) async throws(LineageError) -> [RecordedAllow] {
        try await admissions(
            ownerUID: ownerUID, templateDigest: templateDigest, order: .newestFirst, limit: 100)
    }
}
