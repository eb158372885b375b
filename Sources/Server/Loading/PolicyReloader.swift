package import Core
package import DecisionLog
internal import Policy
internal import Synchronization

/// Takes over bundle, trust, waivers and the next bundle when their files change: signature before version before expiry,
/// all at once or not at all, and what is bad keeps the last good.
package final class PolicyReloader: Sendable {
    private struct State {
        var status = LoadingStatus()
        /// What names the present trouble with the bundle, whatever its words.
        var trouble: String?
        /// What the files were that were taken over last; what failed is tried again, since time may mend it.
        var tried: Digest?
        var triedNext: Digest?
        var triedWaivers: Digest?
        var triedWaiversAt: Instant?
        var bundle: PolicyBundle?
        var next: PolicyBundle?
        var book: WaiverBook = .none
        var problems: [WaiverProblem] = []
        /// The waivers that were told to the log, by their digest, and whether they were revoked then.
        var told: [Digest: Bool] = [:]
        /// The approvals that were told to the log, by their digest.
        var approvals: Set<Digest>
        /// The versions that the log knows.
        var versions: VersionMemory
        /// Whether it is known what the log says; nothing is taken over before.
        var knowsHistory: Bool
        var isRunning = false
    }

    private let sources: PolicySources
    private let policy: PolicyInForce
    private let keeper: DecisionKeeper
    private let events: ServerEvents
    private let state: Mutex<State>

    /// How long verified waivers stand without being verified again.
    private static let waiverLife = Duration.seconds(60)

    /// - Parameter history: what the log says; `nil` when it is still being read, and comes by ``begin(_:)``.
    package init(
        sources: PolicySources, policy: PolicyInForce, keeper: DecisionKeeper, history: LogHistory? = LogHistory(),
        events: ServerEvents = .none
    ) {
        state = Mutex(
            State(
                told: history?.waivers ?? [:], approvals: history?.approvals ?? [],
                versions: history?.versions ?? VersionMemory(), knowsHistory: history != nil))
        self.sources = sources
        self.policy = policy
        self.keeper = keeper
        self.events = events
    }

    /// Takes over what the log says; from then on files are looked at.
    package func begin(_ history: LogHistory) {
        state.withLock { state in
            state.told = history.waivers
            state.approvals = history.approvals
            state.versions = history.versions
            state.knowsHistory = true
        }
    }

    package var status: LoadingStatus { state.withLock { $0.status } }

    /// Looks at the files and takes over what changed; only one look at a time.
    ///
    /// - Parameters:
    ///   - now: the present.
    ///   - force: whether what failed before is tried again though it did not change.
    package func look(at now: Instant, force: Bool = false) async {
        let mayRun = state.withLock { state in
            guard state.knowsHistory, !state.isRunning else { return false }
            state.isRunning = true
            return true
        }
        guard mayRun else { return }
        defer { state.withLock { $0.isRunning = false } }
        let hasNewBundle = await lookAtBundle(now, force)
        let hasNewNext = lookAtNext(now, force)
        let hasNewWaivers = await lookAtWaivers(now, hasNewBundle || force)
        await lookAtApprovals(now)
        guard hasNewBundle || hasNewNext || hasNewWaivers else { return }
        install(now, mends: hasNewBundle)
    }

    private func install(_ now: Instant, mends: Bool) {
        let (bundle, next, book, problems) = state.withLock { ($0.bundle, $0.next, $0.book, $0.problems) }
        guard let bundle else { return }
        do {
            policy.replace(
                by: LoadedPolicy(
                    admitter: try sources.admitter(bundle, book), bundle: bundle, waivers: book,
                    waiverProblems: problems, next: try next.map { try sources.admitter($0, book) }, loadedAt: now))
            if mends { state.withLock { Self.mend(&$0) } }
        } catch {
            // It is loaded and not in force, so it is tried again.
            state.withLock { $0.tried = nil }
            fail(error, nil, now)
        }
    }

    private func lookAtBundle(_ now: Instant, _ force: Bool) async -> Bool {
        var seen: Digest?
        do {
            let source = try sources.bundle()
            let trustBytes = try sources.trust?()
            let fingerprint = Self.fingerprint(source, trust: trustBytes)
            seen = fingerprint
            // What was taken over lies there again: whatever was wrong in between is mended.
            let isInForce = state.withLock { state in
                if state.tried == fingerprint { Self.mend(&state) }
                return state.tried == fingerprint
            }
            guard force || !isInForce else { return false }
            let memory = try sources.memory().merging(state.withLock { $0.versions })
            let trust = try trustBytes.map { try RoleTrust(parsing: $0, file: "trust") }
            let bundle = try BundleLoader.load(
                source, trust: trust, memory: memory, now: now, allowUnsigned: trust == nil)
            // What cannot decide is not taken over.
            _ = try sources.admitter(bundle, .none)
            if state.withLock({ $0.bundle?.digest }) != bundle.digest {
                // The log first: it is what the next start believes.
                let known = state.withLock { $0.versions }
                if known.remembering(bundle) != known {
                    try await keeper.append(
                        .bundle(
                            BundleRecord(
                                name: bundle.manifest.name, version: bundle.manifest.version, digest: bundle.digest,
                                at: now, rollback: Self.rollback(bundle, memory))))
                }
                let remembered = memory.remembering(bundle)
                state.withLock { $0.versions = $0.versions.remembering(bundle) }
                if remembered != memory { try sources.keepMemory(remembered) }
            }
            let isNew = state.withLock { state in
                defer {
                    state.tried = fingerprint
                    state.bundle = bundle
                }
                return state.bundle?.digest != bundle.digest || state.tried != fingerprint
            }
            if isNew { events.reloaded("policy", nil) }
            return isNew
        } catch {
            fail(error, seen, now)
            return false
        }
    }

    /// Why a version below the highest was accepted: nothing but a signed order lets it pass.
    private static func rollback(_ bundle: PolicyBundle, _ memory: VersionMemory) -> String? {
        guard let highest = memory.entry(bundle.manifest.name)?.highest, bundle.manifest.version < highest.version
        else { return nil }
        return "by a signed rollback order; the highest version was \(highest.version)"
    }

    /// What the files are, signatures included: a bundle that lost its signature must not look as it did before.
    private static func fingerprint(_ source: BundleSource, trust: [UInt8]?) -> Digest {
        let files = source.files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return fingerprint(files + (trust.map { [("", $0)] } ?? []))
    }

    private static func fingerprint(_ files: [(path: String, bytes: [UInt8])]) -> Digest {
        var hasher = DigestHasher(.sha256)
        for file in files {
            // Lengths keep the parts apart, whatever they hold.
            hasher.update(Array("\(file.path.utf8.count):\(file.path):\(file.bytes.count):".utf8))
            hasher.update(file.bytes)
        }
        return hasher.finalize()
    }

    private static func mend(_ state: inout State) {
        state.status.policyProblem = nil
        state.status.policyProblemSince = nil
    }

    /// - Parameter files: what lies there, so that the same trouble with it is told once though its words name the time.
    private func fail(_ error: any Error, _ files: Digest?, _ now: Instant) {
        let problem = "\(error)"
        var trouble = problem
        if let files, let error = error as? BundleError { trouble = "\(files) \(error.code) \(error.file)" }
        let isNew = state.withLock { state in
            let isNew = state.status.policyProblem == nil || state.trouble != trouble
            state.trouble = trouble
            state.status.policyProblem = problem
            if state.status.policyProblemSince == nil { state.status.policyProblemSince = now }
            return isNew
        }
        if isNew { events.reloaded("policy", problem) }
    }

    private func lookAtNext(_ now: Instant, _ force: Bool) -> Bool {
        do {
            guard let source = try sources.next() else {
                return state.withLock { state in
                    state.status.nextProblem = nil
                    state.triedNext = nil
                    defer { state.next = nil }
                    return state.next != nil
                }
            }
            let trustBytes = try sources.trust?()
            let fingerprint = Self.fingerprint(source, trust: trustBytes)
            let isKnown = state.withLock { state in
                if state.triedNext == fingerprint { state.status.nextProblem = nil }
                return state.triedNext == fingerprint
            }
            guard force || !isKnown else { return false }
            let trust = try trustBytes?.asTrust
            let next = try BundleLoader.load(source, trust: trust, now: now, allowUnsigned: trust == nil)
            _ = try sources.admitter(next, .none)
            state.withLock { state in
                state.triedNext = fingerprint
                state.next = next
                state.status.nextProblem = nil
            }
            events.reloaded("next", nil)
            return true
        } catch {
            let problem = "\(error)"
            let isNew = state.withLock { state in
                defer { state.status.nextProblem = problem }
                return state.status.nextProblem != problem
            }
            if isNew { events.reloaded("next", problem) }
            return false
        }
    }

    private func lookAtWaivers(_ now: Instant, _ force: Bool) async -> Bool {
        guard let bundle = state.withLock({ $0.bundle }) else { return false }
        do {
            let files = try sources.waivers()
            let fingerprint = Self.fingerprint(files)
            let isDue = state.withLock { state in
                force || state.triedWaivers != fingerprint
                    || state.triedWaiversAt.map { now >= $0 + Self.waiverLife || now < $0 } ?? true
            }
            guard isDue else {
                state.withLock { $0.status.waiversProblem = nil }
                return false
            }
            let trust = try sources.trust?().asTrust
            let (book, problems) = WaiverBook.verifying(files, bundle: bundle, trust: trust, now: now)
            let old = state.withLock { $0.triedWaivers }
            state.withLock { state in
                state.triedWaivers = fingerprint
                state.triedWaiversAt = now
                state.book = book
                state.problems = problems
                state.status.waiversProblem = nil
            }
            if old != fingerprint { events.reloaded("waivers", nil) }
            await tell(book, now)
            return true
        } catch {
            let problem = "\(error)"
            let isNew = state.withLock { state in
                defer { state.status.waiversProblem = problem }
                return state.status.waiversProblem != problem
            }
            if isNew { events.reloaded("waivers", problem) }
            return false
        }
    }

    /// Writes to the log which waivers came and which were revoked, so that nobody can take them out of the folder
    /// without a trace.
    private func tell(_ book: WaiverBook, _ now: Instant) async {
        for entry in book.entries {
            let isRevoked = book.revocations?.revoked[entry.digest] != nil
            guard state.withLock({ $0.told[entry.digest] != isRevoked }) else { continue }
            let record = WaiverRecord(isRevoked ? .revoked : .seen, entry, at: now)
            // What could not be written now is tried at the next look.
            guard (try? await keeper.append(.waiver(record))) != nil else { return }
            state.withLock { $0.told[entry.digest] = isRevoked }
        }
    }

    /// Writes to the log which owners approved Enforce; readiness counts what is written there.
    private func lookAtApprovals(_ now: Instant) async {
        guard let bundle = state.withLock({ $0.bundle }), let files = try? sources.approvals() else { return }
        let verifier = ApprovalVerifier(bundle: bundle)
        for file in files {
            // One that does not hold says why to whoever asks for readiness.
            guard let approval = try? verifier.verify(file.bytes, file: file.path, now: now) else { continue }
            let record = approval.record
            guard state.withLock({ !$0.approvals.contains(record.digest) }),
                (try? await keeper.append(.approval(record))) != nil
            else { continue }
            _ = state.withLock { $0.approvals.insert(record.digest) }
        }
    }
}

extension [UInt8] {
    fileprivate var asTrust: RoleTrust { get throws { try RoleTrust(parsing: self, file: "trust") } }
}
