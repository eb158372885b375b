internal import Admission
internal import Core
internal import Kubernetes
internal import OCI
internal import Policy
internal import YAML

/// A case made real: the request, the registries with minted evidence, the cluster's objects, the records.
struct CaseScene {
    let stage: Stage
    let script: AdmissionCase
    let files: CaseFiles

    private var customKinds: [CustomKind] {
        (stage.bundle.cluster(script.cluster)?.customKinds ?? []).compactMap { kind in
            try? CustomKind(
                group: kind.group, kind: kind.kind, podTemplates: kind.podTemplates, podSpecs: kind.podSpecs)
        }
    }

    /// The request.
    ///
    /// - Throws: ``ReviewError`` when it is malformed, ``RehearsalError`` when there is none to make.
    func request() throws -> AdmissionRequest {
        var request: AdmissionRequest
        switch script.question {
        case .reviewFile(let name): request = try AdmissionReview(parsing: files.read(name)).request
        case .review(let json): request = try AdmissionReview(json).request
        case .manifestFile(let name): request = try created(try document(name))
        case .object(let object): request = try created(object)
        }
        if let user = script.requester { request = request.asked(by: user) }
        return request
    }

    private func created(_ object: JSONValue) throws -> AdmissionRequest {
        let user = script.requester ?? UserInfo(username: "rehearsal")
        let requests = try Manifest.requests(
            creating: object, namespace: script.namespace, user: user, isDryRun: false)
        guard let first = requests.first, requests.count == 1 else {
            throw RehearsalError(.request, "expected one object to decide about, saw \(requests.count)")
        }
        return first
    }

    /// A document in YAML or JSON.
    private func document(_ name: String) throws -> JSONValue {
        try YAMLReader.document(try files.read(name), file: try files.path(name)).json
    }

    /// The objects that exist.
    func owners() throws -> (any OwnerDirectory, [JSONValue]) {
        guard let owners = script.owners else { return (NoOwners(), []) }
        var objects: [JSONValue] = []
        for owner in owners {
            let object: JSONValue
            switch owner {
            case .file(let name): object = try document(name)
            case .object(let json): object = json
            }
            // The review that created an object holds it.
            if object["kind"]?.string == "AdmissionReview" {
                guard let reviewed = object["request"]?["object"], reviewed.object != nil else {
                    throw RehearsalError(.request, "owners: the review holds no object")
                }
                objects.append(reviewed)
            } else {
                objects.append(object)
            }
        }
        return (ListedOwners(objects), objects)
    }

    /// The registries, with evidence minted about the images of a request.
    func images(of request: AdmissionRequest, waivers: [String: Digest]) throws -> MemoryImages {
        var images = MemoryImages()
        images.reach = script.registry
        let workload = try request.workload(custom: customKinds)
        let texts = Set((workload?.images ?? []).compactMap(\.image)).sorted()
        let references = texts.compactMap { text in (try? ImageReference(text)).map { (text, $0) } }
        for item in script.images {
            let fitting = references.filter { text, reference in
                let canonical = stage.bundle.cluster(script.cluster)?.canonicalName(reference.name)
                return [text, reference.name, reference.description, canonical].contains {
                    $0.map(item.images.matches) ?? false
                }
            }
            if fitting.isEmpty, item.mustFit {
                throw RehearsalError(
                    .request,
                    "images: \"\(item.images)\" fits none of \(texts.isEmpty ? "no images" : texts.joined(separator: ", "))"
                )
            }
            for (_, reference) in fitting { try add(item, reference, waivers, to: &images) }
        }
        return images
    }

    private func add(
        _ item: CaseImage, _ reference: ImageReference, _ waivers: [String: Digest], to images: inout MemoryImages
    ) throws {
        if let reach = item.registry { images.set(reach, for: reference.name) }
        guard let digest = reference.digest.flatMap({ Digest($0) }) ?? item.digest else { return }
        if let tag = reference.tag { images.tag(tag, of: reference.name, as: digest) }
        let place = try item.repository.map { try ImageReference($0).name } ?? reference.name
        func attach(_ pieces: [EvidencePiece], to digest: Digest) throws {
            for piece in pieces {
                let minted = try stage.mint.mint(piece, about: digest, reference: reference.name, waivers: waivers)
                try images.attach(minted, to: digest, in: place)
            }
        }
        try attach(item.evidence, to: digest)
        if !item.platforms.isEmpty {
            let digests = try images.setPlatforms(item.platforms.map(\.name), of: digest, in: reference.name)
            for platform in item.platforms {
                if let digest = digests[platform.name] { try attach(platform.evidence, to: digest) }
            }
        }
        if item.spam > 0 {
            let stranger = EvidencePiece(
                .provenance(ProvenanceContent()), by: .workflow(WorkflowSigner(repository: "stranger/spam")))
            if case .bundle(let bytes, _) = try stage.mint.mint(stranger, about: digest, reference: reference.name) {
                try images.spam(bytes, times: item.spam, to: digest, in: place)
            }
        }
    }

    /// What was admitted before.
    func records(for request: AdmissionRequest, owners: [JSONValue]) throws -> any AdmissionRecords {
        var history = AdmissionHistory()
        for entry in script.history {
            switch entry {
            case .unavailable(let reason): history.unavailable = reason
            case .image(let image, let environment, let at):
                let named = try request.workload(custom: customKinds)?.images.compactMap { use in
                    use.image.flatMap { try? ImageReference($0) }?.digest.flatMap { Digest($0) }
                }
                for digest in Set(image.map { [$0] } ?? named ?? []) {
                    history.admitted.append(
                        AdmissionHistory.Admitted(
                            image: digest, environment: environment, at: at.instant(from: script.at),
                            decision: "rehearsed"))
                }
            case .template(let at):
                for object in owners + [request.object].compactMap({ $0 }) {
                    guard let template = try template(of: object, at: at) else { continue }
                    history.templates.append(template)
                }
            }
        }
        return FixedRecords(history: history)
    }

    private func template(of object: JSONValue, at moment: Moment) throws -> AdmissionHistory.Template? {
        guard let apiVersion = object["apiVersion"]?.string, let name = object["kind"]?.string,
            let kind = GroupVersionKind(apiVersion: apiVersion, kind: name),
            let workload = try Workload.read(object, kind: kind, custom: customKinds),
            let uid = workload.metadata.uid, let digest = workload.templateDigest
        else { return nil }
        return AdmissionHistory.Template(ownerUID: uid, templateDigest: digest, at: moment.instant(from: script.at))
    }
}

/// Records that never change.
private struct FixedRecords: AdmissionRecords {
    let history: AdmissionHistory

    func history(_ query: RecordQuery) async -> AdmissionHistory {
        var answer = history
        answer.admitted = answer.admitted.filter { record in
            query.images.contains(record.image)
                && query.environments.contains { $0.isSame(as: record.environment) }
        }
        answer.templates = answer.templates.filter { record in
            query.templates.contains { $0.ownerUID.isSame(as: record.ownerUID) && $0.digest == record.templateDigest }
        }
        return answer
    }
}

extension AdmissionRequest {
    fileprivate func asked(by user: UserInfo) -> AdmissionRequest {
        AdmissionRequest(
            uid: uid, kind: kind, resource: resource, subResource: subResource, name: name, namespace: namespace,
            operation: operation, userInfo: user, object: object, oldObject: oldObject, metadata: metadata,
            oldMetadata: oldMetadata, isDryRun: isDryRun, options: options)
    }
}
