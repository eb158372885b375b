internal import Core
internal import Policy

/// Whether something in a bundle rests on a rule, so that what a target leaves open of it matters.
enum RuleDemand {
    static func isDemanded(_ rule: RuleID, _ plan: RenderPlan) -> Bool {
        let required = plan.policies.map(\.requirements)
        switch rule.rawValue {
        case "interactive-denied": return plan.policies.contains { $0.interactive == .deny }
        case "image-digest-missing": return required.contains { $0.digest }
        case "provenance-missing": return required.contains { $0.provenance != nil }
        case "builder-mismatch": return required.contains { $0.provenance?.builders.isEmpty == false }
        case "provenance-expired": return required.contains { $0.provenance?.maxAge != nil }
        case "sbom-missing", "sbom-contradicts": return required.contains { $0.sbom != nil }
        case "sbom-expired": return required.contains { $0.sbom?.maxAge != nil }
        case "delivery-claims-missing", "delivery-claims-invalid", "claimed-waiver-invalid":
            return required.contains { $0.deliveryClaims != nil }
        case "bundle-version-mismatch": return required.contains { $0.deliveryClaims?.bundleVersion != nil }
        case "hermetic-required": return required.contains { $0.deliveryClaims?.hermetic == true }
        case "delivery-claims-expired": return required.contains { $0.deliveryClaims?.maxAge != nil }
        case "gate-missing", "gate-failed": return required.contains { !$0.gates.isEmpty }
        case "gate-expired":
            return plan.policies.contains { policy in
                policy.gates.contains { gate in
                    gate.maxAge != nil && policy.requirements.gates.contains { $0.isSame(as: gate.name) }
                }
            }
        case "verification-summary-missing": return required.contains { $0.verificationSummary != nil }
        case "promotion-missing": return required.contains { $0.promotedFrom != nil }
        default: return true
        }
    }
}
