import Core
import Testing
import YAML

@testable import Policy

/// Each document is good; with one place changed it is refused, and the refusal names the place.
@Suite struct PolicyRefusalTests {
    struct Change: Sendable, CustomTestStringConvertible {
        let from: String
        let to: String
        let message: String

        init(_ from: String, _ to: String, _ message: String) {
            self.from = from
            self.to = to
            self.message = message
        }

        var testDescription: String { "\(from) → \(to)" }
    }

    private static func check(_ change: Change, in good: String) throws {
        func read(_ text: String) throws(YAMLError) {
            _ = try PolicyReader.documents(Array(text.utf8), file: "p.yaml", files: PolicyTexts.files)
        }
        try read(good)
        #expect(good.ranges(of: change.from).count == 1, "\(change.from) must stand there once")
        do throws(YAMLError) {
            try read(good.replacing(change.from, with: change.to))
            Issue.record("read: \(change.to)")
        } catch {
            #expect(error.description == "p.yaml:\(change.message)")
        }
    }

    static let header = [
        Change(
            "apiVersion: mc.internal/v1", "apiVersion: mc.internal/v2",
            "1:13: apiVersion: expected mc.internal/v1, saw \"mc.internal/v2\""),
        Change("apiVersion: mc.internal/v1", "apiVersions: mc.internal/v1", "1:1: apiVersion: the field is missing"),
        Change(
            "kind: EnvironmentMap", "kind: EnvironmentMaps",
            "2:7: kind: unknown value \"EnvironmentMaps\"; did you mean EnvironmentMap? known are DeployPolicy, EnvironmentMap, ClusterIdentity, TrustRoot, BundleManifest"
        ),
        Change(
            "kind: EnvironmentMap", "kind: Waiver",
            "2:7: kind: a waiver lives beside the bundle, signed for itself; it is no part of one"),
        Change("kind: EnvironmentMap", "kind: [EnvironmentMap]", "2:7: kind: expected text, saw a list"),
        Change("metadata: {name: map}", "metadata: {}", "3:11: metadata.name: the field is missing"),
        Change(
            "metadata: {name: map}", "metadata: {name: map, labels: {a: b}}",
            "3:23: metadata.labels: unknown field; known are name"),
        Change(
            "metadata: {name: map}", "metadata: {name: 12}",
            "3:18: metadata.name: expected text, saw a number; put it in quotes"),
        Change(
            "metadata: {name: map}", "metadata: {name: \"a/b\"}",
            "3:18: metadata.name: expected a name of at most 253 letters, digits, '.', '_' and '-' that begins and ends with a letter or digit, saw \"a/b\""
        ),
        Change(
            "metadata: {name: map}", "metadata: {name: map}\nstatus: {}",
            "4:1: status: unknown field; known are apiVersion, kind, metadata, spec"),
        Change(
            "spec:", "Spec:", "4:1: Spec: unknown field; did you mean spec? known are apiVersion, kind, metadata, spec"),
    ]

    @Test(arguments: header) func theHeader(change: Change) throws {
        try Self.check(change, in: PolicyTexts.environments)
    }

