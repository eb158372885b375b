import Core
import Foundation
import PolicyRendering
import TestSupport
import Testing

/// What the rendered policies refuse is what our own engine refuses, rule by rule, as far as they can say it.
@Suite(.enabled(if: Judge.isThere, "\(Judge.missing)")) struct DifferentialTests {
    /// Recorded requests, each with a twin whose requester is the pipeline.
    private static func recordings(_ folder: String) throws -> [(name: String, request: JSONValue)] {
        let files = try FileManager.default.contentsOfDirectory(atPath: SharedData.url(folder).path).sorted()
        return files.filter { $0.hasSuffix(".json") }.flatMap { file -> [(name: String, request: JSONValue)] in
            guard let review = try? JSONValue(parsing: SharedData.bytes("\(folder)/\(file)")),
                let request = review["request"], request.object != nil
            else { return [] }
            let pipeline = request.setting(["userInfo"], Mutation.pipeline)
            return [(file, request), ("\(file) by the pipeline", pipeline)]
        }
    }

    private static func compare(
        _ bundle: PolicyBundleBox, cluster: String, _ requests: [(name: String, request: JSONValue)]
    ) async throws -> (compared: Int, refusals: Int) {
        let options = RenderOptions(cluster: cluster, exempt: [])
        let policies = try PolicyRenderer.render(bundle.bundle, for: .validatingAdmissionPolicy, options: options)
        let constraints = try PolicyRenderer.render(bundle.bundle, for: .gatekeeper, options: options)
        let engine = try Engine(
            bundle.bundle, cluster: cluster, owners: requests.compactMap { $0.request["object"] })
        let verdicts = try await Judge.refusals(policies: policies, constraints: constraints, requests)
        var (compared, refusals) = (0, 0)
        for (name, request) in requests {
            guard let expected = await engine.rules(request) else { continue }
            let verdict = try #require(verdicts[name])
            compared += 1
            refusals += expected.isEmpty ? 0 : 1
            for (engine, rules) in [("CEL", verdict.cel), ("Rego", verdict.rego)] {
                // Our engine stops at what makes the rest pointless; the others may name that as well, but nothing that
                // is in order is refused and nothing that is refused is let in.
                var further: Set<String> = []
                if expected.contains("repository-unbound") { further.insert("image-digest-missing") }
                if expected.contains("environment-unknown") {
                    further.formUnion(["repository-unbound", "image-digest-missing"])
                }
                if expected.contains("image-reference-invalid") { further.formUnion(Engine.expressible) }
                #expect(
                    rules.isSuperset(of: expected) && rules.subtracting(expected).isSubset(of: further),
                    "\(name), \(engine): \(rules.sorted()), expected \(expected.sorted()): \(String(decoding: request.canonical, as: UTF8.self))"
                )
            }
        }
        return (compared, refusals)
    }

    @Test(
        .enabled(if: SharedData.isPresent, "\(SharedData.missing)"),
        arguments: ["admission-reviews", "admission-requests-connaisseur"])
    func recordedReviewsAreJudgedAlike(_ folder: String) async throws {
        let requests = try Self.recordings(folder)
        let result = try await Self.compare(
            PolicyBundleBox(Bundles.recorded()), cluster: "recorded", requests)
        #expect(result.compared >= 20 && result.refusals > 0 && result.refusals < result.compared)
    }

    /// One thing is changed in a request that is in order, and it is refused for just that.
    @Test(arguments: Mutation.all) func aMutatedTwinIsRefused(_ mutation: Mutation) async throws {
        let bundle = try PolicyBundleBox(Bundles.court())
        let name = mutation.name
        let result = try await Self.compare(bundle, cluster: "court", [(name, mutation.request)])
        #expect(result.compared == 1)
        let expected = await (try Engine(bundle.bundle, cluster: "court")).rules(mutation.request)
        #expect(expected == mutation.rules, "\(name)")
    }

    /// Random requests of all kinds; any disagreement is a hole or a nuisance.
    @Test(arguments: [1, 2, 3] as [UInt64]) func randomRequestsAreJudgedAlike(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let requests = (0..<120).map { ("random \($0)", RandomRequest.make(&random)) }
        let result = try await Self.compare(PolicyBundleBox(Bundles.court()), cluster: "court", requests)
        #expect(result.compared == requests.count)
        #expect(result.refusals > 20 && result.refusals < requests.count - 5)
    }
}
