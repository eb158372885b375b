package import Core

/// An object that runs pods, with the templates they are made of.
package struct Workload: Sendable, Hashable {
    package let kind: GroupVersionKind
    package let metadata: ObjectMetadata
    /// The pod templates in the order of the document; a Pod is its own. Empty only where none of a custom kind's
    /// paths leads anywhere.
    package let templates: [WorkloadTemplate]

    /// The images of all templates.
    package var images: [ImageUse] { templates.flatMap(\.images) }

    /// Reads an object of a kind that is known to run pods.
    ///
    /// - Parameters:
    ///   - object: the object; its own `kind` is not looked at.
    ///   - kind: its type, as the request names it.
    ///   - custom: the configured kinds.
    /// - Returns: `nil` when the kind is neither Kubernetes' own nor configured.
    /// - Throws: ``ReviewError`` when where its images stand cannot be read; nothing is skipped for being malformed.
    package static func read(
        _ object: JSONValue, kind: GroupVersionKind, custom: [CustomKind] = [], limits: ReviewLimits = .standard
    ) throws(ReviewError) -> Workload? {
        let root = JSONCursor(object)
        let templates: [WorkloadTemplate]
        if let builtIn = BuiltInKind(kind) {
            templates = [try template(of: root, builtIn, limits)]
        } else {
            let kinds = custom.filter { $0.describes(kind) }
            guard !kinds.isEmpty else { return nil }
            templates = try self.templates(of: root, kinds, limits)
        }
        return Workload(
            kind: kind, metadata: try ObjectMetadata(of: root, limits: limits), templates: templates)
    }

    private static func template(
        of root: JSONCursor, _ kind: BuiltInKind, _ limits: ReviewLimits
    ) throws(ReviewError) -> WorkloadTemplate {
        var place = root
        for name in kind.template {
            try place.refuseLookalikes(of: [name])
            place = try reading { () throws(JSONError) in try place.required(name) }
        }
        return try WorkloadTemplate(
            template: place, reader: PodSpecReader(limits: limits, requiresNames: true))
    }

    private static func templates(
        of root: JSONCursor, _ kinds: [CustomKind], _ limits: ReviewLimits
    ) throws(ReviewError) -> [WorkloadTemplate] {
        let reader = PodSpecReader(limits: limits, requiresNames: false)
        var templates: [WorkloadTemplate] = []
        for kind in kinds {
            for path in kind.podTemplates {
                for place in try path.places(in: root, limits.templates) {
                    templates.append(try WorkloadTemplate(template: place, reader: reader))
                }
            }
            for path in kind.podSpecs {
                for place in try path.places(in: root, limits.templates) {
                    templates.append(try WorkloadTemplate(podSpec: place, reader: reader))
                }
            }
            for path in kind.containers {
                for place in try path.places(in: root, limits.containers) {
                    templates.append(try WorkloadTemplate(container: place, reader: reader))
                }
            }
        }
        guard templates.count <= limits.containers.limit else {
            let cap = CapExceeded(cap: limits.containers, seen: templates.count)
            throw ReviewError(.tooLarge, "\(cap)", field: "")
        }
        return templates
    }
}
