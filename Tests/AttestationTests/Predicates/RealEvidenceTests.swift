import Attestation
import Core
import Testing

/// What real producers wrote, read from the evidence beside the project.
@Suite struct RealEvidenceTests {
    @Test(
        .enabled(if: TestData.has("sigstore/github"), "sigstore/github of the shared test data is not here"),
        arguments: [
            (
                "custom-issuer.sigstore.json", "https://github.com/too-legit/attest",
                ".github/workflows/integration.yml",
                "283bf967fa3c591925dd25e6a6e8e781542117bf", "851894824", "180348046"
            ),
            (
                "reusable-workflow-attestation.sigstore.json", "https://github.com/malancas/attest-demo",
                ".github/workflows/shared.yml", "95baf27389e83e6a5c48f42e190d48d7abcea19e", "804070735", "16248153"
            ),
            (
                "sigstore-js-2.1.0-bundle.json", "https://github.com/sigstore/sigstore-js",
                ".github/workflows/release.yml", "26d16513386ffaa790b1c32f927544f1322e4194", "495574555", "71096353"
            ),
        ])
    func gitHubAndNPM(
        file: String, repository: String, workflow: String, commit: String, repositoryID: String, ownerID: String
    ) throws {
        let statement = try TestData.bundleStatement("sigstore/github/" + file)
        guard case .provenance(let provenance) = try Predicate(statement) else {
            Issue.record("expected provenance")
            return
        }
        #expect(provenance.version == .v1)
        #expect(provenance.sourceRepository == repository)
        #expect(provenance.sourceRef == "refs/heads/main")
        #expect(provenance.sourceDigest == SubjectDigest(algorithm: "gitCommit", value: commit))
        #expect(provenance.workflowPath == workflow)
        #expect(provenance.repositoryID == repositoryID)
        #expect(provenance.repositoryOwnerID == ownerID)
        #expect(provenance.invocationID?.hasPrefix(repository + "/actions/runs/") == true)
        #expect(provenance.builderID.hasPrefix("https://github.com/"))
        #expect(provenance.inputs.count == 1)
        #expect(provenance.hermetic == nil)
    }

