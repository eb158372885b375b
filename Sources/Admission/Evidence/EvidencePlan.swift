internal import Attestation
internal import Core
package import Policy
internal import Sigstore

/// What evidence is verified with under a bundle: each trust root with every signer that a policy names.
///
/// Signers are taken from the whole bundle, so that what was verified once can be judged by every policy.
package struct EvidencePlan: Sendable {
    struct Entry: Sendable {
        /// The name of the `TrustRoot` document.
        let trustRoot: String
        let verifier: Verifier
    }

    let entries: [Entry]
    /// What identifies all of it, in caches: trust roots, signers and thresholds.
    let digest: Digest

    /// Makes the verifiers of a bundle.
    ///
    /// - Throws: ``AdmissionError`` when a trust root cannot be read.
    package init(_ bundle: PolicyBundle) throws(AdmissionError) {
        let rules = Self.signers(bundle.policies)
        var identities: Set<IdentityPolicy> = []
        var keys: Set<TrustedKey> = []
        for rule in rules {
            switch rule {
            case .identity(let identity): identities.insert(identity)
            case .key(let key, _): keys.insert(TrustedKey(key))
            }
        }
        var entries: [Entry] = []
        for document in bundle.trustRoots {
            let root = try Self.trustRoot(document)
            var thresholds = Verifier.Thresholds()
            thresholds.transparencyLogs = document.transparencyLogs
            thresholds.certificateLogs = document.certificateLogs
            thresholds.timestampAuthorities = document.timestampAuthorities
            if !identities.isEmpty, root.counts.certificateAuthorities > 0 {
                let signers = SignerPolicy.identities(identities.sorted { $0.description < $1.description })
                entries.append(
                    Entry(
                        trustRoot: document.name,
                        verifier: Verifier(trustRoot: root, signers: signers, thresholds: thresholds)))
            }
            if !keys.isEmpty {
                let signers = SignerPolicy.keys(keys.sorted { $0.key.fingerprint.hex < $1.key.fingerprint.hex })
                entries.append(
                    Entry(
                        trustRoot: document.name,
                        verifier: Verifier(trustRoot: root, signers: signers, thresholds: thresholds)))
            }
        }
        self.entries = entries
        digest = Self.digest(of: entries)
    }

    private static func digest(of entries: [Entry]) -> Digest {
        let values = entries.map { entry -> JSONValue in
            let verifier = entry.verifier
            let thresholds = verifier.thresholds
            return [
                "name": .string(entry.trustRoot), "trustRoot": .string(verifier.trustRoot.digest.description),
                "thresholds": [
                    .integer(Int64(thresholds.transparencyLogs)), .integer(Int64(thresholds.certificateLogs)),
                    .integer(Int64(thresholds.timestampAuthorities)),
                ],
                "signers": json(verifier.signers),
            ]
        }
        return .of(JSONValue.array(values).canonical)
    }

    private static func json(_ signers: SignerPolicy) -> JSONValue {
        switch signers {
        case .identities(let identities):
            return .array(
                identities.map { identity in
                    let claims = identity.claims.sorted { $0.key < $1.key }.map { name, matcher -> JSONValue in
                        [.string(name), json(matcher)]
                    }
                    return [json(identity.issuer), json(identity.subject), .array(claims)]
                })
        case .keys(let keys):
            return .array(
                keys.map { trusted in
                    [
                        .string(trusted.key.fingerprint.description), trusted.hint.map { .string($0) } ?? .null,
                        .string(trusted.validity.description),
                    ]
                })
        }
    }

    private static func json(_ matcher: StringMatcher) -> JSONValue {
        switch matcher {
        case .exact(let text): ["exact", .string(text)]
        case .glob(let glob): ["glob", .string(glob.pattern)]
        case .regexp(let regexp): ["regexp", .string(regexp.pattern)]
        }
    }

    private static func signers(_ policies: [DeployPolicy]) -> [SignerRule] {
        policies.flatMap { policy in
            policy.bindings.flatMap(\.signers) + policy.gates.flatMap(\.signers)
                + (policy.requirements.verificationSummary?.verifiers.flatMap(\.signers) ?? [])
        }
    }

    private static func trustRoot(_ document: TrustRootDocument) throws(AdmissionError) -> TrustRoot {
        do throws(EvidenceError) {
            switch document.source {
            case .publicGood: return try .publicGood()
            case .github: return try .github()
            case .keysOnly: return .keysOnly
            case .document(let bytes, _): return try TrustRoot(parsing: bytes)
            }
        } catch {
            throw AdmissionError(.trustRoot, "TrustRoot \(document.name): \(error)")
        }
    }
}
