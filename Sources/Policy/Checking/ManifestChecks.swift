internal import Core

/// The manifest's approvers and the terms of its waivers.
enum ManifestChecks {
    static func check(
        _ documents: CheckedDocuments, rules: [RuleID], _ problems: inout ProblemCollector
    ) {
        let known = rules.map(\.rawValue).sorted()
        for manifest in documents.manifests {
            let terms = manifest.value.waivers
            for (index, rule) in terms.waivable.enumerated()
            where !known.contains(where: { $0.isSame(as: rule.rawValue) }) {
                problems.report(
                    .ruleUnknown, "there is no rule \(rule) that could be waived\(known.listed(near: rule.rawValue))",
                    at: ["spec", "waivers", "waivable", .element(index)], in: manifest.document)
            }
            for (name, life) in terms.classes.sorted(by: { $0.key < $1.key }) {
                let limit = WaiverTerms.hardLimits[name] ?? WaiverTerms.longestLife
                guard life > limit else { continue }
                problems.report(
                    .waiverTooLong,
                    "a waiver of class \(name) lasts at most \(DurationText.text(limit)), saw \(DurationText.text(life))",
                    at: ["spec", "waivers", "classes", .member(name)], in: manifest.document)
            }
            keys(of: manifest, &problems)
        }
    }

    /// Whoever holds a key that two names share could approve twice.
    private static func keys(
        of manifest: CheckedDocuments.Located<BundleManifest>, _ problems: inout ProblemCollector
    ) {
        var holders: [KeyMaterial: String] = [:]
        for (index, approver) in manifest.value.approvers.enumerated() {
            for (place, key) in approver.keys.enumerated() {
                if let holder = holders[KeyMaterial(key)], !holder.isSame(as: approver.name) {
                    problems.report(
                        .approverKeyShared,
                        "this is \(holder)'s key as well; whoever holds it could approve as two",
                        at: ["spec", "approvers", .element(index), "keys", .element(place)], in: manifest.document)
                } else {
                    holders[KeyMaterial(key)] = approver.name
                }
            }
        }
    }
}
