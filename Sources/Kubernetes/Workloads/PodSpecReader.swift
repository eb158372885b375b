internal import Core

/// Finds the images of pod specifications; where they stand it is strict, elsewhere it does not look.
struct PodSpecReader {
    let limits: ReviewLimits
    /// Whether containers and volumes must have names, as those of Kubernetes' own kinds do.
    let requiresNames: Bool

    /// The members of a pod specification that hold containers, each with what those are.
    static let classes: [(member: String, kind: ImageUse.Kind)] = [
        ("initContainers", .initContainer), ("containers", .container), ("ephemeralContainers", .ephemeralContainer),
    ]

    /// The images of a pod specification, init containers first.
    ///
    /// - Throws: ``ReviewError`` when something is malformed, twice there, or too much.
    func images(of spec: JSONCursor) throws(ReviewError) -> [ImageUse] {
        try spec.refuseLookalikes(of: Self.classes.map(\.member) + ["volumes"])
        var uses: [ImageUse] = []
        var names: Set<String> = []
        for (member, kind) in Self.classes {
            for container in try elements(member, of: spec, limits.containers) {
                let use = try image(ofContainer: container, kind)
                // Kubernetes demands one name once in all three lists: volumes, probes and exec go by it.
                guard use.container.isEmpty || names.insert(use.container).inserted else {
                    throw ReviewError(
                        .duplicate, "a second container is named \(PrintableText.quote(use.container))",
                        field: container.field)
                }
                uses.append(use)
            }
            guard uses.count <= limits.containers.limit else {
                let cap = CapExceeded(cap: limits.containers, seen: uses.count)
                throw ReviewError(.tooLarge, "\(cap)", field: spec.field)
            }
        }
        guard uses.contains(where: { $0.kind == .container }) else {
            throw ReviewError(.missing, "a pod needs at least one container", field: "\(spec.field).containers")
        }
        return uses + (try volumes(of: spec))
    }

    /// The image of one container.
    func image(ofContainer container: JSONCursor, _ kind: ImageUse.Kind) throws(ReviewError) -> ImageUse {
        try container.refuseLookalikes(of: ["name", "image"])
        let name = try self.name(container)
        return ImageUse(
            container: name, kind: kind, image: try text("image", of: container), field: "\(container.field).image")
    }

    private func volumes(of spec: JSONCursor) throws(ReviewError) -> [ImageUse] {
        var uses: [ImageUse] = []
        var names: Set<String> = []
        for volume in try elements("volumes", of: spec, limits.volumes) {
            try volume.refuseLookalikes(of: ["name", "image"])
            let name = try self.name(volume)
            guard name.isEmpty || names.insert(name).inserted else {
                throw ReviewError(
                    .duplicate, "a second volume is named \(PrintableText.quote(name))", field: volume.field)
            }
            guard let source = try reading({ () throws(JSONError) in try volume.optional("image") }) else { continue }
            try source.refuseLookalikes(of: ["reference"])
            uses.append(
                ImageUse(
                    container: name, kind: .imageVolume, image: try text("reference", of: source),
                    field: "\(source.field).reference"))
        }
        return uses
    }

    private func elements(
        _ member: String, of spec: JSONCursor, _ cap: Cap
    ) throws(ReviewError) -> [JSONCursor] {
        try reading { () throws(JSONError) in try spec.optional(member)?.elements(cap) ?? [] }
    }

    /// A name is an RFC 1123 label; being ASCII it can be compared and hashed as it is.
    private func name(_ named: JSONCursor) throws(ReviewError) -> String {
        guard let name = try text("name", of: named) else {
            if requiresNames { throw ReviewError(.missing, "the name is missing", field: "\(named.field).name") }
            return ""
        }
        guard NameSyntax.isNamespace(name) else {
            throw ReviewError(
                .shape, "expected lowercase letters, digits and '-', saw \(PrintableText.quote(name.excerpt(100)))",
                field: "\(named.field).name")
        }
        return name
    }

    private func text(_ member: String, of cursor: JSONCursor) throws(ReviewError) -> String? {
        let text = try reading { () throws(JSONError) in try cursor.optional(member)?.string() }
        return text?.isEmpty == true ? nil : text
    }
}
