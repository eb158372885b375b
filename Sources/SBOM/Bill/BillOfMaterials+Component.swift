package import Core

extension BillOfMaterials {
    /// A component of a bill of materials, or what the bill describes.
    package struct Component: Sendable, Hashable {
        /// Whether a component is needed to run (CycloneDX `scope`).
        package enum Scope: UInt8, Sendable, Hashable {
            case required = 1
            case optional, excluded

            init?(name: String) {
                switch name {
                case "required": self = .required
                case "optional": self = .optional
                case "excluded": self = .excluded
                default: return nil
                }
            }
        }

        /// Its place in ``BillOfMaterials/subscript(_:)``, by which dependencies name it.
        package let index: Int
        /// What the document calls it: `bom-ref`, `SPDXID` or `spdxId`.
        package let reference: String?
        /// Such as `library`, `container`, `application`; in lowercase.
        package let type: String?
        package let group: String?
        package let name: String
        package let version: String?
        /// The package URL in its canonical form.
        package let purl: Purl?
        /// Identifiers, names or an expression as the document has them, joined by commas.
        package let licences: String?
        package let hashes: [ComponentHash]
        package let scope: Scope?
        /// The component in which it is nested.
        package let parent: Int?

        /// The digest of the image or file that this is: its version when it is one, else its package URL's version
        /// (for `oci` and `docker`), else the strongest hash.
        package var digest: Digest? {
            if let digest = version.flatMap({ Digest($0) }) { return digest }
            if let purl, purl.type == "oci" || purl.type == "docker", let digest = purl.version.flatMap({ Digest($0) })
            {
                return digest
            }
            return hashes.compactMap(\.digest).max { $0.bytes.count < $1.bytes.count }
        }
    }

    /// The components in the order of the document; an element is made when it is asked for.
    package struct Components: RandomAccessCollection, Sendable {
        fileprivate let bill: BillOfMaterials

        package var startIndex: Int { 0 }
        package var endIndex: Int { bill.componentCount }
        package subscript(position: Int) -> Component { bill[position] }
    }

    package var components: Components { Components(bill: self) }

    /// The component, or the subject, at a place.
    package subscript(_ index: Int) -> Component {
        let element = elements[index]
        return Component(
            index: index, reference: text(element.reference), type: text(element.type), group: text(element.group),
            name: text(element.name) ?? "", version: text(element.version),
            purl: text(element.purl).flatMap { try? Purl($0) }, licences: text(element.licences),
            hashes: hashes.hashes(from: element.hashStart, count: element.hashCount),
            scope: Component.Scope(rawValue: element.scope),
            parent: element.parent == TextTable.none ? nil : Int(element.parent))
    }

    /// The canonical package URL of a component as text, without making the rest of it.
    package func purlText(_ index: Int) -> String? { text(elements[index].purl) }

    private func text(_ id: UInt32) -> String? { id == TextTable.none ? nil : texts[id] }
}
