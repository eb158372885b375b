internal import Attestation
internal import Core
internal import Lineage
internal import Policy
internal import SBOM

/// The bills of materials that verified evidence carries.
enum BillsOfMaterials {
    /// The event of an item's bill; `nil` when it carries none.
    ///
    /// One that cannot be taken over leaves the evidence itself as it is: who signed what is known all the same.
    static func event(_ item: EvidenceItem) -> LineageEvent? {
        guard case .success(.billOfMaterials)? = item.predicate, let statement = item.evidence.statement,
            let image = item.evidence.artifact.digest
        else { return nil }
        let document = statement.predicate.canonical
        do {
            let bill = try SBOM.BillOfMaterials.read(document)
            return .bill(
                try BillRecord(
                    bill, image: image, attestation: item.evidence.digest, digest: .of(document),
                    origin: "attestation \(item.evidence.digest)"))
        } catch {
            return nil
        }
    }
}
