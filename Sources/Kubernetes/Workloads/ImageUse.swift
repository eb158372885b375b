internal import Core

/// One image that a pod would run or mount, with its place.
package struct ImageUse: Sendable, Hashable {
    /// How the image is used.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case container
        case initContainer
        case ephemeralContainer
        /// An image mounted as a volume; what it holds may be run as well.
        case imageVolume
    }

    /// The name of the container or volume; empty only in custom kinds that name theirs themselves.
    package let container: String
    package let kind: Kind
    /// The reference as written; `nil` when absent or empty, which templates may have until something fills it in.
    package let image: String?
    /// The place in the object, such as `spec.template.spec.containers[0].image`.
    package let field: String

    package init(container: String, kind: Kind, image: String?, field: String) {
        self.container = container
        self.kind = kind
        self.image = image
        self.field = field
    }

    package static func == (left: ImageUse, right: ImageUse) -> Bool {
        left.kind == right.kind && left.container.isSame(as: right.container) && left.field.isSame(as: right.field)
            && left.hasSameImage(as: right)
    }

    /// Whether both name the same image, byte by byte; no image is the same as no image.
    package func hasSameImage(as other: ImageUse) -> Bool {
        switch (image, other.image) {
        case (nil, nil): true
        case (let left?, let right?): left.isSame(as: right)
        default: false
        }
    }
}