    static let policies = [
        Change(
            "mode: Audit", "mode: audit",
            "5:9: spec.mode: unknown value \"audit\"; did you mean Audit? known are Audit, Enforce"),
        Change(
            "mode: Audit", "mod: Audit",
            "5:3: spec.mod: unknown field; did you mean mode? known are mode, match, bind, require, gates, trustRoots, evidenceRepositories, interactive, rescheduleGrace"
        ),
        Change("mode: Audit", "mode:", "5:3: spec.mode: there is no value; write one, or leave the field out"),
        Change(
            "[payments, \"tenant-a-*\"]", "[]",
            "7:17: spec.match.namespaces: the list is empty; name something or leave the field out"),
        Change(
            "[payments, \"tenant-a-*\"]", "[a, ~]",
            "7:21: spec.match.namespaces[1]: there is no value; write one, or leave the field out"),
        Change(
            "[payments, \"tenant-a-*\"]", "payments",
            "7:17: spec.match.namespaces: expected a list, saw the text \"payments\""),
        Change(
            "[payments, \"tenant-a-*\"]", "[a, b, a]",
            "7:24: spec.match.namespaces[2]: stands here twice, first as element 0; leave one out"),
        Change(
            "images: [\"ghcr.io/org/*\"]", "images: ['a\\b']",
            "8:14: spec.match.images[0]: not a glob: byte 1: a backslash before 'b' means nothing in a glob; escape only punctuation such as \\* and \\?, or use a regular expression"
        ),
        Change("    images: [\"ghcr.io/org/*\"]\n", "", "7:5: spec.match.images: the field is missing"),
        Change(
            "repository: org/app\n", "repository: app\n",
            "10:19: spec.bind[0].repository: expected owner and name such as org/app, or a URL such as https://git.example/org/app without .git, saw \"app\""
        ),
        Change(
            "repository: https://git.example/org/app\n", "repository: https://git.example/org/app.git\n",
            "17:19: spec.bind[1].repository: expected owner and name such as org/app, or a URL such as https://git.example/org/app without .git, saw \"https://git.example/org/app.git\""
        ),
        Change(
            "repositoryId: \"123456789\"", "repositoryId: 123456789",
            "11:21: spec.bind[0].repositoryId: expected text, saw a number; put it in quotes"),
        Change(
            "repositoryId: \"123456789\"", "repositoryId: \"0123\"",
            "11:21: spec.bind[0].repositoryId: expected decimal digits such as \"123456789\", saw \"0123\""),
        Change(
            "environments: [prod, staging]", "environments: [prod, prod]",
            "12:28: spec.bind[0].environments[1]: stands here twice, first as element 0; leave one out"),
        Change(
            "signer: {issuer: https://issuer.example, subject: \"https://github.com/org/app/*\"}", "signer: []",
            "13:15: spec.bind[0].signer: the list is empty; name something or leave the field out"),
        Change(
            "subject: \"https://github.com/org/app/*\"", "identity: x",
            "13:48: spec.bind[0].signer.identity: unknown field; known are issuer, subject, subjectRegexp, claims, key, name"
        ),
        Change(
            "subject: \"https://github.com/org/app/*\"", "claims: {buildTrigger: push}",
            "13:15: spec.bind[0].signer.subject: the field is missing"),
        Change(
            "subject: \"https://github.com/org/app/*\"", "subject: a, subjectRegexp: b",
            "13:75: spec.bind[0].signer.subjectRegexp: stands beside subject; which of them would count? leave one out"),
        Change(
            "subject: \"https://github.com/org/app/*\"", "subject: a, name: b",
            "13:66: spec.bind[0].signer.name: only a key has a name; an identity is named by issuer and subject"),
        Change(
            "subjectRegexp: \"repo:[a-z]+\"", "subjectRegexp: \"repo:[a-z+\"",
            "16:56: spec.bind[0].deployer[1].subjectRegexp: not a regular expression: byte 5: this '[' is never closed; add a ']', or write \\[ to mean the character"
        ),
        Change(
            "claims: {environment: prod}", "claims: {}",
            "15:79: spec.bind[0].deployer[0].claims: the mapping is empty; name something or leave the field out"),
        Change(
            "claims: {buildTrigger: push}", "claims: {buildtriger: push}",
            "21:44: spec.bind[1].signer[1].claims.buildtriger: unknown field; did you mean buildTrigger? known are \(knownClaims)"
        ),
        Change(
            "-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY----",
            "20:17: spec.bind[1].signer[0].key: not a public key in PEM: not valid PEM at line 1: expected -----BEGIN LABEL-----, saw -----BEGIN PUBLIC KEY----"
        ),
        Change(
            ", name: release}", ", subject: release}",
            "20:203: spec.bind[1].signer[0].subject: unknown field; known are key, name"),
        Change(
            "digest: false", "digest: no", "23:13: spec.require.digest: expected true or false, saw the text \"no\""),
        Change("signers: 2", "signers: 0", "24:14: spec.require.signers: expected 1 to 8, saw 0"),
        Change(
            "signers: 2", "signers: 0x2",
            "24:14: spec.require.signers: expected a whole decimal number, saw the text \"0x2\""),
        Change(
            "[https://slsa.dev/provenance/v1]", "[https://slsa.dev/provenance/v2]",
            "25:35: spec.require.provenance.predicateTypes[0]: unknown value \"https://slsa.dev/provenance/v2\"; did you mean https://slsa.dev/provenance/v1? known are https://slsa.dev/provenance/v0.2, https://slsa.dev/provenance/v1"
        ),
        Change(
            "maxAge: 30d", "maxAge: 30",
            "25:103: spec.require.provenance.maxAge: expected a duration such as 30d, 24h, 90m or 1d12h, of at most ten years"
        ),
        Change(
            "maxAge: 30d", "maxAge: 0s",
            "25:103: spec.require.provenance.maxAge: expected a duration longer than nothing"),
        Change(
            "formats: [SPDX]", "formats: [spdx]",
            "26:22: spec.require.sbom.formats[0]: unknown value \"spdx\"; did you mean SPDX? known are CycloneDX, SPDX"),
        Change("schema: v28.1, ", "", "27:21: spec.require.deliveryClaims.schema: the field is missing"),
        Change(
            "schema: v28.1, ", "schema: v28.2, ",
            "27:30: spec.require.deliveryClaims.schema: unknown value \"v28.2\"; did you mean v28.1? known are v28.1"),
        Change(
            "\">= v28.0, < v29.0\"", "\">= 28.0\"",
            "27:52: spec.require.deliveryClaims.bundleVersion: expected versions such as \">= v28.0\" or \">= v28.0, < v29.0\", saw \">= 28.0\""
        ),
        Change(
            "gates: [unit, sast]", "gates: [unit, \"\"]",
            "28:19: spec.require.gates[1]: expected text, saw an empty one"),
        Change(
            "{environment: staging, for: 24h}", "{environment: staging, after: 24h}",
            "29:42: spec.require.promotedFrom.after: unknown field; known are environment, for"),
        Change(
            "id: https://verifier.example, ", "",
            "31:19: spec.require.verificationSummary.verifiers[0].id: the field is missing"),
        Change(
            "[sha256:", "[sha512:",
            "33:23: spec.require.verificationSummary.policyDigests[0]: expected sha256: and 64 lowercase hexadecimal digits, saw \"sha512:\(String(repeating: "ab", count: 32))\""
        ),
        Change(
            "{name: sast, ", "{name: unit, ",
            "36:7: spec.gates[1]: stands here twice, first as element 0; leave one out"),
        Change(
            "trustRoots: [sigstore]", "trustRoots: [1]",
            "37:16: spec.trustRoots[0]: expected text, saw a number; put it in quotes"),
        Change(
            "[ghcr.io/org/attestations]", "[ghcr.io/org/attestations:v1]",
            "38:26: spec.evidenceRepositories[0]: expected a registry and repository such as ghcr.io/org/attestations, without tag and digest, saw \"ghcr.io/org/attestations:v1\""
        ),
        Change(
            "[ghcr.io/org/attestations]", "[org/attestations]",
            "38:26: spec.evidenceRepositories[0]: expected a registry and repository such as ghcr.io/org/attestations, without tag and digest, saw \"org/attestations\""
        ),
        Change(
            "interactive: Deny", "interactive: Audit",
            "39:16: spec.interactive: unknown value \"Audit\"; known are Allow, Deny"),
        Change(
            "rescheduleGrace: 0s", "rescheduleGrace: 11y",
            "40:20: spec.rescheduleGrace: expected a duration such as 30d, 24h, 90m or 1d12h, of at most ten years"),
        Change(
            "rescheduleGrace: 0s", "rescheduleGrace: &x 0s",
            "40:20: spec.rescheduleGrace: an anchor (&) is not accepted here; write the value where it is used"),
        Change(
            "rescheduleGrace: 0s", "rescheduleGrace: 0s\n  mode: Enforce",
            "41:3: spec: the key \"mode\" stands already in line 5"),
    ]
    static let knownClaims =
        "buildConfigDigest, buildConfigURI, buildSignerDigest, buildSignerURI, buildTrigger, deploymentEnvironment, githubWorkflowName, githubWorkflowRef, githubWorkflowRepository, githubWorkflowSHA, githubWorkflowTrigger, runInvocationURI, runnerEnvironment, sourceRepositoryDigest, sourceRepositoryIdentifier, sourceRepositoryOwnerIdentifier, sourceRepositoryOwnerURI, sourceRepositoryRef, sourceRepositoryURI, sourceRepositoryVisibility, tokenSubject"

