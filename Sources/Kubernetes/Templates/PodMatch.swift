internal import Core

/// Whether a Pod could have been made from a template, and what has been added to it since.
package struct PodMatch: Sendable, Hashable {
    /// What a Pod has beyond its template, as admission plugins and the scheduler add it.
    package struct Addition: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable {
            /// A container or image volume that the template lacks; its image runs as well.
            case image
            /// A volume of another kind, such as a service account's token.
            case volume
            /// A field of the specification or of a container that is new or differs.
            case field
            case label
            case annotation
        }

        package let kind: Kind
        /// The place in the Pod, such as `spec.containers[1].image` or `spec.tolerations`.
        package let field: String
        /// The image, when it is one.
        package let image: ImageUse?
    }

    /// Why the Pod is not of the template, one sentence each; empty when it could be.
    package let differences: [String]
    package let additions: [Addition]

    /// Whether the Pod could have been made from the template.
    package var isMatch: Bool { differences.isEmpty }

    /// Compares a Pod with a template.
    ///
    /// Every container and image volume of the template must be there with the same image; labels and what binds the
    /// Pod to a repository and environment must be the template's. Everything else is listed as an addition.
    package init(pod: WorkloadTemplate, template: WorkloadTemplate) {
        var comparison = Comparison(pod: pod, template: template)
        comparison.compareImages()
        comparison.compareMetadata()
        comparison.compareFields()
        differences = comparison.differences
        additions = comparison.additions
    }
}

private struct Comparison {
    let pod: WorkloadTemplate
    let template: WorkloadTemplate
    var differences: [String] = []
    var additions: [PodMatch.Addition] = []

    mutating func compareImages() {
        for wanted in template.images {
            let what = "\(wanted.kind.rawValue) \(wanted.container)"
            guard !wanted.container.isEmpty, let found = Self.use(like: wanted, in: pod) else {
                differences.append("the Pod lacks the template's \(what)")
                continue
            }
            if !wanted.hasSameImage(as: found) {
                let (seen, expected) = (Self.text(found.image), Self.text(wanted.image))
                differences.append("\(what) has image \(seen), the template's is \(expected)")
            }
        }
        for use in pod.images where Self.use(like: use, in: template) == nil {
            additions.append(PodMatch.Addition(kind: .image, field: use.field, image: use))
        }
    }

    mutating func compareMetadata() {
        for wanted in template.labels.entries {
            let found = pod.labels[wanted.key]
            if found?.isSame(as: wanted.value) == true { continue }
            differences.append(
                "label \(wanted.key) is \(Self.text(found)), the template's is \(Self.text(wanted.value))")
        }
        for label in pod.labels.entries where template.labels[label.key] == nil {
            if WellKnown.binding.contains(where: { $0.isSame(as: label.key) }) {
                differences.append("label \(label.key) is \(Self.text(label.value)), the template has none")
            } else if !ControllerLabel.isAdded(label.key) {
                additions.append(PodMatch.Addition(kind: .label, field: "metadata.labels.\(label.key)", image: nil))
            }
        }
        for key in WellKnown.binding {
            let (found, wanted) = (pod.annotations[key], template.annotations[key])
            let isSame =
                switch (found, wanted) {
                case (nil, nil): true
                case (let found?, let wanted?): found.isSame(as: wanted)
                default: false
                }
            if isSame { continue }
            differences.append("annotation \(key) is \(Self.text(found)), the template's is \(Self.text(wanted))")
        }
        let keys = (pod.annotations.entries + template.annotations.entries).map(\.key)
        for key in Set(keys).sorted() where !WellKnown.binding.contains(where: { $0.isSame(as: key) }) {
            if let found = pod.annotations[key], template.annotations[key]?.isSame(as: found) == true { continue }
            additions.append(PodMatch.Addition(kind: .annotation, field: "metadata.annotations.\(key)", image: nil))
        }
    }

    mutating func compareFields() {
        let lists = PodSpecReader.classes.map(\.member) + ["volumes"]
        compareMembers(pod.podSpec, template.podSpec, "spec", except: lists)
        for list in lists {
            let wanted = template.podSpec[list]?.array ?? []
            for (index, found) in (pod.podSpec[list]?.array ?? []).enumerated() {
                let field = "spec.\(list)[\(index)]"
                if let twin = wanted.first(where: { $0["name"] == found["name"] }) {
                    compareMembers(found, twin, field, except: list == "volumes" ? [] : ["image"])
                } else if list == "volumes", found["image"] == nil || found["image"] == .null {
                    additions.append(PodMatch.Addition(kind: .volume, field: field, image: nil))
                }
            }
        }
    }

    /// Lists the members that one has and the other has not, or has differently.
    private mutating func compareMembers(
        _ found: JSONValue, _ wanted: JSONValue, _ field: String, except: [String]
    ) {
        var keys: [String] = []
        for key in (found.object?.keys ?? []) + (wanted.object?.keys ?? [])
        where !(except + keys).contains(where: { $0.isSame(as: key) }) {
            keys.append(key)
        }
        for key in keys where (found[key] ?? .null).withoutNulls != (wanted[key] ?? .null).withoutNulls {
            additions.append(PodMatch.Addition(kind: .field, field: "\(field).\(key)", image: nil))
        }
    }

    private static func use(like use: ImageUse, in template: WorkloadTemplate) -> ImageUse? {
        template.images.first { $0.kind == use.kind && $0.container.isSame(as: use.container) }
    }

    private static func text(_ value: String?) -> String {
        value.map { PrintableText.quote($0.excerpt(300)) } ?? "(none)"
    }
}
