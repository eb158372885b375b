import Core
import Testing
import YAML

@testable import Policy

/// Documents that are good each for itself, and what is wrong with them together.
@Suite struct PolicyCheckerTests {
    /// A bundle without problems; the changes below make one each.
    static let good = """
        apiVersion: mc.internal/v1
        kind: DeployPolicy
        metadata: {name: payments}
        spec:
          match:
            namespaces: [payments]
            images: [ghcr.io/org/payments]
          bind:
            - repository: org/payments
              environments: [prod, staging]
              signer: {issuer: https://issuer.example, subject: s}
              deployer: {issuer: https://issuer.example, subject: d, claims: {repository: org/payments}}
            - repository: org/shop
              environments: [prod]
              signer: [{issuer: https://issuer.example, subject: s}]
          require:
            gates: [unit]
            promotedFrom: {environment: staging}
            verificationSummary:
              verifiers: [{id: https://verifier.example, signer: {issuer: i, subject: s}}]
              policyDigests: [sha256:\(String(repeating: "ab", count: 32))]
          gates: [{name: unit, signer: {issuer: i, subject: s}}]
          trustRoots: [sigstore]
        ---
        apiVersion: mc.internal/v1
        kind: DeployPolicy
        metadata: {name: shop}
        spec:
          match: {namespaces: ["shop-*"], images: ["*"]}
          bind:
            - {repository: org/shop, environments: [prod], signer: {issuer: i, subject: s}}
        ---
        apiVersion: mc.internal/v1
        kind: EnvironmentMap
        metadata: {name: map}
        spec:
          namespaces:
            - {clusters: [eu], names: [payments, "shop-*"], environment: prod}
            - {clusters: [test], names: [payments], environment: staging}
          lenient: [staging]
        ---
        apiVersion: mc.internal/v1
        kind: ClusterIdentity
        metadata: {name: eu}
        spec:
          users: [{issuer: https://issuer.example, usernamePrefix: "gh:", claims: {repository: example.test/r}}]
          gitOpsControllers: [{serviceAccount: "system:serviceaccount:flux:flux", repositories: [org/shop]}]
          registryAliases: [{alias: harbor.example/ghcr, registry: ghcr.io}]
        ---
        apiVersion: mc.internal/v1
        kind: ClusterIdentity
        metadata: {name: test}
        spec: {}
        ---
        apiVersion: mc.internal/v1
        kind: TrustRoot
        metadata: {name: sigstore}
        spec: {embedded: github}
        ---
        apiVersion: mc.internal/v1
        kind: BundleManifest
        metadata: {name: example}
        spec:
          version: 1.0.0
          expires: 2027-01-01T00:00:00Z
          approvers:
            - {name: security, keys: [\(PolicyTexts.quoted(PolicyTexts.key))]}
            - {name: platform, keys: [\(PolicyTexts.quoted(PolicyTexts.otherKey))]}
          waivers:
            classes: {emergency: 2h, exception: 90d}
            waivable: [image-digest-missing]
        """

    static let rules: [RuleID] = ["image-digest-missing", "signature-invalid", "identity-mismatch"]

    static func problems(_ texts: String...) throws -> [PolicyProblem] {
        var files: [String: [UInt8]] = [:]
        for (index, text) in texts.enumerated() { files["\(index).yaml"] = Array(text.utf8) }
        let reading = PolicyReader.read(files)
        #expect(reading.errors == [])
        return PolicyChecker.problems(in: reading, rules: rules)
    }

    @Test func aGoodBundleHasNone() throws {
        #expect(try Self.problems(Self.good) == [])
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let from: String
        let to: String
        let problems: [String]
        var warns = false

        init(_ from: String, _ to: String, _ problems: String..., warns: Bool = false) {
            self.from = from
            self.to = to
            self.problems = problems
            self.warns = warns
        }

        var testDescription: String { "\(from) → \(to)" }
    }