    @Test(arguments: policies) func aPolicy(change: Change) throws { try Self.check(change, in: PolicyTexts.policy) }

    static let maps = [
        Change(
            "clusters: [test]", "clusters: []",
            "7:18: spec.namespaces[1].clusters: the list is empty; name something or leave the field out"),
        Change("clusters: [test], ", "", "7:7: spec.namespaces[1].clusters: the field is missing"),
        Change(
            "names: [\"*\"]", "names: [\"\\\\\"]",
            "7:34: spec.namespaces[1].names[0]: not a glob: byte 0: the pattern ends in a backslash; write \\\\ to mean the character itself"
        ),
        Change(
            "environment: staging", "environment: [staging]",
            "7:53: spec.namespaces[1].environment: expected text, saw a list"),
        Change(
            "tenant: payments", "tenants: payments",
            "6:80: spec.namespaces[0].tenants: unknown field; did you mean tenant? known are clusters, names, environment, tenant"
        ),
        Change(
            "lenient: [staging]", "lenient: []",
            "8:12: spec.lenient: the list is empty; name something or leave the field out"),
    ]

    @Test(arguments: maps) func anEnvironmentMap(change: Change) throws {
        try Self.check(change, in: PolicyTexts.environments)
    }

    static let clusters = [
        Change(
            "usernamePrefix: \"gh:\"", "usernamePrefix: \"\"",
            "7:23: spec.users[0].usernamePrefix: expected text, saw an empty one"),
        Change(
            "usernamePrefix: \"gh:\"", "usernamePrefix: \"system:serviceaccount:\"",
            "7:23: spec.users[0].usernamePrefix: \(reserved)"),
        Change("usernamePrefix: \"gh:\"", "usernamePrefix: s", "7:23: spec.users[0].usernamePrefix: \(reserved)"),
        Change(
            "usernamePrefix: \"gh:\"", "usernamePrefix: \"g h:\"",
            "7:23: spec.users[0].usernamePrefix: expected at most 2048 visible ASCII characters without spaces, saw \"g h:\""
        ),
        Change(
            "  gitOpsControllers:", "    - {issuer: i, usernamePrefix: \"gh:\"}\n  gitOpsControllers:",
            "10:7: spec.users[1]: stands here twice, first as element 0; leave one out"),
        Change(
            "claims: {environment: example.test/environment}", "claims: {environment: 1}",
            "9:29: spec.users[0].claims.environment: expected text, saw a number; put it in quotes"),
        Change(
            "\"system:serviceaccount:flux-system:kustomize-controller\"", "flux",
            "11:24: spec.gitOpsControllers[0].serviceAccount: expected a user such as system:serviceaccount:flux-system:kustomize-controller, saw \"flux\""
        ),
        Change(
            "repositories: [org/app]", "repositories: [\"*\"]",
            "11:97: spec.gitOpsControllers[0].repositories[0]: expected owner and name such as org/app, or a URL such as https://git.example/org/app without .git, saw \"*\""
        ),
        Change(
            "repositories: [org/app]", "repositories: []",
            "11:96: spec.gitOpsControllers[0].repositories: the list is empty; name something or leave the field out"),
        Change(
            "owner: Rollout", "owner: rollout",
            "13:91: spec.workloadControllers[0].owner: expected a kind such as ReplicaSet, with a capital first, saw \"rollout\""
        ),
        Change(
            "group: argoproj.io", "group: apps",
            "15:15: spec.customKinds[0].group: expected the group of a custom resource such as argoproj.io; Kubernetes' own are known"
        ),
        Change(
            "podTemplates: [spec.template]", "podTemplates: [spec..template]",
            "15:58: spec.customKinds[0].podTemplates[0]: expected a path such as spec.template or spec.templates[].spec, saw \"spec..template\""
        ),
        Change(
            ", podTemplates: [spec.template], podSpecs: [\"spec.jobs[].spec\"]", "",
            "15:7: spec.customKinds[0]: expected podTemplates or podSpecs; without a path no image of this kind would be seen"
        ),
        Change(
            "alias: harbor.example/ghcr", "alias: harbor",
            "17:15: spec.registryAliases[0].alias: expected a registry such as ghcr.io, or a registry and path such as harbor.example/ghcr, saw \"harbor\""
        ),
        Change(
            "alias: harbor.example/ghcr", "alias: harbor.example/ghcr/",
            "17:15: spec.registryAliases[0].alias: expected a registry such as ghcr.io, or a registry and path such as harbor.example/ghcr, saw \"harbor.example/ghcr/\""
        ),
        Change(
            "registry: ghcr.io", "registry: harbor.example/ghcr",
            "17:46: spec.registryAliases[0].registry: expected another registry than the alias itself"),
    ]
    static let reserved =
        "users that begin with system: are the cluster's own and speak for no issuer; set another prefix by the API server's --oidc-username-prefix"

