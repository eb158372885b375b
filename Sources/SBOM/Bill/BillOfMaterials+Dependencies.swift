extension BillOfMaterials {
    /// One component needs, or holds, another.
    package struct Dependency: Sendable, Hashable {
        package enum Kind: UInt8, Sendable, Hashable, CaseIterable {
            /// CycloneDX `dependsOn`; SPDX `DEPENDS_ON`, `DEPENDENCY_OF`, `STATIC_LINK`, `DYNAMIC_LINK`, …
            case dependsOn
            /// SPDX `CONTAINS`: part of it, whether it needs it or not.
            case contains
            case build, dev, test, optional, provided, runtime
        }

        /// Places in ``BillOfMaterials/subscript(_:)``.
        package let from: Int
        package let to: Int
        package let kind: Kind
    }

    /// All dependencies in the order of the document, each made when it is asked for.
    package struct Dependencies: RandomAccessCollection, Sendable {
        let edges: EdgeList

        package var startIndex: Int { 0 }
        package var endIndex: Int { edges.count }
        package subscript(position: Int) -> Dependency {
            let edge = edges[position]
            return Dependency(
                from: Int(edge.from), to: Int(edge.to), kind: Dependency.Kind(rawValue: edge.kind) ?? .dependsOn)
        }
    }

    package var dependencies: Dependencies { Dependencies(edges: edges) }

    /// How far a component is from what the bill describes.
    package enum Directness: Sendable, Hashable {
        /// The subject depends on it itself.
        case direct
        case transitive
        /// The document gives no dependencies of its subject.
        case unknown
    }

    /// Whether the subject itself depends on a component; that it contains it does not tell.
    package func directness(_ index: Int) -> Directness {
        guard let directs else { return .unknown }
        return directs[index] ? .direct : .transitive
    }
}