    @Test(
        .enabled(if: TestData.has("slsa/gha_generic_container"), "slsa of the shared test data is not here"),
        arguments: [
            (
                "v1.4.0", "784c5bd14237b9a979fd0251f01dcc7956f06da243ca1e9c52470c410e53c654", "refs/heads/main",
                "904e2c3e02725e314cf6cf141c4700081298dcbd", "3894877440-1"
            ),
            (
                "v2.0.0", "1a16dff13cea8be5dd3e4d31640da5f9b6c8a3ff879f728ec8be5d9e2b17499f", "refs/tags/v13.0.30",
                "693130cb6cb840a7bc9cb18c6510d536a95dc7e6", "8791219607-1"
            ),
        ])
    func slsaGitHubGenerator(version: String, blob: String, ref: String, commit: String, run: String) throws {
        let statement = try TestData.envelopeStatement(
            "slsa/gha_generic_container/\(version)/container_workflow_dispatch/blobs/sha256/\(blob)")
        guard case .provenance(let provenance) = try Predicate(statement) else {
            Issue.record("expected provenance")
            return
        }
        #expect(provenance.version == .v0_2)
        #expect(
            provenance.builderID
                == "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/"
                + "generator_container_slsa3.yml@refs/tags/\(version)")
        #expect(provenance.buildType == "https://github.com/slsa-framework/slsa-github-generator/container@v1")
        #expect(provenance.sourceRepository == "https://github.com/slsa-framework/example-package")
        #expect(provenance.sourceRef == ref)
        #expect(provenance.sourceDigest == SubjectDigest(algorithm: "sha1", value: commit))
        #expect(provenance.workflowPath == ".github/workflows/verifier-e2e.all.workflow_dispatch.main.all.slsa3.yml")
        #expect(provenance.invocationID == run)
        #expect(provenance.repositoryID == "486325809")
        #expect(provenance.repositoryOwnerID == "80431187")
    }

    @Test(
        .enabled(if: TestData.has("slsa/gcb"), "slsa/gcb of the shared test data is not here"),
        arguments: [
            (
                "v1.0-gcloud-container-github.json", "https://github.com/khalkie/gcb-prod-prov", "refs/heads/main",
                "2ce3f90facdb51aeb950d5bc641e981be61fdf48", "cloudbuild.yaml", "2023-08-08T18:40:21.016140505Z"
            ),
            (
                "v1.0-gcloud-container-gitlab.json", "https://gitlab.com/proctorprober/khalk-slsav1",
                "refs/heads/testbranch", "f5ebb9038a13d099ac8732efaa3706c608b76b1f", "build/cloudbuild.yaml",
                "2023-08-02T16:26:36.121285869Z"
            ),
        ])
    func googleCloudBuild(
        file: String, repository: String, ref: String, commit: String, path: String, started: String
    ) throws {
        let document = JSONCursor(try JSONValue(parsing: TestData.bytes("slsa/gcb/" + file)))
        let all = try document.required("provenance_summary").required("provenance").elements(Cap("entries", 16))
        var seen: [String] = []
        for entry in all {
            let signed = try Statement(parsing: Envelope(entry.required("envelope"), urlSafe: true).payload)
            seen.append(signed.predicateType)
            guard let copy = try entry.required("build").optional("inTotoSlsaProvenanceV1") else {
                // Google signs a v0.1 document beside it, which is not read.
                #expect(try Predicate(signed) == .other(type: "https://slsa.dev/provenance/v0.1"))
                continue
            }
            for statement in [signed, try Statement(parsing: copy.value.canonical)] {
                guard case .provenance(let provenance) = try Predicate(statement) else {
                    Issue.record("expected provenance")
                    continue
                }
                #expect(provenance.builderID == "https://cloudbuild.googleapis.com/GoogleHostedWorker")
                #expect(provenance.sourceRepository == repository)
                #expect(provenance.sourceRef == ref)
                #expect(provenance.sourceDigest?.value == commit)
                #expect(provenance.workflowPath == path)
                #expect(provenance.inputs.count == 2)
                #expect(provenance.startedOn?.description == started)
                #expect(provenance.finishedOn.map { $0 > provenance.startedOn ?? $0 } == true)
            }
        }
        #expect(seen.sorted() == ["https://slsa.dev/provenance/v0.1", "https://slsa.dev/provenance/v1"])
    }

    @Test(.enabled(if: TestData.has("slsa/vsa"), "slsa/vsa of the shared test data is not here"))
    func aVerificationSummaryOfGoogle() throws {
        let statement = try TestData.envelopeStatement("slsa/vsa/gke-gce-pre.bcid-vsa.jsonl")
        guard case .verificationSummary(let summary) = try Predicate(statement) else {
            Issue.record("expected a verification summary")
            return
        }
        #expect(summary.verifierID == "https://bcid.corp.google.com/verifier/bcid_package_enforcer/v0.1")
        #expect(summary.result == .passed)
        #expect(summary.verifiedLevels == ["BCID_L1", "SLSA_BUILD_LEVEL_2"])
        #expect(summary.resourceURI.hasPrefix("gce_image://gke-node-images:"))
        #expect(summary.policy.digests.isEmpty)
        #expect(summary.timeVerified?.description == "2024-06-12T07:24:34.351608Z")
        #expect(statement.isAbout(SubjectDigest(algorithm: "gce_image_id", value: "8970095005306000053")))
    }

    @Test(
        .enabled(if: TestData.has("sbom"), "sbom of the shared test data is not here"),
        arguments: [
            ("alpine-cyclonedx.json", "https://cyclonedx.org/bom", BillOfMaterials.Format.cycloneDX, "1.4"),
            ("alpine-spdx.json", "https://spdx.dev/Document", .spdx, "2.2"),
        ])
    func billsOfMaterialsOfSyft(file: String, type: String, format: BillOfMaterials.Format, version: String) throws {
        let document = try JSONValue(parsing: TestData.bytes("sbom/" + file))
        let bill = try BillOfMaterials(statement(type, document))
        #expect(bill.format == format)
        #expect(bill.specVersion == version)
        #expect(bill.componentCount > 10)
        #expect(bill.serial != nil)
        #expect(bill.contradictions.isEmpty)
    }
}