    @Test(arguments: clusters) func aClusterIdentity(change: Change) throws {
        try Self.check(change, in: PolicyTexts.cluster)
    }

    static let trustRoots = [
        Change(
            "file: roots/own.json", "embedded: public",
            "5:13: spec.embedded: unknown value \"public\"; known are public-good, github, none"),
        Change(
            "file: roots/own.json", "embedded: github\n  file: roots/own.json",
            "6:9: spec.file: stands beside embedded; which of them would count? leave one out"),
        Change(
            "file: roots/own.json", "file: roots/owm.json",
            "5:9: spec.file: no such file in the bundle; did you mean roots/own.json?"),
        Change("file: roots/own.json", "file: ../other.json", "5:9: spec.file: no such file in the bundle"),
        Change(
            "file: roots/own.json", "file: own.yaml", "5:9: spec.file: expected the name of a .json file of the bundle"),
        Change(
            "file: roots/own.json", "embedded: none",
            "6:15: spec.thresholds: keys alone have no logs and no authorities to count"),
        Change(
            "transparencyLogs: 2", "transparencyLogs: 0",
            "6:34: spec.thresholds.transparencyLogs: expected 1 to 8, saw 0"),
        Change(
            "certificateLogs: 3", "certificateLogs: 9", "6:54: spec.thresholds.certificateLogs: expected 1 to 8, saw 9"),
    ]

