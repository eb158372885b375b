internal import Attestation
internal import Core
internal import Policy

/// What Kyverno's image rules say of evidence, and where they are weaker than ours.
struct KyvernoCoverage {
    typealias Status = Coverage.Status

    let plan: RenderPlan

    func status(_ rule: RuleID) -> Status {
        switch rule.rawValue {
        case "evidence-unavailable":
            return .partly(
                how: "a registry that does not answer fails the webhook call, which is refused",
                open: "no verified evidence is kept for a registry's outage: pods of an admitted template cannot move "
                    + "either")
        case "evidence-missing", "signature-invalid", "identity-mismatch": return signers
        case "repository-mismatch":
            return .partly(
                how:
                    "the repository and its id that SLSA v1 provenance names, where provenance is demanded; the signer "
                    + "by issuer and subject",
                open: "the certificate's own repository and id are not compared, nor any claims the bundle lists for a "
                    + "signer; a workflow shared by several repositories signs for each of them")
        case "provenance-missing": return provenance
        case "builder-mismatch":
            return .partly(
                how: "runDetails.builder.id by an expression for the whole text",
                open:
                    "of several provenance attestations by the bound signers Kyverno demands that all fit, or looks at "
                    + "the last one")
        case "sbom-missing": return bill
        case "delivery-claims-missing": return .expressed("an attestation of that predicate type by a bound signer")
        case "hermetic-required": return .expressed("hermetic is true in the delivery claims")
        case "bundle-version-mismatch": return version
        case "gate-missing", "gate-failed":
            return .partly(
                how: "a test result by the gate's signers that names the gate and passed; stricter in a ClusterPolicy: "
                    + "every test result of these signers must be this gate's",
                open: "of several results the newest does not win: a FAILED after a PASSED may go unseen")
        case "verification-summary-missing": return summary
        case "sbom-contradicts", "delivery-claims-invalid", "claimed-waiver-invalid":
            return .not(
                why: "conditions cannot compare a document with its subject, with a schema or with waivers",
                open: "what a bound signer wrote there is taken as it is")
        case "provenance-expired", "sbom-expired", "delivery-claims-expired", "gate-expired":
            return .not(
                why: "Kyverno's conditions do not see when evidence was signed",
                open: "evidence of any age is accepted")
        default:
            return .not(
                why: "Kyverno has no record of earlier admissions", open: "a digest that ran nowhere else is let in")
        }
    }

    private var policies: [DeployPolicy] { plan.policies }

    private var signers: Status {
        var open = [
            "how many logs and authorities must have seen a signature is up to Kyverno",
            "evidence in other repositories than the image's is not looked at (stricter)",
        ]
        if policies.contains(where: { $0.requirements.signers > 1 }) {
            open.append(
                "several signers are counted by listed entries: one signature that fits two entries counts twice, and "
                    + "never more are demanded than entries are listed")
        }
        let hasClaims = policies.flatMap(\.bindings).flatMap(\.signers).contains { signer in
            if case .identity(let identity) = signer { !identity.claims.isEmpty } else { false }
        }
        if hasClaims { open.append("claims that the bundle demands of a signer's certificate are not compared") }
        if plan.bundle.trustRoots.contains(where: { $0.source != .publicGood && $0.source != .keysOnly }) {
            open.append(
                "trust roots other than the public instance must be given to Kyverno itself (its TUF root); the bundle's "
                    + "own are not written into the policy")
        }
        return .partly(
            how:
                "keyless attestors by issuer and subject, or keys; any bundle of a bound signer counts as vouching, in "
                + "policies with keys only what cosign wrote",
            open: open.joined(separator: "; "))
    }

    private var provenance: Status {
        let several = policies.contains { ($0.requirements.provenance?.versions.count ?? 0) > 1 }
        return .expressed(
            "an attestation by a bound signer"
                + (several
                    ? "; stricter in a ClusterPolicy: only SLSA provenance v1, since its attestations are all demanded"
                    : ""))
    }

    private var bill: Status {
        let several = policies.contains { ($0.requirements.sbom?.formats.count ?? 0) > 1 }
        return .expressed(
            "an attestation of the format's predicate type by a bound signer; stricter: versioned predicate types are "
                + "not accepted"
                + (several
                    ? "; stricter in a ClusterPolicy: only the first listed format, since its attestations are all "
                        + "demanded" : ""))
    }

    private var version: Status {
        let unsaid = policies.compactMap(\.requirements.deliveryClaims?.bundleVersion).filter {
            VersionCondition.pattern($0) == nil
        }
        guard !unsaid.isEmpty else { return .expressed("the claimed version, by an expression over its digits") }
        let ranges = unsaid.map { PrintableText.quote($0.description) }.joined(separator: ", ")
        return .not(
            why: "only a single lower bound, or one version, can be said over the digits of a version",
            open: "any version is accepted where the bundle demands \(ranges)")
    }

    private var summary: Status {
        .partly(
            how:
                "verifier, result, policy digest, place, levels and, in a ClusterPolicy, the end; there only the first "
                + "listed verifier (stricter)",
            open: "a newer FAILED does not win over an older PASSED; the ImageValidatingPolicy does not see the end")
    }
}
