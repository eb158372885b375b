internal import Attestation
internal import Core

extension GraphChange {
    init(_ event: LineageEvent) {
        switch event {
        case .evidence(let record): self.init(evidence: record)
        case .decision(let record): self.init(decision: record)
        case .pullRequest(let record): self.init(pullRequest: record)
        case .bill(let record): self.init(bill: record)
        case .run(let record): self.init(run: record)
        }
    }

    private init(evidence record: EvidenceRecord) {
        let about = NodeKey.subject(record.artifact)
        self.init(
            Source(
                kind: .evidence, digest: record.digest, about: about, isSigned: true,
                document: String(decoding: record.json.canonical, as: UTF8.self), trustRoot: record.trustRoot))
        let subject = node(about)
        let attestation = node(
            .attestation(record.digest),
            [("kind", .string(record.kind)), ("predicateType", record.predicateType.map { .text($0) })])
        edge(attestation, .about, subject)
        edge(attestation, .signedBy, identity(record.signer))
        let signingRun = run(of: record.signer)
        if let signingRun { edge(attestation, .signedIn, signingRun) }
        // Not FROM the run: what a build came from is for its provenance to say, and the two may differ.
        if let commit = record.signer.commit {
            edge(attestation, .signedAt, add(commit: commit, of: record.signer.repository))
        }
        switch record.facts {
        case .provenance(let build): add(build, of: subject, attestation: attestation)
        case .billOfMaterials(let bill):
            let key = node(
                .billOfMaterials(bill.digest),
                [("format", .text(bill.format)), ("version", .text(bill.version))])
            edge(key, .describes, subject)
            edge(attestation, .says, key)
        case .testResult(let test):
            let gate = test.gate ?? "unnamed"
            let result = node(
                NodeKey(.gateResult, [signingRun?.text ?? "", gate, record.digest.description], separator: " "),
                [("gate", .text(gate)), ("result", .text(test.result))])
            edge(attestation, .says, result)
            if let signingRun { edge(signingRun, .gated, result) }
        case .signature, .simpleSigning, .deliveryClaims, .verificationSummary, .other, .unreadable: break
        }
    }

    private mutating func identity(_ signer: EvidenceRecord.Signer) -> NodeKey {
        node(
            .identity(signer),
            [
                ("issuer", signer.issuer.map { .text($0) }), ("subject", signer.subject.map { .text($0) }),
                ("key", (signer.key?.description).map { .string($0) }),
            ])
    }

    /// The run that the signer's certificate names. It signed; that it built is for provenance to say.
    private mutating func run(of signer: EvidenceRecord.Signer) -> NodeKey? {
        guard let text = signer.run else { return nil }
        return node(.run(text, builder: nil), [("url", WebLink.plain(text).map { .text($0) })])
    }

    private mutating func add(_ build: EvidenceRecord.Build, of subject: NodeKey, attestation: NodeKey) {
        // A build whose run nobody named is still one: it is named by what attests it.
        let run =
            if let text = build.run {
                node(.run(text, builder: build.builder), [("url", WebLink.plain(text).map { .text($0) })])
            } else {
                node(NodeKey(.run, "attested by \(attestation.text)"))
            }
        edge(run, .built, subject)
        if let commit = build.commit { edge(run, .from, add(commit: commit, of: build.repository)) }
        if let builder = build.builder { edge(run, .by, node(NodeKey(.builder, builder))) }
        if let workflow = build.workflow, let repository = build.repository {
            let place = "\(NodeKey.repository(repository).text)/\(workflow)@\(build.commit ?? build.ref ?? "")"
            edge(run, .of, node(NodeKey(.workflow, place)))
        }
        for input in build.inputs {
            guard let digest = input.digest else { continue }
            edge(run, .used, node(NodeKey(.artifact, digest.description)))
        }
    }

    private mutating func add(commit: String, of repository: String?) -> NodeKey {
        let key = node(.commit(commit, of: repository), [("sha", .text(commit))])
        if let repository { edge(key, .within, node(.repository(repository))) }
        return key
    }

