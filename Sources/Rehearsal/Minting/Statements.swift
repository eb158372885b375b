internal import Attestation
internal import Core

extension EvidencePiece {
    /// The type of what it states; `nil` for what is no statement.
    var predicateType: String? {
        switch content {
        case .signature, .garbage: nil
        case .provenance(let provenance): provenance.version.rawValue
        case .billOfMaterials(let bill):
            bill.format == .cycloneDX ? "https://cyclonedx.org/bom" : "https://spdx.dev/Document"
        case .deliveryClaims: DeliveryClaims.predicateType
        case .testResult: TestResult.predicateType
        case .verificationSummary: VerificationSummary.predicateType
        }
    }

    /// What it states.
    ///
    /// - Parameters:
    ///   - waivers: the digests of the case's waivers by id.
    ///   - now: the present.
    /// - Throws: ``RehearsalError`` when it rests on a waiver that the case does not have.
    func predicate(waivers: [String: Digest], now: Instant) throws(RehearsalError) -> JSONValue? {
        switch content {
        case .signature, .garbage: nil
        case .provenance(let provenance): provenance.predicate(by: signer)
        case .billOfMaterials(let bill): bill.predicate
        case .deliveryClaims(let claims): try claims.predicate(waivers: waivers)
        case .testResult(let test): test.predicate
        case .verificationSummary(let summary): summary.predicate(now: now)
        }
    }
}

extension ProvenanceContent {
    func predicate(by signer: PieceSigner) -> JSONValue {
        var own: WorkflowSigner?
        if case .workflow(let workflow) = signer { own = workflow }
        let source = repository ?? own?.repository
        let url = source.map { $0.contains("://") ? $0 : "https://github.com/\($0)" }
        let ref = ref ?? own?.ref ?? "refs/heads/main"
        let commit = commit ?? own?.commit ?? WorkflowSigner.usualCommit
        let id = repositoryID ?? own?.repositoryID
        var materials: [JSONValue] = []
        if let url {
            let name = version == .v1 ? "gitCommit" : "sha1"
            materials.append([
                "uri": .string("git+\(url)@\(ref)"),
                "digest": .object(JSONObject([.init(key: name, value: .string(commit))])),
            ])
        }
        let path = "\(own.map(\.path) ?? ".github/workflows/release.yml")"
        return version == .v1
            ? version1(url, ref, path, id, materials) : version02(url, ref, commit, path, id, materials)
    }

    private func version1(
        _ url: String?, _ ref: String, _ path: String, _ id: String?, _ materials: [JSONValue]
    ) -> JSONValue {
        var definition = JSONObject()
        definition["buildType"] = "https://actions.github.io/buildtypes/workflow/v1"
        definition["externalParameters"] =
            url.map { ["workflow": ["repository": .string($0), "ref": .string(ref), "path": .string(path)]] } ?? [:]
        if let id { definition["internalParameters"] = ["github": ["repository_id": .string(id)]] }
        definition["resolvedDependencies"] = .array(materials)
        var metadata = JSONObject()
        metadata["invocationId"] = .string("\(url ?? "https://build.example")/actions/runs/1/attempts/1")
        if let hermetic { metadata["mc_hermetic"] = .bool(hermetic) }
        return [
            "buildDefinition": .object(definition),
            "runDetails": ["builder": ["id": .string(builder)], "metadata": .object(metadata)],
        ]
    }

    private func version02(
        _ url: String?, _ ref: String, _ commit: String, _ path: String, _ id: String?, _ materials: [JSONValue]
    ) -> JSONValue {
        var invocation = JSONObject()
        if let url {
            invocation["configSource"] = [
                "uri": .string("git+\(url)@\(ref)"), "digest": ["sha1": .string(commit)], "entryPoint": .string(path),
            ]
        }
        if let id { invocation["environment"] = ["github_repository_id": .string(id)] }
        return [
            "builder": ["id": .string(builder)], "buildType": "https://github.com/slsa-framework/generic@v1",
            "invocation": .object(invocation), "materials": .array(materials),
        ]
    }
}

extension WorkflowSigner {
    /// The workflow's file.
    fileprivate var path: String {
        let file = workflow.split(separator: "/").last.map(String.init) ?? workflow
        return ".github/workflows/\(file)"
    }
}

extension BillContent {
    fileprivate var predicate: JSONValue {
        switch format {
        case .cycloneDX:
            var object = JSONObject()
            object["bomFormat"] = "CycloneDX"
            object["specVersion"] = "1.6"
            object["version"] = 1
            if let describes {
                object["metadata"] = [
                    "component": [
                        "type": "container", "name": "image",
                        "hashes": [["alg": "SHA-256", "content": .string(describes.hex)]],
                    ]
                ]
            }
            object["components"] = [["type": "library", "name": "zlib", "version": "1.3.1"]]
            return .object(object)
        case .spdx:
            var package: JSONObject = JSONObject()
            package["SPDXID"] = "SPDXRef-image"
            package["name"] = "image"
            if let describes {
                package["checksums"] = [["algorithm": "SHA256", "checksumValue": .string(describes.hex)]]
            }
            return [
                "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "image",
                "documentNamespace": "https://sbom.example/1", "documentDescribes": ["SPDXRef-image"],
                "packages": [.object(package)],
            ]
        }
    }
}

extension DeliveryContent {
    fileprivate func predicate(waivers known: [String: Digest]) throws(RehearsalError) -> JSONValue {
        var ids: [JSONValue] = []
        var digests: [JSONValue] = []
        for waiver in waivers {
            switch waiver {
            case .other(let id, let digest):
                ids.append(.string(id))
                digests.append(.string(digest.description))
            case .ofCase(let id):
                guard let digest = known[id] else {
                    throw RehearsalError(
                        .waiver, "delivery claims rest on waiver \(id), which is not among the case's waivers")
                }
                ids.append(.string(id))
                digests.append(.string(digest.description))
            }
        }
        var object = JSONObject()
        object["bundle_version"] = .string(bundleVersion)
        if let hermetic { object["hermetic"] = .bool(hermetic) }
        object["waiver_ids"] = .array(ids)
        object["waiver_digests"] = .array(digests)
        object["inputs"] = [
            [
                "uri": "git+https://git.example/source",
                "digest": ["gitCommit": .string(WorkflowSigner.usualCommit)],
            ]
        ]
        for name in unknownFields { object[name] = true }
        return .object(object)
    }
}

extension TestContent {
    fileprivate var predicate: JSONValue {
        [
            "result": .string(result.rawValue), "configuration": [["name": .string(gate)]],
            "passedTests": [], "failedTests": .array(failedTests.map { .string($0) }),
        ]
    }
}

extension SummaryContent {
    fileprivate func predicate(now: Instant) -> JSONValue {
        var object = JSONObject()
        object["verifier"] = ["id": .string(verifier)]
        object["timeVerified"] = .string(now.description)
        object["resourceUri"] = "pkg:oci/image"
        var policy = JSONObject()
        policy["uri"] = "https://policy.example/1"
        if let policyDigest { policy["digest"] = [policyDigest.algorithm.rawValue: .string(policyDigest.hex)] }
        object["policy"] = .object(policy)
        object["verificationResult"] = .string(result.rawValue)
        object["verifiedLevels"] = .array(levels.map { .string($0) })
        if let environment { object["mc_environment"] = .string(environment) }
        if let cluster { object["mc_cluster"] = .string(cluster) }
        if let expires { object["mc_expires"] = .string(expires.instant(from: now).description) }
        return .object(object)
    }
}
