internal import Admission
internal import Core
internal import Kubernetes
package import Policy

/// Plays cases: mints their evidence, has the real engine collect, verify and decide, and compares.
package struct CaseRunner: Sendable {
    private let files: CaseFiles
    private let clock: @Sendable () -> Duration
    private let stages: Stages

    /// How many cases are played at once.
    private static let width = 4

    /// - Parameters:
    ///   - bundle: the policy bundle; its trust roots and named keys are replaced.
    ///   - files: the files that the cases name.
    ///   - clock: how long something takes is the difference of two of its readings.
    package init(bundle: PolicyBundle, files: CaseFiles, clock: @escaping @Sendable () -> Duration) {
        self.files = files
        self.clock = clock
        stages = Stages(bundle)
    }

    /// Plays the cases of a file, several at once; the results are in the order of the file.
    package func run(_ test: AdmissionTest) async -> [CaseResult] {
        await withTaskGroup(of: (Int, CaseResult).self) { group in
            var results: [Int: CaseResult] = [:]
            for (index, script) in test.cases.enumerated() {
                if index >= Self.width, let (done, result) = await group.next() { results[done] = result }
                group.addTask { (index, await run(script, of: test)) }
            }
            for await (done, result) in group { results[done] = result }
            return test.cases.indices.compactMap { results[$0] }
        }
    }

    /// Plays one case.
    package func run(_ script: AdmissionCase, of test: AdmissionTest) async -> CaseResult {
        let start = clock()
        var differences: [String] = []
        var problem: String?
        var decision: Decision?
        do {
            let made = try await decide(script)
            decision = made
            differences = script.expectation.differences(from: made)
        } catch let error as ReviewError {
            differences = script.expectation.differences(from: error)
        } catch {
            problem = "\(error)"
        }
        return CaseResult(
            file: test.file, suite: test.name, name: script.name, line: script.line, differences: differences,
            problem: problem, decision: decision, duration: clock() - start)
    }

    /// Has the real engine decide a case.
    ///
    /// - Throws: ``ReviewError`` when the request is malformed; ``RehearsalError`` when the case cannot be played.
    package func decide(_ script: AdmissionCase) async throws -> Decision {
        let scene = CaseScene(stage: try await stages.stage(at: script.at), script: script, files: files)
        let request = try scene.request()
        let (owners, objects) = try scene.owners()
        let waivers = try scene.waivers()
        let admitter = try Admitter(
            bundle: scene.stage.bundle, cluster: script.cluster,
            places: try scene.images(of: request, waivers: waivers.digests), owners: owners,
            records: try scene.records(for: request, owners: objects), waivers: waivers.book)
        return try await admitter.decide(
            request, at: script.at, assumedClaims: script.claims, namespaceMode: script.namespaceMode)
    }
}

/// The bundle set up for each instant that cases are decided at.
private actor Stages {
    private let bundle: PolicyBundle
    private var made: [Instant: Stage] = [:]

    init(_ bundle: PolicyBundle) { self.bundle = bundle }

    func stage(at now: Instant) throws(RehearsalError) -> Stage {
        if let stage = made[now] { return stage }
        let stage = try Stage(bundle, at: now)
        made[now] = stage
        return stage
    }
}
