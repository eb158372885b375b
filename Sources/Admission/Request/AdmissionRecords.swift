package import Core
package import Policy

/// What is asked of the record of earlier decisions.
package struct RecordQuery: Sendable, Hashable {
    /// A pod template of an object.
    package struct Template: Sendable, Hashable {
        package let ownerUID: String
        package let digest: Digest
    }

    /// Whether these digests were admitted …
    package let images: [Digest]
    /// … in these environments.
    package let environments: [String]
    /// Whether these templates were admitted.
    package let templates: [Template]
}

/// The record of what was admitted before.
package protocol AdmissionRecords: Sendable {
    /// The recorded allow decisions that a query is about, none of a dry run; what cannot be read is said.
    func history(_ query: RecordQuery) async -> AdmissionHistory
}

/// No record: nothing was ever admitted.
package struct NoRecords: AdmissionRecords {
    package init() {}

    package func history(_ query: RecordQuery) async -> AdmissionHistory { AdmissionHistory() }
}
