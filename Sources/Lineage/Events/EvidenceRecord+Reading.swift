package import Attestation
internal import Core

extension EvidenceRecord {
    /// Takes the facts of verified evidence.
    ///
    /// A predicate that cannot be read is recorded as such: it was signed, and that somebody signed it may matter.
    package init(_ evidence: VerifiedEvidence) {
        self.init(
            digest: evidence.digest, artifact: evidence.artifact, signer: Signer(evidence.signer),
            predicateType: evidence.statement?.predicateType, facts: Facts(evidence.content),
            times: evidence.times.map { time in
                switch time.source {
                case .timestampAuthority(let name): SigningTime(at: time.instant, by: name)
                case .transparencyLog(let url): SigningTime(at: time.instant, by: url)
                }
            },
            logEntries: evidence.logEntries.map {
                LogEntry(log: $0.log, index: $0.index, isProven: $0.inclusionProven)
            },
            trustRoot: evidence.trustRoot)
    }
}

extension EvidenceRecord.Signer {
    init(_ signer: SignerIdentity) {
        switch signer {
        case .key(let digest): key = digest
        case .certificate(let identity):
            let claims = identity.claims
            issuer = identity.issuer
            subject = identity.subject
            repository =
                claims.sourceRepositoryURI
                ?? claims.githubWorkflowRepository.map { "https://github.com/\($0)" }
            commit = claims.sourceRepositoryDigest ?? claims.githubWorkflowSHA
            ref = claims.sourceRepositoryRef ?? claims.githubWorkflowRef
            run = claims.runInvocationURI
            trigger = claims.buildTrigger ?? claims.githubWorkflowTrigger
        }
    }
}

extension EvidenceRecord.Facts {
    init(_ content: VerifiedEvidence.Content) {
        switch content {
        case .artifact: self = .signature
        case .simpleSigning: self = .simpleSigning
        case .statement(let statement):
            do throws(JSONError) {
                // What deciding rejects may still be told: the claims were signed, with fields nobody knows.
                self = Self(try Predicate(statement, strictness: .warnUnknown), of: statement)
            } catch {
                self = .unreadable("\(error)")
            }
        }
    }

    private init(_ predicate: Predicate, of statement: Statement) {
        switch predicate {
        case .provenance(let provenance): self = .provenance(EvidenceRecord.Build(provenance))
        case .billOfMaterials(let bill):
            self = .billOfMaterials(
                EvidenceRecord.Bill(
                    digest: Digest.of(statement.predicate.canonical), format: bill.format.rawValue,
                    version: bill.specVersion, serial: bill.serial,
                    components: bill.componentCount,
                    contradictions: bill.contradictions.prefix(EvidenceRecord.maximumLines).map(\.description)))
        case .testResult(let test):
            self = .testResult(
                EvidenceRecord.Test(
                    gate: test.configuration.lazy.compactMap { $0.name ?? $0.uri }.first, result: test.result.rawValue,
                    url: test.url, passed: test.passedTests.count, warned: test.warnedTests.count,
                    failed: test.failedTests.count))
        case .deliveryClaims(let claims, _):
            self = .deliveryClaims(
                EvidenceRecord.Claims(
                    bundleVersion: claims.bundleVersion.description, hermetic: claims.hermetic,
                    waivers: claims.waivers.map(\.id), inputCount: claims.inputs.count))
        case .verificationSummary(let summary):
            self = .verificationSummary(
                EvidenceRecord.Summary(
                    verifier: summary.verifierID, result: summary.result.rawValue,
                    levels: Array(summary.verifiedLevels.prefix(EvidenceRecord.maximumLines)),
                    resource: summary.resourceURI,
                    policy: summary.policy.uri ?? summary.policy.digests.first?.description,
                    verifiedAt: summary.timeVerified))
        case .other: self = .other
        }
    }
}

extension EvidenceRecord.Build {
    init(_ provenance: Provenance) {
        // Builders that name nobody write an empty id.
        builder = provenance.builderID.isEmpty ? nil : provenance.builderID
        buildType = provenance.buildType
        repository = provenance.sourceRepository
        ref = provenance.sourceRef
        commit = provenance.sourceDigest?.value
        workflow = provenance.workflowPath
        run = provenance.invocationID
        startedOn = provenance.startedOn
        finishedOn = provenance.finishedOn
        hermetic = provenance.hermetic
        inputs = provenance.inputs.prefix(EvidenceRecord.maximumInputs).map { input in
            EvidenceRecord.Input(
                name: input.uri ?? input.name, digest: input.digests.lazy.compactMap(\.digest).first)
        }
        inputCount = provenance.inputs.count
    }
}