    static let changes = [
        Change(
            "metadata: {name: shop}", "metadata: {name: payments}",
            "27:18: metadata.name: another DeployPolicy in 0.yaml:1 is called payments (duplicate-name)"),
        Change(
            "metadata: {name: test}\nspec: {}", "metadata: {name: eu}\nspec: {}",
            "39:19: spec.namespaces[1].clusters[0]: no ClusterIdentity says who is who in cluster test; known are eu (cluster-unknown)",
            "52:18: metadata.name: another ClusterIdentity in 0.yaml:42 is called eu (duplicate-name)"),
        Change(
            "    gates: [unit]", "    gates: [unit, unti]",
            "17:19: spec.require.gates[1]: no gate unti in spec.gates says whose results count, so none would; did you mean unit? (gate-undefined)"
        ),
        Change(
            "    gates: [unit]\n", "",
            "21:11: spec.gates[0]: the gate unit is not demanded by spec.require.gates (gate-unused)", warns: true),
        Change(
            "environments: [prod, staging]", "environments: [prod, stage]",
            "10:28: spec.bind[0].environments[1]: no EnvironmentMap gives any namespace the environment stage; known are prod, staging (environment-unknown)"
        ),
        Change(
            "promotedFrom: {environment: staging}", "promotedFrom: {environment: dev}",
            "18:33: spec.require.promotedFrom.environment: no EnvironmentMap gives any namespace the environment dev; known are prod, staging (environment-unknown)"
        ),
        Change(
            "lenient: [staging]", "lenient: [staging, dev]",
            "40:22: spec.lenient[1]: no EnvironmentMap gives any namespace the environment dev; known are prod, staging (environment-unknown)"
        ),
        Change(
            "lenient: [staging]", "lenient: [prod]",
            "40:13: spec.lenient[0]: production is never lenient: what is not understood there is refused (production-lenient)"
        ),
        Change(
            "trustRoots: [sigstore]", "trustRoots: [sigstor]",
            "23:16: spec.trustRoots[0]: there is no TrustRoot sigstor; did you mean sigstore? (trust-root-unknown)"),
        Change(
            "waivable: [image-digest-missing]", "waivable: [image-digest-mising]",
            "71:16: spec.waivers.waivable[0]: there is no rule image-digest-mising that could be waived; did you mean image-digest-missing? (rule-unknown)"
        ),
        Change(
            "emergency: 2h", "emergency: 2h1s",
            "70:26: spec.waivers.classes.emergency: a waiver of class emergency lasts at most 2h, saw 2h1s (waiver-too-long)"
        ),
        Change(
            "exception: 90d", "exception: 91d",
            "70:41: spec.waivers.classes.exception: a waiver of class exception lasts at most 90d, saw 91d (waiver-too-long)"
        ),
        Change(
            "{name: platform, keys: [", "{name: platform, keys: [\(PolicyTexts.quoted(PolicyTexts.key)), ",
            "68:31: spec.approvers[1].keys[0]: this is security's key as well; whoever holds it could approve as two (approver-key-shared)"
        ),
        Change(
            "id: https://verifier.example", "id: https://MC.internal/verifier/eu",
            "20:24: spec.require.verificationSummary.verifiers[0].id: this is our own verifier; what was decided once would prove itself for ever (own-verifier)"
        ),
        Change(
            "{clusters: [test], names: [payments], environment: staging}",
            "{clusters: [test, eu], names: [payments], environment: staging}",
            "39:38: spec.namespaces[1].names[0]: in cluster eu these namespaces are staging here and prod in 0.yaml:33, spec.namespaces[0].names[0]; nothing could run there (environment-ambiguous)"
        ),
        Change(
            "{clusters: [test], names: [payments], environment: staging}",
            "{clusters: [test], names: [payments], environment: staging}\n    - {clusters: [eu], names: [shop-a], environment: prod, tenant: a}",
            "40:32: spec.namespaces[2].names[0]: in cluster eu a namespace can be prod (tenant a) by this and prod by \"shop-*\" of 0.yaml:33, spec.namespaces[0].names[1]; nothing could run there (environment-ambiguous)",
            warns: true),
        Change(
            "{clusters: [test], names: [payments], environment: staging}",
            "{clusters: [tset], names: [payments], environment: staging}",
            "39:19: spec.namespaces[1].clusters[0]: no ClusterIdentity says who is who in cluster tset; did you mean test? (cluster-unknown)",
            warns: true),
        Change(
            "namespaces: [payments]", "namespaces: [payments, Payments]",
            "6:28: spec.match.namespaces[1]: no namespace has such a name; expected lowercase letters, digits and '-', with '*' and '?' (never-matches)"
        ),
        Change(
            "namespaces: [payments]", "namespaces: [payments, payments-]",
            "6:28: spec.match.namespaces[1]: no namespace has such a name; it begins and ends with a letter or digit (never-matches)"
        ),
        Change(
            "namespaces: [payments]", "namespaces: [payments, \(String(repeating: "a", count: 64))]",
            "6:28: spec.match.namespaces[1]: no namespace has so long a name; 63 characters are the most (never-matches)"
        ),
        Change(
            "images: [ghcr.io/org/payments]", "images: [\"ghcr.io/org/payments:v1\"]",
            "7:14: spec.match.images[0]: images are matched by registry and repository; leave the tag out (never-matches)"
        ),
        Change(
            "images: [ghcr.io/org/payments]", "images: [\"ghcr.io/org/payments@sha256:*\"]",
            "7:14: spec.match.images[0]: images are matched by registry and repository; leave the digest out (never-matches)"
        ),
        Change(
            "images: [ghcr.io/org/payments]", "images: [ghcr.io/Org/payments]",
            "7:14: spec.match.images[0]: no image has such a name; expected lowercase ASCII letters, digits and \"._-:/\", with '*' and '?' (never-matches)"
        ),
        Change(
            "images: [ghcr.io/org/payments]", "images: [org/payments]",
            "7:14: spec.match.images[0]: images are matched by their names in full; did you mean docker.io/org/payments? (never-matches)"
        ),
        Change(
            "images: [ghcr.io/org/payments]", "images: [nginx]",
            "7:14: spec.match.images[0]: no image is called so in full; did you mean docker.io/library/nginx? (never-matches)"
        ),
        Change(
            "images: [ghcr.io/org/payments]", "images: [docker.io/nginx]",
            "7:14: spec.match.images[0]: the name in full is docker.io/library/nginx (never-matches)"),
        Change(
            "images: [ghcr.io/org/payments]", "images: [\"index.docker.io/org/*\"]",
            "7:14: spec.match.images[0]: the name in full is docker.io/org/* (never-matches)"),
        Change(
            "images: [ghcr.io/org/payments]", "images: [\"harbor.example/ghcr/org/*\"]",
            "7:14: spec.match.images[0]: in cluster eu this is an alias of ghcr.io, and images are matched by the name behind it; write ghcr.io/… (never-matches)",
            warns: true),
        Change(
            "names: [payments, \"shop-*\"]", "names: [payments, \"shop-*\", a_b]",
            "38:52: spec.namespaces[0].names[2]: no namespace has such a name; expected lowercase letters, digits and '-', with '*' and '?' (never-matches)"
        ),
        Change(
            "{namespaces: [\"shop-*\"]", "{namespaces: [\"shops-*\"]",
            "29:23: spec.match.namespaces: no EnvironmentMap knows any of these namespaces, so that nothing can run there (never-matches)",
            warns: true),
        Change(
            "{repository: org/shop, environments: [prod]", "{repository: org/shop, environments: [prod, staging]",
            "31:51: spec.bind[0].environments[1]: none of the policy's namespaces is in the environment staging; they are in prod (never-matches)",
            warns: true),
        Change(
            "deployer: {issuer: https://issuer.example, ", "deployer: {issuer: https://other.example, ",
            "12:26: spec.bind[0].deployer.issuer: nobody can be this: no spec.users of eu, test has the issuer exactly \"https://other.example\" (deployer-unsatisfiable)",
            warns: true),
        Change(
            "claims: {repository: org/payments}", "claims: {repository: org/payments, environment: prod}",
            "12:70: spec.bind[0].deployer.claims: nobody can be this: spec.users of eu, test gives no user of this issuer the claims environment, repository (deployer-unsatisfiable)",
            warns: true),
        Change(
            "{repository: org/shop, environments: [prod]", "{repository: org/other, environments: [prod]",
            "31:7: spec.bind[0]: nobody can deploy by this: there is no deployer, and no GitOps controller of eu is listed for org/other (deployer-unsatisfiable)",
            warns: true),
        Change(
            "signer: [{issuer: https://issuer.example, subject: s}]", "signer: [{issuer: \"*\", subject: s}]",
            "15:25: spec.bind[1].signer[0].issuer: any issuer would do, also one that an attacker can sign up with (signer-too-wide)",
            warns: true),
        Change(
            "signer: [{issuer: https://issuer.example, subject: s}]",
            "signer: [{issuer: https://issuer.example, subjectRegexp: \".*\"}]",
            "15:16: spec.bind[1].signer[0].subject: anybody whom the issuer knows could sign (signer-too-wide)",
            warns: true),
    ]

