internal import Core

/// Holds waivers and revocation lists against a bundle's approvers and terms: signatures first, content after.
package struct WaiverVerifier: Sendable {
    /// A waiver whose signatures and terms hold, but for what only shows beside the others.
    struct Verified: Sendable {
        let waiver: Waiver
        /// The SHA-256 of what was signed; signatures can be added and rewritten without changing it.
        let digest: Digest
        let file: String
    }

    let approvers: [BundleManifest.Approver]
    private let terms: WaiverTerms
    private let rules: WaivableRules
    private let revocationRole: RoleTrust.Role?

    /// - Parameters:
    ///   - bundle: whose approvers and terms count.
    ///   - rules: which rules may be waived.
    ///   - trust: whose role `revocations` may sign revocation lists beside the approvers.
    package init(bundle: PolicyBundle, rules: WaivableRules = .standard, trust: RoleTrust? = nil) {
        approvers = bundle.manifest.approvers
        terms = bundle.manifest.waivers
        self.rules = rules
        revocationRole = trust?.role(RoleTrust.revocations)
    }

    func verify(_ document: SignedDocument, file: String) throws(WaiverProblem) -> Verified {
        let payload: [UInt8]
        do {
            payload = try document.payload(
                type: WaiverDocument.payloadType, keys: approvers.flatMap(\.keys), role: "the bundle's approvers")
        } catch {
            throw WaiverProblem(.signature, error.message, file: file, field: error.field)
        }
        let waiver: Waiver
        do {
            waiver = try WaiverDocument.read(verified: payload, file: file)
        } catch {
            throw WaiverProblem(error, file: file)
        }
        try check(waiver, file: file)
        try checkSignatures(of: waiver, document, file: file)
        return Verified(waiver: waiver, digest: .of(payload), file: file)
    }

    /// Checks what a waiver says against the bundle's approvers and terms; what cannot be granted need not be signed.
    ///
    /// - Throws: ``WaiverProblem`` with the field.
    package func check(_ waiver: Waiver, file: String) throws(WaiverProblem) {
        func problem(_ code: WaiverProblem.Code, _ field: String, _ message: String) -> WaiverProblem {
            WaiverProblem(code, message, file: file, id: waiver.id, field: field)
        }
        if let refusal = rules.refusal(waiver.rule, terms: terms) { throw problem(.rule, "spec.rule", refusal) }
        guard let ofClass = terms.classes.first(where: { $0.key.isSame(as: waiver.waiverClass) })?.value else {
            let known = terms.classes.keys.sorted().joined(separator: ", ")
            throw problem(
                .terms, "spec.class", "the bundle has no class \(waiver.waiverClass); it has \(known)")
        }
        let hard = WaiverTerms.hardLimits[waiver.waiverClass] ?? WaiverTerms.longestLife
        let longest = min(ofClass, hard, WaiverTerms.longestLife)
        // By the sum, because a difference of instants would lose what lies beyond a duration.
        guard waiver.expires <= waiver.notBefore + longest else {
            throw problem(
                .terms, "spec.expires",
                "a waiver of class \(waiver.waiverClass) lasts \(DurationText.text(longest)) at most, so until "
                    + "\(waiver.notBefore + longest); saw \(waiver.expires)")
        }
        for name in waiver.approvers {
            guard !WaiverDocument.isSamePerson(name, waiver.owner) else {
                throw problem(.approver, "spec.approvedBy", "\(name) is the owner; somebody else must approve")
            }
            guard approvers.contains(where: { $0.name.isSame(as: name) }) else {
                let known = approvers.map(\.name).sorted().joined(separator: ", ")
                throw problem(
                    .approver, "spec.approvedBy",
                    "\(name) is no approver of this bundle; it has \(known.isEmpty ? "none" : known)")
            }
        }
    }

    /// Reads a revocation list that an approver, or the role for it, signed.
    ///
    /// - Throws: ``WaiverProblem`` when nobody who may signed it, or it cannot be read.
    package func verifyRevocations(_ document: SignedDocument, file: String) throws(WaiverProblem) -> RevocationList {
        let type = RevocationList.payloadType
        let byRole =
            revocationRole.map { document.signers(among: $0.keys, type: type).count >= $0.threshold } ?? false
        do {
            let payload =
                byRole
                ? document.unverifiedPayload
                : try document.payload(
                    type: type, keys: approvers.flatMap(\.keys), role: "the bundle's approvers")
            do {
                return try RevocationList(payload: payload)
            } catch {
                throw WaiverProblem(.revocations, error.message, file: file, field: "\(error.location)")
            }
        } catch let error as SigningError {
            throw WaiverProblem(.revocations, error.message, file: file, field: error.field)
        } catch let error as WaiverProblem {
            throw error
        } catch {
            throw WaiverProblem(.revocations, "\(error)", file: file)
        }
    }

    /// Whether a waiver may stand beside the others: the first two of one rule and scope need one approver, each
    /// further one within 30 days a second, or break-glass becomes the path.
    ///
    /// Revoked and expired waivers count. So does one that began earlier and has not ended when the next begins, so
    /// that nobody evades the count by a date in the past.
    func renewalProblem(_ candidate: Verified, among all: [Verified]) -> WaiverProblem? {
        let waiver = candidate.waiver
        let earlier = all.filter { other in
            other.digest != candidate.digest && other.waiver.rule.rawValue.isSame(as: waiver.rule.rawValue)
                && other.waiver.scope.namespace.isSame(as: waiver.scope.namespace)
                && other.waiver.scope.image == waiver.scope.image && Self.begins(other, before: candidate)
                && (other.waiver.notBefore + Self.renewalWindow >= waiver.notBefore
                    || other.waiver.expires > waiver.notBefore)
        }
        let limit = min(max(terms.renewals, 0), Self.mostRenewals)
        guard earlier.count >= limit, waiver.approvers.count < 2 else { return nil }
        let ids = earlier.map(\.waiver.id).sorted().joined(separator: ", ")
        return WaiverProblem(
            .renewal,
            "it is waiver number \(earlier.count + 1) of \(waiver.rule) for this namespace and image within 30 days"
                + (ids.isEmpty ? "" : " (after \(ids))") + "; a second approver must sign, or fix the cause",
            file: candidate.file, id: waiver.id, field: "spec.approvedBy")
    }

    private static let renewalWindow = Duration.seconds(30 * 86_400)
    private static let mostRenewals = 2

    private static func begins(_ left: Verified, before right: Verified) -> Bool {
        left.waiver.notBefore == right.waiver.notBefore
            ? left.digest.hex < right.digest.hex : left.waiver.notBefore < right.waiver.notBefore
    }
}
