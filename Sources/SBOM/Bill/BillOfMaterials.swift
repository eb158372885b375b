package import Core

/// A bill of materials: what is in an artifact, as its document says.
///
/// It is kept compactly: each text once, dependencies as numbers. A million components take about 200 MB.
package struct BillOfMaterials: Sendable {
    /// How much of something the document lists (CycloneDX `compositions`, SPDX 3 `completeness`).
    package struct Composition: Sendable, Hashable {
        /// Such as `complete`, `incomplete`, `unknown`.
        package let aggregate: String
        /// The components whose parts are meant.
        package let assemblies: [Int]
        /// The components whose dependencies are meant.
        package let dependencies: [Int]

        package var isComplete: Bool { aggregate.isSame(as: "complete") }
    }

    /// The in-toto statement in which the document came.
    package struct Statement: Sendable, Hashable {
        package struct Subject: Sendable, Hashable {
            package let name: String
            package let digests: [Digest]
        }

        package let predicateType: String
        package let subjects: [Subject]
    }

    package let format: BillFormat
    /// Such as `1.5`, `SPDX-2.3` or `3.0.1`.
    package let specVersion: String
    /// Whether the document was XML.
    package let isXML: Bool
    /// CycloneDX `serialNumber`, SPDX `documentNamespace` or the SPDX 3 document's IRI.
    package let identifier: String?
    /// The document's revision under the same identifier (CycloneDX `version`).
    package let revision: Int64?
    /// The document's name (SPDX).
    package let name: String?
    package let timestamp: Instant?
    /// What made it, as `vendor name version`.
    package let tools: [String]
    /// The SHA-256 of the document, decompressed, as it was read.
    package let digest: Digest
    /// The document's length in bytes, decompressed.
    package let byteCount: Int
    package let statement: Statement?
    /// What the document describes, as places in ``subscript(_:)``; none when it does not say.
    ///
    /// CycloneDX' `metadata.component` is no component of its own list: its place is behind the last one.
    package let subjects: [Int]
    package let compositions: [Composition]
    /// What was set aside; at most as many as the limits list.
    package let quarantined: [Quarantine]
    /// How many parts were set aside.
    package let quarantinedCount: Int

    /// How many components there are, without a subject that is not among them.
    let componentCount: Int
    let elements: [BillElement]
    let texts: TextTable
    let hashes: HashStore
    let edges: EdgeList
    let directs: [Bool]?

    /// What the document describes, when it is one thing.
    package var subject: Component? { subjects.count == 1 ? subjects.first.map { self[$0] } : nil }
}
