package import Admission
internal import Core
package import Lineage
package import Policy

/// The lineage store as the record of earlier decisions.
package struct LineageRecords: AdmissionRecords {
    private let store: any LineageStore

    package init(_ store: any LineageStore) { self.store = store }

    package func history(_ query: RecordQuery) async -> AdmissionHistory {
        var history = AdmissionHistory()
        do throws(LineageError) {
            for image in query.images {
                for environment in query.environments {
                    // The first admission decides how long the image has been there.
                    let allows = try await store.allows(
                        of: image, environment: environment, order: .oldestFirst, limit: 1)
                    history.admitted += allows.map {
                        AdmissionHistory.Admitted(
                            image: image, environment: environment, at: $0.at, decision: $0.decision.description)
                    }
                }
            }
            for template in query.templates {
                let admissions = try await store.admissions(
                    ownerUID: template.ownerUID, templateDigest: template.digest.description, order: .oldestFirst,
                    limit: 1)
                history.templates += admissions.map {
                    AdmissionHistory.Template(
                        ownerUID: template.ownerUID, templateDigest: template.digest, at: $0.at)
                }
            }
        } catch {
            history.unavailable = "\(error)"
        }
        return history
    }
}
