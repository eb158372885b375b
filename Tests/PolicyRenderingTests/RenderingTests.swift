import Attestation
import Core
import Foundation
import Policy
import Testing

@testable import PolicyRendering

/// What the targets' documents hold.
@Suite struct RenderingTests {
    private static func documents(
        _ target: PolicyTarget, _ bundle: PolicyBundle, _ options: RenderOptions = RenderOptions()
    ) throws -> [JSONValue] {
        try PolicyRenderer.render(bundle, for: target, options: options).files.flatMap(\.documents)
    }

    private static func named(_ documents: [JSONValue], _ kind: String, _ name: String) throws -> JSONValue {
        try #require(
            documents.first {
                $0["kind"]?.string == kind && $0["metadata"]?["name"]?.string == name
            }, "\(kind) \(name)")
    }

    // MARK: Modes

    @Test(arguments: [(DeployPolicy.Mode.audit, ["Audit", "Warn"]), (.enforce, ["Deny", "Audit"])])
    func aModeHoldsForEveryBinding(_ mode: DeployPolicy.Mode, _ actions: [String]) throws {
        let documents = try Self.documents(
            .validatingAdmissionPolicy, Bundles.court(), RenderOptions(mode: mode))
        let bindings = documents.filter { $0["kind"]?.string == "ValidatingAdmissionPolicyBinding" }
        #expect(!bindings.isEmpty)
        for binding in bindings {
            #expect(binding["spec"]?["validationActions"]?.array?.compactMap(\.string) == actions)
            #expect(binding["spec"]?["matchResources"] == nil)
        }
        let constraints = try Self.documents(.gatekeeper, Bundles.court(), RenderOptions(mode: mode)).dropFirst()
        #expect(
            constraints.allSatisfy {
                $0["spec"]?["enforcementAction"]?.string == (mode == .audit ? "dryrun" : "deny")
            })
    }

    @Test func withoutAModeEachPolicyKeepsItsOwn() throws {
        let documents = try Self.documents(.validatingAdmissionPolicy, Bundles.court())
        func actions(_ name: String) throws -> [String]? {
            try Self.named(documents, "ValidatingAdmissionPolicyBinding", name)["spec"]?["validationActions"]?.array?
                .compactMap(\.string)
        }
        let teams = ObjectName.of("abac-verify-policy", "Teams_2")
        #expect(try actions("abac-verify-policy-payments") == ["Deny", "Audit"])
        #expect(try actions(teams) == ["Audit", "Warn"])
        // The label of a namespace tightens what is in Audit.
        #expect(try actions("\(teams)-labelled") == ["Deny", "Audit"])
        let labelled = try Self.named(documents, "ValidatingAdmissionPolicyBinding", "\(teams)-labelled")
        let selector = labelled["spec"]?["matchResources"]?["namespaceSelector"]?["matchLabels"]
        #expect(selector?["mc.internal/mode"]?.string == "Enforce")
    }

    // MARK: The API server's policies

    @Test func everyPolicyFailsClosedAndHasABinding() throws {
        let documents = try Self.documents(.validatingAdmissionPolicy, Bundles.court())
        let bound = Set(documents.compactMap { $0["spec"]?["policyName"]?.string })
        let policies = documents.filter { $0["kind"]?.string == "ValidatingAdmissionPolicy" }
        #expect(Set(policies.compactMap { $0["metadata"]?["name"]?.string }) == bound && !bound.isEmpty)
        for policy in policies { #expect(policy["spec"]?["failurePolicy"]?.string == "Fail") }
    }

    @Test func allKindsAreAskedAbout() throws {
        let policy = try Self.named(
            Self.documents(.validatingAdmissionPolicy, Bundles.court()), "ValidatingAdmissionPolicy",
            "abac-verify-coverage")
        let resources = policy["spec"]?["matchConstraints"]?["resourceRules"]?.array?.flatMap {
            $0["resources"]?.array?.compactMap(\.string) ?? []
        }
        #expect(
            resources == [
                "pods", "pods/ephemeralcontainers", "podtemplates", "replicationcontrollers", "deployments",
                "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "*", "*",
            ])
    }

    // MARK: Kyverno

    private static func rule(_ name: String, _ bundle: PolicyBundle) throws -> JSONValue {
        let policy = try named(
            documents(.kyverno, bundle, RenderOptions(cluster: "prod-eu")), "ClusterPolicy", "abac-verify")
        return try #require(policy["spec"]?["rules"]?.array?.first { $0["name"]?.string == name })
    }

    @Test func anIdentityIsAKeylessAttestorOfAnchoredExpressions() throws {
        let images = try Self.rule("verify-0-payments", Bundles.example())["verifyImages"]?.array?.first
        let entry = images?["attestors"]?.array?.first?["entries"]?.array?.first?["keyless"]
        #expect(entry?["issuer"]?.string == "https://token.actions.githubusercontent.com")
        #expect(
            entry?["subjectRegExp"]?.string
                == "^https://github[.]com/example-org/payments/[.]github/workflows/release[.]yml@refs/tags/.*$")
        // Its wildcards would let github-com in.
        #expect(entry?["subject"] == nil)
        #expect(entry?["rekor"]?["url"]?.string == "https://rekor.sigstore.dev")
        #expect(images?["type"]?.string == "SigstoreBundle" && images?["failureAction"]?.string == "Enforce")
        #expect(images?["required"]?.bool == true && images?["verifyDigest"]?.bool == true)
    }

    @Test func everythingDemandedIsAnAttestation() throws {
        let images = try Self.rule("verify-0-payments", Bundles.example())["verifyImages"]?.array?.first
        #expect(
            images?["attestations"]?.array?.compactMap { $0["type"]?.string } == [
                "https://slsa.dev/provenance/v1", "https://cyclonedx.org/bom", DeliveryClaims.predicateType,
                TestResult.predicateType, TestResult.predicateType,
            ])
        let text = images.map { String(decoding: $0.canonical, as: UTF8.self) } ?? ""
        for part in ["runDetails.builder.id", "bundle_version", "hermetic", "'unit'", "'sast'", "PASSED"] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test func aliasesAreCoveredToo() throws {
        let images = try Self.rule("verify-0-payments", Bundles.example())["verifyImages"]?.array?.first
        let references = images?["imageReferences"]?.array?.compactMap(\.string) ?? []
        #expect(references.contains("harbor.example.org/ghcr/example-org/payments@*"))
        #expect(references.contains("ghcr.io/example-org/payments:*"))
    }

    @Test func aKeyIsAKeysAttestor() throws {
        let example = try Bundles.example()
        let key = try #require(example.manifest.approvers.first?.keys.first)
        var policies = example.policies
        let index = try #require(policies.firstIndex { $0.name == "teams" })
        policies[index].bindings[0].signers = [.key(key, name: "release")]
        let bundle = PolicyBundle(
            manifest: example.manifest, digest: example.digest, origin: example.origin, policies: policies,
            environments: example.environments, clusters: example.clusters, trustRoots: example.trustRoots)
        let images = try Self.rule("verify-0-teams", bundle)["verifyImages"]?.array?.first
        let entry = images?["attestations"]?.array?.first?["attestors"]?.array?.first?["entries"]?.array?.first
        #expect(entry?["keys"]?["publicKeys"]?.string?.hasPrefix("-----BEGIN PUBLIC KEY-----\n") == true)
        #expect(images?["type"]?.string == "Cosign")
    }

    /// What no rule verifies must be refused: a pod whose repository is not bound.
    @Test func aPodOfAnUnboundRepositoryIsRefused() throws {
        let rule = try Self.rule("bound-payments", Bundles.example())
        let condition = rule["validate"]?["deny"]?["conditions"]?["any"]?.array?.first
        #expect(condition?["operator"]?.string == "NotEquals" && condition?["value"]?.bool == true)
        #expect(condition?["key"]?.string?.contains("regex_match('^(?:example-org/payments)$'") == true)
    }

    @Test func exemptNamespacesAreLeftOutByName() throws {
        let documents = try Self.documents(
            .kyverno, Bundles.court(), RenderOptions(exempt: ["mc-system"]))
        let exception = try Self.named(documents, "PolicyException", "abac-verify-exempt")
        let expression = exception["spec"]?["matchConditions"]?.array?.first?["expression"]?.string
        #expect(expression == "request.namespace in ['mc-system']")
        #expect(
            try !Self.documents(.kyverno, Bundles.court(), RenderOptions(exempt: [])).contains {
                $0["kind"]?.string == "PolicyException"
            })
    }

    // MARK: Errors

    @Test func aClusterMustBeNamedWhereThereAreSeveral() throws {
        let bundle = try Bundles.example()
        for (cluster, part) in [(nil, "--cluster"), ("nowhere", "nowhere")] as [(String?, String)] {
            let error = #expect(throws: RenderError.self) {
                try PolicyRenderer.render(bundle, for: .gatekeeper, options: RenderOptions(cluster: cluster))
            }
            #expect(error?.code == .cluster && error?.description.contains(part) == true)
        }
    }

    @Test(arguments: ["", "A", "-a", "a'b", String(repeating: "a", count: 64)])
    func anExemptNamespaceMustBeAName(_ name: String) throws {
        let bundle = try Bundles.court()
        let error = #expect(throws: RenderError.self) {
            try PolicyRenderer.render(bundle, for: .kyverno, options: RenderOptions(exempt: [name]))
        }
        #expect(error?.code == .name)
    }

    @Test(arguments: [
        ("payments", "p-payments"), ("Teams_2", "p-teams-2-"), ("a.b", "p-a-b-"),
        (String(repeating: "a", count: 80), "p-aaaa"),
    ])
    func namesAreThoseOfKubernetes(_ name: String, _ prefix: String) {
        let made = ObjectName.of("p", name)
        #expect(made.hasPrefix(prefix) && made.utf8.count <= 63)
        #expect(made.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
        #expect(ObjectName.of("p", "a.b") != ObjectName.of("p", "a_b"))
    }

    // MARK: The sample

    /// `examples/rendered` is what `mc policy render --policy examples/policy --cluster prod-eu` writes.
    @Test(arguments: PolicyTarget.allCases) func theSampleIsInSync(_ target: PolicyTarget) throws {
        let rendering = try PolicyRenderer.render(
            try Bundles.example(), for: target, options: RenderOptions(cluster: "prod-eu"))
        let folder = Bundles.path("examples/rendered/\(target.rawValue)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names == rendering.contents.keys.sorted())
        for (name, text) in rendering.contents {
            let file = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            #expect(file == text, "\(name) is stale: make sample policies anew by mc policy render")
        }
    }

    @Test func theSameBundleGivesTheSameBytes() throws {
        for target in PolicyTarget.allCases {
            let options = RenderOptions(cluster: "prod-eu")
            let first = try PolicyRenderer.render(try Bundles.example(), for: target, options: options)
            let second = try PolicyRenderer.render(try Bundles.example(), for: target, options: options)
            #expect(first == second)
        }
    }
}
