import Core
import Foundation
import Policy
import TestSupport
import Testing
import YAML

@testable import PolicyRendering

/// No text of a bundle gets out of the place it is written to.
@Suite struct HostileTextTests {
    static let texts = [
        "a' || true || '", "a\" || true", "a\\", "a\\' || true", "a\nb", "a\r\n- b: c", "${env}", "$(./x)", "{{ 1 }}",
        "}}{{ request }}", "a: b # c", "'''", "`1`", "a\u{2028}b", "é\u{301}", "a\tb", "*", "&x", "!!str", "|",
        "日本\u{1F600}", "(?i)x", "[a-z]",
    ]

    @Test(.enabled(if: Judge.isThere, "\(Judge.missing)")) func aLiteralOfCELIsTheTextItself() async throws {
        // No YAML can hold a NUL, so no bundle does; a literal could.
        let texts = Self.texts + ["\u{0}", "a\u{1}b"]
        let values = try await Judge.values(texts.map(CELText.quote))
        #expect(values == texts.map { .string($0) })
        #expect(Self.texts.allSatisfy { text in CELText.quote(text).utf8.allSatisfy { (0x20...0x7E).contains($0) } })
    }

    /// The court with a hostile repository, image, namespace, subject and group.
    private static func bundle(_ text: String) throws -> PolicyBundle {
        let court = try Bundles.court()
        let escaped = text.unicodeScalars.map { "*?\\".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }.joined()
        let glob = try Glob(escaped)
        let policies = court.policies.map { policy in
            var policy = policy
            policy.images.append(glob)
            policy.namespaces.append(glob)
            policy.bindings[0].repository = text
            policy.bindings[0].deployers.append(RequesterRule(issuer: .exact(text), subject: .exact(text)))
            return policy
        }
        let clusters = court.clusters.map { cluster in
            var cluster = cluster
            cluster.users.append(
                ClusterIdentity.UserMapping(issuer: text, usernamePrefix: text, groups: [text], claims: [text: text]))
            cluster.gitOpsControllers.append(
                ClusterIdentity.GitOpsController(serviceAccount: text, repositories: [text]))
            cluster.registryAliases.append(ClusterIdentity.RegistryAlias(alias: text, registry: text))
            cluster.workloadControllers.append(
                ClusterIdentity.WorkloadController(serviceAccount: text, creates: text, owner: text))
            return cluster
        }
        return PolicyBundle(
            manifest: court.manifest, digest: court.digest, origin: court.origin, policies: policies,
            environments: court.environments, clusters: clusters, trustRoots: court.trustRoots)
    }

    @Test(arguments: texts, [PolicyTarget.validatingAdmissionPolicy, .gatekeeper])
    func itIsWrittenAndReadBack(_ text: String, _ target: PolicyTarget) throws {
        let rendering = try PolicyRenderer.render(try Self.bundle(text), for: target)
        let plain = try PolicyRenderer.render(try Bundles.court(), for: target)
        for (file, expected) in zip(rendering.files, plain.files) {
            let read = try YAMLReader.documents(Array(file.text.utf8), file: file.name)
            #expect(read.map(\.json) == file.documents)
            #expect(read.count == expected.documents.count)
        }
    }

    /// Every expression still parses, every schema still fits, and nothing that was refused is let in.
    @Test(.enabled(if: Judge.isThere && SharedData.isPresent, "\(Judge.missing)"))
    func itChangesNothingElse() async throws {
        // Each costs two starts of an interpreter that reads all of Kubernetes' schemas.
        for text in [
            "a' || true || '", "a\\' || true", "a\r\n- b: c", "}}{{ request }}", "a: b # c", "é\u{301}", "[a-z]",
        ] {
            let bundle = try Self.bundle(text)
            let options = RenderOptions(exempt: [])
            let policies = try PolicyRenderer.render(bundle, for: .validatingAdmissionPolicy, options: options)
            let constraints = try PolicyRenderer.render(bundle, for: .gatekeeper, options: options)
            #expect(try await Judge.complaints((policies.files + constraints.files).map { ($0.name, $0.text) }) == [])
            let stranger = Mutation.good.setting(["userInfo", "username"], "admin")
            let tag = Mutation.good.setting(
                ["object", "spec", "template", "spec", "containers"], [["name": "web", "image": "ghcr.io/org/app:v1"]])
            let other = Mutation.good.setting(
                ["object", "spec", "template", "metadata", "annotations"], ["mc.repo": "org/fork"])
            let verdicts = try await Judge.refusals(
                policies: policies, constraints: constraints, [("tag", tag), ("other", other), ("stranger", stranger)])
            for (name, rule) in [("tag", "image-digest-missing"), ("other", "repository-unbound")] {
                let verdict = try #require(verdicts[name])
                // Characters that RE2 alone can name are beyond the Rego interpreter that is at hand.
                let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
                #expect(verdict.cel.contains(rule), "\(text): \(name) \(verdict)")
                #expect(
                    verdict.rego.contains(rule) || !isPlain && verdict.rego.contains("unjudged"),
                    "\(text): \(name) \(verdict)")
            }
            let verdict = try #require(verdicts["stranger"])
            #expect(!verdict.cel.isEmpty && !verdict.rego.isEmpty, "\(text)")
        }
    }

    /// Kyverno substitutes variables in what it reads; what it could take for one is refused by name.
    @Test(arguments: ["{{ request.object }}", "a}}b", "$(./x)", "a'b", "a`b", "a\\b", "a\nb", "a\"b", "é"])
    func kyvernoIsNotGivenWhatItWouldSubstitute(_ text: String) throws {
        let error = #expect(throws: RenderError.self) {
            try PolicyRenderer.render(try Self.bundle(text), for: .kyverno)
        }
        #expect(error?.code == .inexpressible)
    }

    @Test func whatIsHarmlessKyvernoIsGiven() throws {
        #expect(try PolicyRenderer.render(try Self.bundle("org/app.x-y_z"), for: .kyverno).files.count == 3)
    }
}
