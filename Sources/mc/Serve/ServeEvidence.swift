import Admission
import Core
import Foundation
import OCI
import PrometheusMetrics

/// Where the server looks for evidence.
struct ServeEvidence {
    let places: any EvidencePlaces

    init(_ configuration: ServeConfiguration, metrics: ServerMetrics) throws {
        var options = EvidenceOptions()
        options.evidence = configuration.text("evidence.standIn")
        options.insecureRegistry = configuration.insecureRegistries
        places = try options.places()
    }
}
