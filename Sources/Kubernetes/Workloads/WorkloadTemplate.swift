package import Core

/// What pods are made of: labels, annotations and a pod specification.
package struct WorkloadTemplate: Sendable, Hashable {
    /// The template's place in the object, such as `spec.template`; empty for a Pod itself.
    package let field: String
    package let labels: TextMap
    package let annotations: TextMap
    package let podSpec: JSONValue
    package let images: [ImageUse]

    /// Reads an object with `metadata` and `spec`.
    init(template: JSONCursor, reader: PodSpecReader) throws(ReviewError) {
        try template.refuseLookalikes(of: ["metadata", "spec"])
        field = template.field
        if let metadata = try reading({ () throws(JSONError) in try template.optional("metadata") }) {
            try metadata.refuseLookalikes(of: ["labels", "annotations"])
            labels = try ObjectMetadata.labels(metadata, reader.limits)
            annotations = try ObjectMetadata.annotations(metadata, reader.limits)
        } else {
            labels = [:]
            annotations = [:]
        }
        let spec = try reading { () throws(JSONError) in try template.required("spec") }
        podSpec = spec.value
        images = try reader.images(of: spec)
    }

    /// Reads a pod specification that has no metadata of its own.
    init(podSpec spec: JSONCursor, reader: PodSpecReader) throws(ReviewError) {
        field = spec.field
        labels = [:]
        annotations = [:]
        podSpec = spec.value
        images = try reader.images(of: spec)
    }

    /// Reads a container that stands outside of a pod specification.
    init(container: JSONCursor, reader: PodSpecReader) throws(ReviewError) {
        field = container.field
        labels = [:]
        annotations = [:]
        podSpec = ["containers": [container.value]]
        images = [try reader.image(ofContainer: container, .container)]
    }

    /// The repository that the pods say to be of (annotation `mc.repo`).
    package var repository: String? { annotations[WellKnown.repository] }
    /// The environment that the pods say to be for (label or annotation `mc.env`).
    package var environment: String? { labels[WellKnown.environment] ?? annotations[WellKnown.environment] }
}

/// The names that bind a workload to a repository and an environment.
package enum WellKnown {
    /// An annotation: a label's value cannot hold the slash of `org/app`.
    package static let repository = "mc.repo"
    /// A label, or an annotation.
    package static let environment = "mc.env"

    /// Labels and annotations of these names decide which policy applies.
    static let binding = [repository, environment]
}