    private init(decision record: DecisionRecord) {
        self.init(
            Source(
                kind: .decision, digest: record.id, about: nil, isSigned: false,
                document: String(decoding: record.document.canonical, as: UTF8.self), trustRoot: nil))
        decision = record
        let admission = node(
            NodeKey(.admission, record.id.description),
            [
                ("at", .string(record.at.description)), ("decision", .string(record.outcome.rawValue)),
                ("enforced", .string(record.enforcedResult.rawValue)), ("cluster", record.cluster.map { .text($0) }),
                ("uid", record.object.uid.map { .text($0) }),
            ])
        for image in record.images {
            if let digest = image.digest { edge(admission, .of, node(.image(digest))) }
            for digest in image.evidence { edge(admission, .because, node(.attestation(digest))) }
        }
        for waiver in record.waivers { edge(admission, .because, node(NodeKey(.waiver, waiver.id))) }
        for policy in record.policies {
            guard let bundle = policy.bundleDigest else { continue }
            edge(admission, .under, node(NodeKey(.policyBundle, bundle)))
        }
        if let environment = record.environment {
            edge(admission, .within, node(NodeKey(.environment, environment)))
        }
        addPlace(of: record, admission)
    }

    private mutating func addPlace(of record: DecisionRecord, _ admission: NodeKey) {
        guard let cluster = record.cluster else { return }
        let clusterKey = node(NodeKey(.cluster, cluster))
        edge(admission, .within, clusterKey)
        guard let namespace = record.namespace else { return }
        let namespaceKey = node(NodeKey(.namespace, [cluster, namespace]))
        edge(namespaceKey, .within, clusterKey)
        if let tenant = record.tenant { edge(namespaceKey, .within, node(NodeKey(.tenant, tenant))) }
        guard let key = record.workload else { return }
        let deployment = node(key)
        edge(admission, .into, deployment)
        edge(deployment, .within, namespaceKey)
    }

    private init(bill record: BillRecord) {
        self.init(
            Source(
                kind: .bill, digest: record.attestation ?? record.digest,
                about: NodeKey(
                    .billOfMaterials,
                    // One attestation may be about several images, and one document may be handed in for another.
                    ([record.digest] + record.images.sorted { $0.description < $1.description }).map(\.description)
                        .joined(separator: " ")), isSigned: record.attestation != nil,
                document: String(decoding: record.json.canonical, as: UTF8.self), trustRoot: nil))
        bill = record
        let key = node(
            .billOfMaterials(record.digest),
            [("format", .text(record.format)), ("version", .text(record.version))])
        for image in record.images { edge(key, .describes, node(.image(image))) }
        if let attestation = record.attestation { edge(node(.attestation(attestation)), .says, key) }
    }

    private init(run record: RunRecord) {
        self.init(
            Source(
                kind: .run, digest: record.digest, about: nil, isSigned: false,
                document: String(decoding: record.json.canonical, as: UTF8.self), trustRoot: nil))
        let run = node(.run(record.url, builder: nil), [("url", WebLink.plain(record.url).map { .text($0) })])
        if let commit = record.commit { edge(run, .from, add(commit: commit, of: record.repository)) }
        if let workflow = record.workflow {
            let place = "\(NodeKey.repository(record.repository).text)/\(workflow)@\(record.commit ?? "")"
            edge(run, .of, node(NodeKey(.workflow, place)))
        }
        for action in record.actions { edge(run, .used, node(NodeKey(.action, action))) }
        for runner in record.runners { edge(run, .ranOn, node(NodeKey(.runner, runner))) }
    }

    private init(pullRequest record: PullRequestRecord) {
        self.init(
            Source(
                kind: .pullRequest, digest: record.digest, about: nil, isSigned: false,
                document: String(decoding: record.json.canonical, as: UTF8.self), trustRoot: nil))
        let request = node(
            .pullRequest(record.number, of: record.repository), [("number", .integer(record.number))])
        if let merge = record.merge { edge(request, .merged, add(commit: merge, of: record.repository)) }
        if let head = record.head { edge(request, .head, add(commit: head, of: record.repository)) }
    }
}
