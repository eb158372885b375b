/// The engines whose words a bundle can be written in.
package enum PolicyTarget: String, Sendable, Hashable, CaseIterable {
    /// Kyverno: signatures and attestations by its image rules, the request by the API server's own policies.
    case kyverno
    /// The API server's own policies in CEL (admissionregistration.k8s.io/v1).
    case validatingAdmissionPolicy = "validatingadmissionpolicy"
    /// OPA Gatekeeper: templates in Rego and their constraints.
    case gatekeeper
}
