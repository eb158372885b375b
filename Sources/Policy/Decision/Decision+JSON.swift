package import Core

extension Decision {
    /// The decision as the document of `schemas/decision.v1.json`; its place in a log is added by the log.
    package var json: JSONValue {
        var object = JSONObject()
        object["schema"] = "https://mc.internal/schemas/decision.v1.json"
        object["decision"] = .string(outcome.rawValue)
        object["enforcedResult"] = .string(enforcedResult.rawValue)
        object["mode"] = .string(mode.rawValue)
        object["at"] = .string(at.description)
        object["cluster"] = .string(cluster)
        object["namespace"] = .string(namespace)
        object["environment"] = Self.optional(environment)
        object["tenant"] = Self.optional(tenant)
        object["operation"] = .string(operation.rawValue)
        object["dryRun"] = .bool(isDryRun)
        object["object"] = [
            "group": .string(self.object.group), "kind": .string(self.object.kind), "name": .string(self.object.name),
            "uid": Self.optional(self.object.uid), "ownerUid": Self.optional(ownerUID),
            "templateDigest": Self.optional(self.object.templateDigest?.description),
        ]
        object["requester"] = requesterJSON
        object["bundle"] = [
            "version": .string(bundleVersion), "digest": .string(bundleDigest.description),
            "signed": .bool(isBundleSigned),
        ]
        object["policies"] = .array(
            policies.map {
                [
                    "name": .string($0.name), "bundleVersion": .string(bundleVersion),
                    "bundleDigest": .string(bundleDigest.description), "mode": .string($0.mode.rawValue),
                    "decision": .string($0.outcome.rawValue),
                ]
            })
        object["images"] = .array(
            images.map {
                [
                    "reference": .string($0.reference), "digest": Self.optional($0.digest?.description),
                    "evidence": .array($0.evidence.map { .string($0.description) }),
                    "uses": .array($0.uses.map { .string($0) }),
                ]
            })
        object["findings"] = .array(findings.map(\.json))
        object["waiversUsed"] = .array(
            waiversUsed.map {
                [
                    "id": .string($0.id), "digest": .string($0.digest.description), "owner": .string($0.owner),
                    "rule": .string($0.rule.rawValue), "expires": .string($0.expires.description),
                ]
            })
        if let note { object["note"] = .string(note) }
        return .object(object)
    }

    private var requesterJSON: JSONValue {
        var object = JSONObject()
        object["username"] = .string(requester.username)
        object["groups"] = .array(requester.groups.sortedByBytes().map { .string($0) })
        guard let claims else { return .object(object) }
        object["issuer"] = .string(claims.issuer)
        object["subject"] = .string(claims.subject)
        object["claims"] = .object(
            JSONObject(
                claims.further.sorted(byBytes: { [$0.key] }).map {
                    JSONObject.Member(key: $0.key, value: .string($0.value))
                }
            ))
        return .object(object)
    }

    fileprivate static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}

extension Decision.DecisionFinding {
    /// The finding of `schemas/finding.v1.json` with what became of it.
    package var json: JSONValue {
        guard case .object(var object) = finding.json else { return finding.json }
        object["disposition"] = .string(disposition.rawValue)
        object["policy"] = Decision.optional(policy)
        object["image"] = Decision.optional(image)
        if let waiver { object["waiver"] = .string(waiver) }
        return .object(object)
    }
}
