package import Core
package import Policy

/// The record of what was admitted before.
package protocol AdmissionRecords: Sendable {
    /// Recorded allow decisions, none of a dry run.
    ///
    /// - Parameters:
    ///   - images: about these digests, in any environment.
    ///   - owners: about pod templates of objects with these UIDs.
    func history(images: [Digest], owners: [String]) async -> AdmissionHistory
}

/// No record: nothing was ever admitted.
package struct NoRecords: AdmissionRecords {
    package init() {}

    package func history(images: [Digest], owners: [String]) async -> AdmissionHistory { AdmissionHistory() }
}
