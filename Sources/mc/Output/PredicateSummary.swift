import Attestation
import Core

/// What a verified predicate says, in one line.
enum PredicateSummary {
    /// - Returns: `nil` for predicates of unknown types.
    /// - Throws: ``JSONError`` when the predicate is not what its type promises.
    static func text(_ statement: Statement) throws(JSONError) -> String? {
        switch try Predicate(statement) {
        case .provenance(let provenance):
            let source = [provenance.sourceRepository, provenance.sourceRef, provenance.sourceDigest?.value]
            return "built by \(provenance.builderID) from "
                + source.compactMap { $0 }.joined(separator: " ")
                + (provenance.hermetic == true ? ", hermetic" : "")
        case .verificationSummary(let summary):
            return
                "\(summary.result.rawValue) by \(summary.verifierID): \(summary.verifiedLevels.joined(separator: ", "))"
        case .testResult(let result): return "\(result.result.rawValue)"
        case .billOfMaterials(let bill):
            return "\(bill.format.rawValue) \(bill.specVersion) with \(count(bill.componentCount, "component"))"
        case .deliveryClaims(let claims, _):
            return "bundle \(claims.bundleVersion), \(claims.hermetic == true ? "hermetic" : "not hermetic"), "
                + count(claims.waivers.count, "waiver") + ", " + count(claims.inputs.count, "pinned input")
        case .other: return nil
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