    @Test(arguments: changes)
    func onePlaceChangedIsOneProblemAtThatPlace(change: Change) throws {
        #expect(Self.good.ranges(of: change.from).count == 1, "\(change.from) must stand there once")
        let problems = try Self.problems(Self.good.replacing(change.from, with: change.to))
        #expect(problems.map(\.description) == change.problems.map { "0.yaml:\($0)" })
        #expect(problems.allSatisfy { $0.severity == .warning } == change.warns)
    }

    private static func promotion(_ name: String, _ images: String, into environment: String, from source: String)
        -> String
    {
        """
        apiVersion: mc.internal/v1
        kind: DeployPolicy
        metadata: {name: \(name)}
        spec:
          match: {namespaces: [payments], images: ["\(images)"]}
          bind: [{repository: o/r, environments: [\(environment)], signer: {issuer: i, subject: s}}]
          require: {promotedFrom: {environment: \(source)}}

        """
    }

    static let three = """
        apiVersion: mc.internal/v1
        kind: EnvironmentMap
        metadata: {name: map}
        spec:
          namespaces:
            - {clusters: [a], names: [payments], environment: dev}
            - {clusters: [b], names: [payments], environment: staging}
            - {clusters: [c], names: [payments], environment: prod}
        """

    private static func cycles(_ texts: String...) throws -> [String] {
        try problems(texts.joined(separator: "---\n"), three).filter { $0.kind == .promotionCycle }.map(\.description)
    }

