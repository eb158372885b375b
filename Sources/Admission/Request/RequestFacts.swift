internal import Core
internal import Kubernetes
internal import Policy

/// Reads what a request says into the facts that decisions are made of; no evidence is looked at.
struct RequestFacts {
    let request: AdmissionRequest
    let cluster: String
    let customKinds: [CustomKind]

    private static let repositoryAnnotation = WellKnown.repository
    private static let environmentLabel = WellKnown.environment
    /// The evidence of each is fetched while the API server waits.
    private static let maximumImages = Cap("different images of one request", 200)

    /// The facts, with images that have no evidence yet.
    ///
    /// - Throws: ``ReviewError`` when what the object would run cannot be read.
    func facts() throws(ReviewError) -> AdmissionFacts {
        let workload = try request.workload(custom: customKinds)
        let change = try Change.of(request, workload: workload, custom: customKinds)
        let user = request.userInfo
        var facts = AdmissionFacts(
            cluster: cluster, namespace: request.namespace ?? "", operation: Self.operation(request),
            change: Self.change(change),
            object: AdmissionFacts.Object(
                group: request.kind.group, kind: request.kind.kind,
                name: request.name ?? request.metadata.generateName ?? request.oldMetadata.name ?? "",
                uid: request.metadata.uid ?? request.oldMetadata.uid, templateDigest: workload?.templateDigest),
            requester: Requester(
                username: user.username, uid: user.uid, groups: user.groups,
                extra: Dictionary(user.extra.map { ($0.key, $0.values) }, uniquingKeysWith: { $0 + $1 })))
        facts.isDryRun = request.isDryRun
        if case .unchangedTemplate(let scale?, _) = change { facts.scalesUp = scale.isUp }
        if let owner = request.metadata.controller {
            facts.ownerClaim = AdmissionFacts.OwnerClaim(kind: owner.kind, name: owner.name, uid: owner.uid)
        }
        guard let workload else { return facts }
        facts.environmentLabels = Self.environments(request.metadata, workload)
        facts.images = try images(workload)
        return facts
    }

    static func operation(_ request: AdmissionRequest) -> AdmissionFacts.Operation {
        switch request.operation {
        case .create: .create
        case .update: .update
        case .delete: .delete
        case .connect: .connect
        }
    }

    private static func change(_ change: Change) -> AdmissionFacts.Change {
        switch change {
        case .deletion: .harmless("deletion")
        case .connection(let connection):
            switch connection {
            case .exec: .interactive("exec")
            case .attach: .interactive("attach")
            case .portForward: .interactive("portforward")
            case .other(let name): .interactive(name)
            }
        case .newTemplate, .changedTemplate, .ephemeralContainers: .template
        case .scale(let scale):
            .harmless(scale.isUp ? "scale-up; the pods are judged when they are made" : "scale-down")
        case .unchangedTemplate(let scale, let touched):
            if change.startsNothing {
                .harmless(
                    scale.map { _ in "scale-down" }
                        ?? "change of \(touched.map(\.rawValue).sorted().joined(separator: " and "))")
            } else {
                .unchangedTemplate
            }
        case .noTemplate(let reason):
            switch reason {
            case .harmlessSubresource(let name): .harmless("subresource \(name)")
            case .kindWithoutPods: .harmless("the kind runs no pods")
            case .unknownSubresource, .unknownKind, .templateNotFound: .unknownKind
            }
        }
    }

    private static func environments(_ metadata: ObjectMetadata, _ workload: Workload) -> [String] {
        let maps =
            [metadata.labels, metadata.annotations]
            + workload.templates.flatMap { [$0.labels, $0.annotations] }
        return maps.compactMap { $0[environmentLabel] }
    }

    private func images(_ workload: Workload) throws(ReviewError) -> [ImageFacts] {
        var images: [ImageFacts] = []
        var places: [[[UInt8]]: Int] = [:]
        for template in workload.templates {
            for use in template.images {
                let text = use.image ?? ""
                let repository = repository(of: use, in: template)
                let key = [Array(text.utf8), Array((repository ?? "\u{0}").utf8)]
                if let index = places[key] {
                    images[index].uses.append(use.field)
                    continue
                }
                places[key] = images.count
                let reference = Result { () throws(ImageReferenceError) in try ImageReference(text) }
                let digest = (try? reference.get())?.digest.flatMap { Digest($0) }
                images.append(
                    ImageFacts(
                        text: text, uses: [use.field], reference: reference, digest: digest, repository: repository,
                        evidence: .none))
                guard images.count <= Self.maximumImages.limit else {
                    let excess = CapExceeded(cap: Self.maximumImages, seen: images.count)
                    throw ReviewError(.tooLarge, "\(excess)", field: use.field)
                }
            }
        }
        return images
    }

    /// The annotation for the container, else for the template, else for the object; each selects a rule and no more.
    private func repository(of use: ImageUse, in template: WorkloadTemplate) -> String? {
        let maps = [template.annotations, request.metadata.annotations]
        let ofContainer = use.container.isEmpty ? nil : "\(Self.repositoryAnnotation).\(use.container)"
        if let ofContainer, let found = maps.compactMap({ $0[ofContainer] }).first { return found }
        return maps.compactMap { $0[Self.repositoryAnnotation] }.first
    }
}