    @Test(arguments: trustRoots) func aTrustRoot(change: Change) throws {
        try Self.check(change, in: PolicyTexts.trustRoot)
    }

    static let manifests = [
        Change(
            "version: 28.1.0-rc.1", "version: 28.1",
            "5:12: spec.version: expected a version of SemVer 2.0 without build metadata, such as 28.1.0, saw \"28.1\""
        ),
        Change(
            "version: 28.1.0-rc.1", "version: v28.1.0",
            "5:12: spec.version: expected a version of SemVer 2.0 without build metadata, such as 28.1.0, saw \"v28.1.0\""
        ),
        Change(
            "expires: 2027-01-20T10:00:00Z", "expires: 2027-01-20",
            "6:12: spec.expires: expected a time such as 2026-01-20T10:00:00Z, saw the text \"2027-01-20\""),
        Change("  expires: 2027-01-20T10:00:00Z\n", "", "5:3: spec.expires: the field is missing"),
        Change(
            "{name: platform, ", "{name: security, ",
            "10:7: spec.approvers[1]: stands here twice, first as element 0; leave one out"),
        Change(
            "classes: {emergency: 1h, exception: 30d}", "classes: {}",
            "12:14: spec.waivers.classes: the mapping is empty; name something or leave the field out"),
        Change(
            "emergency: 1h", "emergency: 0s",
            "12:26: spec.waivers.classes.emergency: expected a duration longer than nothing"),
        Change("renewals: 1", "renewals: 3", "15:15: spec.waivers.renewals: expected 0 to 2, saw 3"),
        Change("sha256: cd", "sha256: CD", "17:37: spec.files[0].sha256: expected 64 lowercase hexadecimal digits"),
        Change("path: payments.yaml, ", "", "17:7: spec.files[0].path: the field is missing"),
    ]

    @Test(arguments: manifests) func aManifest(change: Change) throws {
        try Self.check(change, in: PolicyTexts.manifest)
    }
}