    @Test func environmentsThatWaitForEachOtherAreACycle() throws {
        let chain = [
            Self.promotion("a", "x.io/*", into: "staging", from: "dev"),
            Self.promotion("b", "x.io/*", into: "prod", from: "staging"),
        ]
        #expect(try Self.cycles(chain[0], chain[1]) == [])
        let back = Self.promotion("c", "x.io/app", into: "dev", from: "prod")
        #expect(
            try Self.cycles(chain[0], chain[1], back) == [
                "0.yaml:7:41: spec.require.promotedFrom.environment: nothing could ever run: "
                    + "staging waits for dev waits for prod waits for staging (promotion-cycle)",
                "0.yaml:15:41: spec.require.promotedFrom.environment: nothing could ever run: "
                    + "prod waits for staging waits for dev waits for prod (promotion-cycle)",
                "0.yaml:23:41: spec.require.promotedFrom.environment: nothing could ever run: "
                    + "dev waits for prod waits for staging waits for dev (promotion-cycle)",
            ])
        // Other images wait for nothing of these.
        #expect(try Self.cycles(chain[0], chain[1], Self.promotion("c", "y.io/app", into: "dev", from: "prod")) == [])
        // A demand does not apply in the environment that it names.
        #expect(try Self.cycles(Self.promotion("a", "*", into: "staging, prod", from: "staging")) == [])
        #expect(try Self.cycles(Self.promotion("a", "*", into: "dev", from: "dev")) == [])
    }

    /// A few kilobytes that would be millions of pairs.
    @Test(.timeLimit(.minutes(1)), arguments: [(1, false), (2, true)])
    func pairsOfClusterAndNamespaceAreCapped(entries: Int, isRefused: Bool) throws {
        func names(_ letter: String) -> String { (0..<250).map { "\(letter)\($0)" }.joined(separator: ", ") }
        let entry = "    - {clusters: [\(names("c"))], names: [\(names("n"))], environment: prod}\n"
        let map = "apiVersion: mc.internal/v1\nkind: EnvironmentMap\nmetadata: {name: map}\nspec:\n  namespaces:\n"
        let problems = try Self.problems(map + String(repeating: entry, count: entries))
            .filter { $0.kind == .environmentAmbiguous }
        #expect(
            problems.map(\.description)
                == (isRefused
                    ? [
                        "0.yaml:6:5: spec.namespaces: too large: 125000 pairs of cluster and namespace in all environment "
                            + "maps, at most 100000 are accepted; write them as patterns (environment-ambiguous)"
                    ] : []))
    }

    @Test func manyWarningsHideNoError() throws {
        let names = (0..<700).map { "    - {clusters: [c\($0)], names: [payments], environment: prod}\n" }.joined()
        let map = "apiVersion: mc.internal/v1\nkind: EnvironmentMap\nmetadata: {name: a}\nspec:\n  namespaces:\n"
        let manifest = Self.good.replacing("emergency: 2h", with: "emergency: 3h")
        let problems = try Self.problems(map + names, manifest)
        #expect(problems.count { $0.severity == .warning } == 500)
        #expect(problems.filter { $0.severity == .error }.map(\.kind) == [.waiverTooLong])
    }

    @Test func aBundleHasOneManifest() throws {
        let manifest = """
            apiVersion: mc.internal/v1
            kind: BundleManifest
            metadata: {name: other}
            spec: {version: 1.0.0, expires: 2027-01-01T00:00:00Z}
            """
        #expect(try Self.problems(manifest) == [])
        #expect(
            try Self.problems(manifest, manifest).map(\.description) == [
                "1.yaml:2:7: kind: a bundle has one manifest; another one stands in 0.yaml:1 (duplicate-name)"
            ])
    }

    @Test func theOrderOfDocumentsAndFilesChangesNoProblem() throws {
        let change = Self.good.replacing("trustRoots: [sigstore]", with: "trustRoots: [a, b]")
            .replacing("[prod, staging]", with: "[prod, x]")
        let documents = change.split(separator: "---\n").map(String.init)
        func kinds(_ texts: [String]) throws -> [String] {
            let files = texts.enumerated().map { ("\($0.offset).yaml", Array($0.element.utf8)) }
            let reading = PolicyReader.read(Dictionary(uniqueKeysWithValues: files))
            return PolicyChecker.problems(in: reading, rules: Self.rules).map { "\($0.field) \($0.message)" }.sorted()
        }
        #expect(try kinds(documents).count == 3)
        #expect(try kinds(documents) == kinds(documents.reversed()))
    }

    @Test func documentsMadeWithoutTextHaveTheirLine() throws {
        let reading = PolicyReader.read(["a.yaml": Array(Self.good.replacing("[sigstore]", with: "[x]").utf8)])
        #expect(
            PolicyChecker.problems(in: reading.documents, rules: Self.rules).map(\.description) == [
                "a.yaml:1:1: spec.trustRoots[0]: there is no TrustRoot x; known are sigstore (trust-root-unknown)"
            ])
    }
}
