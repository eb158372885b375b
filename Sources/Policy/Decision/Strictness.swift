internal import Attestation

/// Whether an environment refuses unknown fields of delivery claims.
enum Strictness {
    static func isStrict(_ environment: String, lenient: Set<String>?) -> Bool {
        let strictness =
            lenient.map { DeliveryClaims.Strictness.for(environment: environment, lenient: $0) }
            ?? .for(environment: environment)
        return strictness == .rejectUnknown
    }
}
