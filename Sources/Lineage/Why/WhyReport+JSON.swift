package import Core

extension WhyReport {
    /// The report as the JSON of `schemas/why.v1.json`.
    package var json: JSONValue {
        [
            "image": .string(image.description),
            "origins": .array(origins.map(\.json)),
            "evidence": .array(evidence.map(\.json)),
            "decisions": .array(decisions.map { $0.summary(of: image) }),
            "decisionCount": .integer(Int64(decisionCount)),
            "missing": .array(gaps.map { ["code": .string($0.code.rawValue), "text": .string($0.text)] }),
        ]
    }
}

extension WhyReport.Origin {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.put("evidence", evidence.description)
        object["signed"] = .bool(isSigned)
        object.put("built", built)
        object["pullRequests"] = .array(pullRequests.map(\.json))
        if let commit {
            var fields = JSONObject()
            fields.put("sha", commit)
            fields.put("repository", repository)
            fields.put("ref", ref)
            fields.put("url", commitURL)
            object["commit"] = .object(fields)
        }
        if let run {
            var fields = JSONObject()
            fields.put("id", run)
            fields.put("url", runURL)
            object["run"] = .object(fields)
        }
        object.put("builder", builder)
        object.put("repository", repository)
        object.put("workflow", workflow)
        if let hermetic { object["hermetic"] = .bool(hermetic) }
        object.put("startedOn", startedOn?.description)
        object.put("finishedOn", finishedOn?.description)
        return .object(object)
    }
}

extension WhyReport.PullRequest {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.put("repository", record.repository)
        object["number"] = .integer(record.number)
        object.put("title", record.title)
        object.put("author", record.author)
        object.put("url", url)
        object.put("relation", relation.rawValue)
        object.put("mergedAt", record.mergedAt?.description)
        object["signed"] = .bool(isSigned)
        object.put("source", source.description)
        return .object(object)
    }
}

extension WhyReport.Evidence {
    fileprivate var json: JSONValue {
        var object = record.json.object ?? JSONObject()
        object["trustRoot"] = nil
        object["trustRoots"] = .array(trustRoots.map { .string($0) })
        object["signed"] = .bool(isSigned)
        object["aboutImage"] = .bool(isAboutImage)
        object["firstSeen"] = .string(firstSeen.description)
        return .object(object)
    }
}

extension DecisionRecord {
    /// The decision as far as it is about an image.
    fileprivate func summary(of image: Digest) -> JSONValue {
        var fields = JSONObject()
        fields.put("id", id.description)
        fields.put("at", at.description)
        fields.put("decision", outcome.rawValue)
        fields.put("mode", mode)
        fields.put("enforcedResult", enforcedResult.rawValue)
        fields["dryRun"] = .bool(isDryRun)
        fields["signed"] = false
        fields.put("operation", operation)
        fields.put("note", note)
        fields.put("cluster", cluster)
        fields.put("environment", environment)
        fields.put("tenant", tenant)
        fields.put("namespace", namespace)
        fields["object"] = object.json
        fields["requester"] = requester
        fields["policies"] = .array(
            policies.map { policy in
                var fields = JSONObject()
                fields.put("name", policy.name)
                fields.put("bundleVersion", policy.bundleVersion)
                fields.put("bundleDigest", policy.bundleDigest)
                return .object(fields)
            })
        fields["images"] = .array(
            images.filter { $0.digest == image }.map { used in
                [
                    "reference": .text(used.reference),
                    "evidence": .array(used.evidence.map { .string($0.description) }),
                ]
            })
        fields["findings"] = .array(
            findings.map { finding in
                var fields = JSONObject()
                fields.put("rule", finding.rule)
                fields.put("severity", finding.severity)
                fields.put("disposition", finding.disposition)
                fields.put("observed", finding.observed)
                fields.put("expected", finding.expected)
                return .object(fields)
            })
        fields["waiversUsed"] = .array(
            waivers.map { waiver in
                var fields = JSONObject()
                fields.put("id", waiver.id)
                fields.put("digest", waiver.digest)
                fields.put("owner", waiver.owner)
                fields.put("expires", waiver.expires?.description)
                return .object(fields)
            })
        if let log { fields["log"] = ["origin": .text(log.origin), "index": .integer(log.index)] }
        return .object(fields)
    }
}

extension DecisionRecord.Object {
    fileprivate var json: JSONValue {
        var fields = JSONObject()
        fields.put("kind", kind)
        fields.put("name", name)
        fields.put("uid", uid)
        fields.put("ownerUid", ownerUID)
        fields.put("templateDigest", templateDigest)
        return .object(fields)
    }
}
