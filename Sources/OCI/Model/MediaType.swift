/// The media types this module knows by name; every other one is carried as it was written.
package enum MediaType {
    package static let manifest = "application/vnd.oci.image.manifest.v1+json"
    package static let index = "application/vnd.oci.image.index.v1+json"
    package static let config = "application/vnd.oci.image.config.v1+json"
    package static let layer = "application/vnd.oci.image.layer.v1.tar+gzip"
    package static let empty = "application/vnd.oci.empty.v1+json"
    package static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
    package static let dockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json"

    static let documents = [manifest, index, dockerManifest, dockerManifestList]

    /// Whether it is a manifest or an index of OCI or Docker, which ``ImageDocument`` can read.
    package static func isDocument(_ type: String) -> Bool { documents.contains { same($0, type) } }

    static func isManifest(_ type: String) -> Bool { same(type, manifest) || same(type, dockerManifest) }
    static func isIndex(_ type: String) -> Bool { same(type, index) || same(type, dockerManifestList) }

    /// Byte-wise comparison; Swift's `==` is canonical equivalence.
    static func same(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

    /// Whether a text is `type/subtype` (RFC 6838 §4.2), at most 255 characters, without parameters.
    static func isValid(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= 255
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"):
                            true
                        default: "!#$&-^_.+".utf8.contains(byte)
                        }
                    }
            }
    }
}
