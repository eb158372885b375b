internal import Attestation
internal import Policy

/// Which of several accepted predicate types a ClusterPolicy asks for: its attestations are all demanded, there is no
/// word for one or the other.
enum KyvernoEvidence {
    static func version(of provenance: ProvenanceRequirement) -> Provenance.Version? {
        provenance.versions.contains(.v1) ? .v1 : provenance.versions.first
    }

    /// The predicate types of a format, as cosign and GitHub write them, the common one first.
    static func types(of format: BillOfMaterials.Format) -> [String] {
        switch format {
        case .cycloneDX: ["https://cyclonedx.org/bom"]
        case .spdx: ["https://spdx.dev/Document", "https://spdx.dev/Document/v2.3"]
        }
    }
}
