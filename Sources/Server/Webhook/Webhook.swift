package import Admission
internal import Core
package import DecisionLog
internal import Kubernetes
package import Policy

/// Answers reviews: parses, decides, keeps, answers. No HTTP is seen here.
package struct Webhook: Sendable {
    /// What goes back.
    package struct Reply: Sendable, Hashable {
        /// The HTTP status; only what cannot be answered by a review is none of 200.
        package let status: Int
        package let body: [UInt8]
    }

    let policy: PolicyInForce
    let keeper: DecisionKeeper
    let clock: SteadyClock
    let modes: any NamespaceModes
    let shadow: ShadowVerifier
    let events: ServerEvents
    let reviewLimits: ReviewLimits

    /// - Parameters:
    ///   - policy: what to decide by.
    ///   - keeper: where decisions are kept.
    ///   - clock: the watched clock.
    ///   - modes: the namespaces' tightening labels.
    ///   - shadow: where the next bundle decides as well.
    ///   - events: what is told of every decision.
    ///   - limits: the longest review.
    package init(
        policy: PolicyInForce, keeper: DecisionKeeper, clock: SteadyClock, modes: any NamespaceModes,
        shadow: ShadowVerifier, events: ServerEvents = .none, limits: WebhookLimits = WebhookLimits()
    ) {
        self.policy = policy
        self.keeper = keeper
        self.clock = clock
        self.modes = modes
        self.shadow = shadow
        self.events = events
        reviewLimits = ReviewLimits(bytes: limits.review.limit)
    }

    /// Decides a review (`POST /v1/validate`).
    ///
    /// - Parameters:
    ///   - body: the review's JSON text.
    ///   - caller: whether who asks proved to be the API server.
    ///   - deadline: when the answer must be there; evidence that is not, is missing.
    package func validate(
        _ body: [UInt8], caller: LogEntry.Caller, deadline: ContinuousClock.Instant
    ) async -> Reply {
        let start = ContinuousClock.now
        guard let loaded = policy.current else { return Self.notReady }
        let review: AdmissionReview
        do throws(ReviewError) {
            review = try AdmissionReview(parsing: body, limits: reviewLimits)
        } catch {
            events.malformed()
            return Self.refuse(error)
        }
        let reading = clock.read()
        // What lives in no namespace has no namespace's label.
        let mode = review.request.namespace.map { modes.mode(of: $0) } ?? .unlabelled
        var decision: Decision
        let facts: AdmissionFacts
        do throws(ReviewError) {
            (decision, facts) = try await loaded.admitter.resolve(
                review.request, at: reading.now, namespaceMode: mode, deadline: .at(deadline))
        } catch {
            events.malformed()
            (decision, facts) = loaded.admitter.decide(
                unreadable: review.request, error, at: reading.now, namespaceMode: mode)
        }
        if let doubt = reading.doubt { decision = decision.doubting(.clock(doubt), facts.change) }
        events.decided(decision, ContinuousClock.now - start)
        var document = CanonicalDecision(decision)
        var place: String?
        do {
            switch try await keeper.keep(document, facts, caller: caller) {
            case .logged(let logged), .counted(let logged): place = logged.description
            case .overQuota, .dryRun: break
            }
        } catch {
            events.unlogged("\(error)")
            document = CanonicalDecision(decision.doubting(.unlogged("\(error)"), facts.change))
        }
        if let next = loaded.next { shadow.compare(document, facts, next: next, waivers: loaded.waivers) }
        events.answered(document.decision, ContinuousClock.now - start)
        return Reply(status: 200, body: document.answer(to: review, log: place).bytes)
    }

    /// Pins the tags of a review's object (`POST /v1/mutate`); it decides nothing, the validating webhook comes after.
    ///
    /// - Parameters: as ``validate(_:caller:deadline:)``.
    package func mutate(_ body: [UInt8], deadline: ContinuousClock.Instant) async -> Reply {
        guard let loaded = policy.current else { return Self.notReady }
        let review: AdmissionReview
        do throws(ReviewError) {
            review = try AdmissionReview(parsing: body, limits: reviewLimits)
        } catch {
            events.malformed()
            return Self.refuse(error)
        }
        let resolutions: TagResolutions
        do throws(ReviewError) {
            resolutions = try await Self.resolve(review.request, by: loaded.admitter, until: deadline)
        } catch {
            // Whether what cannot be read is denied is for the validating webhook to say, which knows the mode.
            return Reply(
                status: 200,
                body: review.answer(
                    allowed: true, warnings: ["tags not resolved: the object cannot be read: \(error)"]
                ).bytes)
        }
        var answer = review.answer(allowed: true)
        answer.patch = ObjectPatch.pinning(resolutions.resolved)
        answer.warnings =
            resolutions.resolved.filter { !$0.isKept }.map { "tag resolved: \($0.reference) is \($0.digest)" }
            + resolutions.unresolved.map { "tag not resolved: \($0.reference): \($0.reason)" }
        if !review.request.isDryRun {
            let now = clock.read().now
            for resolution in resolutions.resolved where !resolution.isKept {
                let record = ResolutionRecord(
                    reference: resolution.reference, digest: resolution.digest, cluster: loaded.admitter.cluster,
                    namespace: review.request.namespace ?? "", kind: review.request.kind.kind,
                    name: review.request.name ?? review.request.metadata.generateName ?? "",
                    username: review.request.userInfo.username, at: now)
                var isRecorded = false
                do {
                    isRecorded = try await keeper.append(record)
                } catch {
                    events.unlogged("\(error)")
                }
                if !isRecorded {
                    // What is not recorded is not done: the object keeps its tag and is judged by it.
                    return Reply(
                        status: 200,
                        body: review.answer(
                            allowed: true, warnings: ["tags not resolved: the resolution could not be recorded"]
                        ).bytes)
                }
            }
        }
        return Reply(status: 200, body: answer.bytes)
    }

    private static func resolve(
        _ request: AdmissionRequest, by admitter: Admitter, until deadline: ContinuousClock.Instant
    ) async throws(ReviewError) -> TagResolutions {
        // A tag that is not resolved in time stays as it is, and the validating webhook judges it.
        let result = await TimeLimit.run(until: deadline) { () -> Result<TagResolutions, ReviewError> in
            do throws(ReviewError) {
                return .success(try await admitter.resolveTags(request))
            } catch {
                return .failure(error)
            }
        }
        return try result?.get() ?? TagResolutions(unresolved: [("every tag", "no answer in time")])
    }

    private static let notReady = Reply(
        status: 503, body: ErrorBody.json("no policy bundle is loaded yet; nothing can be decided"))

    /// A review that cannot be read is denied where it can be answered at all.
    private static func refuse(_ error: ReviewError) -> Reply {
        guard let answer = error.answer else {
            return Reply(status: 400, body: ErrorBody.json("the review cannot be read: \(error)"))
        }
        return Reply(status: 200, body: answer.bytes)
    }
}
