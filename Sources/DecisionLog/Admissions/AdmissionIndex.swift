package import Admission
package import Core
package import Policy
internal import Synchronization

/// What the log knows of earlier admissions, in memory: the log is the only source, and it is read again at every start.
package final class AdmissionIndex: AdmissionRecords {
    /// How much is remembered; beyond it the oldest are forgotten, which can only deny.
    package static let maximumEntries = Cap("remembered admissions", 200_000)

    private struct Place: Hashable {
        let image: Digest
        let environment: [UInt8]
    }

    private struct Owned: Hashable {
        let ownerUID: [UInt8]
        let template: Digest
    }

    private struct First {
        let at: Instant
        let decision: Digest
    }

    private struct State {
        var images: [Place: First] = [:]
        var imageOrder = AgeQueue<Place>()
        var templates: [Owned: Instant] = [:]
        var templateOrder = AgeQueue<Owned>()
    }

    private let state = Mutex(State())
    private let limit: Int
    private let trustsEverybody: Bool

    /// - Parameter trustsEverybody: whether what an unauthenticated caller asked about promotes; only where nobody but
    ///   the API server can reach the webhook. A template that such a caller had admitted is spared no more than its
    ///   grace, and only where who signed it still holds; it is remembered either way.
    package init(maximumEntries: Cap = AdmissionIndex.maximumEntries, trustsEverybody: Bool = false) {
        limit = maximumEntries.limit
        self.trustsEverybody = trustsEverybody
    }

    /// Takes note of an admission; the first of an image in an environment, and of a template of an owner, counts.
    package func note(_ admission: Admission) {
        state.withLock { state in
            if let environment = admission.environment, admission.isAuthenticated || trustsEverybody {
                for image in admission.images {
                    let place = Place(image: image, environment: Array(environment.utf8))
                    if let known = state.images[place], known.at <= admission.at { continue }
                    let isNew =
                        state.images.updateValue(
                            First(at: admission.at, decision: admission.decision), forKey: place) == nil
                    if isNew, let old = state.imageOrder.add(place, limit: limit) { state.images[old] = nil }
                }
            }
            if let template = admission.template {
                let owned = Owned(ownerUID: Array(template.ownerUID.utf8), template: template.digest)
                if let known = state.templates[owned], known <= admission.at { return }
                let isNew = state.templates.updateValue(admission.at, forKey: owned) == nil
                if isNew, let old = state.templateOrder.add(owned, limit: limit) { state.templates[old] = nil }
            }
        }
    }

    package func history(_ query: RecordQuery) async -> AdmissionHistory {
        var history = AdmissionHistory()
        // Most policies ask for neither.
        if query.templates.isEmpty, query.environments.isEmpty { return history }
        state.withLock { state in
            for image in query.images {
                for environment in query.environments {
                    let place = Place(image: image, environment: Array(environment.utf8))
                    guard let first = state.images[place] else { continue }
                    history.admitted.append(
                        AdmissionHistory.Admitted(
                            image: image, environment: environment, at: first.at,
                            decision: first.decision.description))
                }
            }
            for template in query.templates {
                let owned = Owned(ownerUID: Array(template.ownerUID.utf8), template: template.digest)
                guard let at = state.templates[owned] else { continue }
                history.templates.append(
                    AdmissionHistory.Template(
                        ownerUID: template.ownerUID, templateDigest: template.digest, at: at))
            }
        }
        return history
    }
}

/// Keys in the order they came, so that the oldest can be dropped.
private struct AgeQueue<Key: Sendable>: Sendable {
    private var keys: [Key] = []
    private var start = 0

    /// Adds a key and gives the oldest when there are more than the limit.
    mutating func add(_ key: Key, limit: Int) -> Key? {
        keys.append(key)
        guard keys.count - start > limit else { return nil }
        let oldest = keys[start]
        start += 1
        if start > limit {
            keys.removeFirst(start)
            start = 0
        }
        return oldest
    }
}
