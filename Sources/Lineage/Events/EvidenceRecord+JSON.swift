internal import Attestation
package import Core

// The document as stores keep it and as `schemas/why.v1.json` shows it; texts longer than the cap are cut.
extension EvidenceRecord {
    static let longestText = 1_024

    /// The facts' name in documents.
    package var kind: String {
        switch facts {
        case .signature: "signature"
        case .simpleSigning: "simpleSigning"
        case .provenance: "provenance"
        case .billOfMaterials: "billOfMaterials"
        case .testResult: "testResult"
        case .deliveryClaims: "deliveryClaims"
        case .verificationSummary: "verificationSummary"
        case .other: "other"
        case .unreadable: "unreadable"
        }
    }

    /// The record as a document.
    package var json: JSONValue {
        var object = JSONObject()
        object.put("digest", digest.description)
        object.put("about", artifact.description)
        object.put("kind", kind)
        object.put("predicateType", predicateType)
        object["signer"] = signer.json
        object["times"] = .array(times.map { ["at": .string($0.at.description), "by": .text($0.by)] })
        object["logEntries"] = .array(
            logEntries.map { ["log": .text($0.log), "index": .integer($0.index), "proven": .bool($0.isProven)] })
        object["trustRoot"] = .string(trustRoot.description)
        switch facts {
        case .provenance(let build): object["provenance"] = build.json
        case .billOfMaterials(let bill): object["billOfMaterials"] = bill.json
        case .testResult(let test): object["testResult"] = test.json
        case .deliveryClaims(let claims): object["deliveryClaims"] = claims.json
        case .verificationSummary(let summary): object["verificationSummary"] = summary.json
        case .unreadable(let reason): object.put("reason", reason)
        case .signature, .simpleSigning, .other: break
        }
        return .object(object)
    }

    /// Reads a document that ``json`` wrote.
    ///
    /// - Throws: ``JSONError`` with the field that is missing or malformed.
    init(json: JSONValue) throws(JSONError) {
        let cursor = JSONCursor(json)
        let about = try cursor.required("about")
        guard let artifact = SubjectDigest(lenient: try about.string()) else {
            throw about.error("expected algorithm:value")
        }
        var times: [SigningTime] = []
        for time in try cursor.required("times").elements(Cap("signing times", 1_000)) {
            times.append(
                SigningTime(at: try time.required("at").instant(), by: try time.required("by").string()))
        }
        var entries: [LogEntry] = []
        for entry in try cursor.required("logEntries").elements(Cap("log entries", 1_000)) {
            entries.append(
                LogEntry(
                    log: try entry.required("log").string(), index: try entry.required("index").int64(),
                    isProven: try entry.required("proven").bool()))
        }
        self.init(
            digest: try cursor.required("digest").digest(), artifact: artifact,
            signer: try Signer(cursor.required("signer")),
            predicateType: try cursor.optional("predicateType")?.string(), facts: try Facts(cursor), times: times,
            logEntries: entries, trustRoot: try cursor.required("trustRoot").digest())
    }
}

extension EvidenceRecord.Facts {
    fileprivate init(_ cursor: JSONCursor) throws(JSONError) {
        let kind = try cursor.required("kind")
        switch try kind.string() {
        case "signature": self = .signature
        case "simpleSigning": self = .simpleSigning
        case "provenance": self = .provenance(try EvidenceRecord.Build(cursor.required("provenance")))
        case "billOfMaterials": self = .billOfMaterials(try EvidenceRecord.Bill(cursor.required("billOfMaterials")))
        case "testResult": self = .testResult(try EvidenceRecord.Test(cursor.required("testResult")))
        case "deliveryClaims":
            self = .deliveryClaims(try EvidenceRecord.Claims(cursor.required("deliveryClaims")))
        case "verificationSummary":
            self = .verificationSummary(try EvidenceRecord.Summary(cursor.required("verificationSummary")))
        case "other": self = .other
        case "unreadable": self = .unreadable(try cursor.required("reason").string())
        default: throw kind.error("expected a kind of evidence")
        }
    }
}

extension EvidenceRecord.Signer {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.put("key", key?.description)
        object.put("issuer", issuer)
        object.put("subject", subject)
        object.put("repository", repository)
        object.put("commit", commit)
        object.put("ref", ref)
        object.put("run", run)
        object.put("trigger", trigger)
        return .object(object)
    }

    fileprivate init(_ cursor: JSONCursor) throws(JSONError) {
        key = try cursor.optional("key")?.digest()
        issuer = try cursor.optional("issuer")?.string()
        subject = try cursor.optional("subject")?.string()
        repository = try cursor.optional("repository")?.string()
        commit = try cursor.optional("commit")?.string()
        ref = try cursor.optional("ref")?.string()
        run = try cursor.optional("run")?.string()
        trigger = try cursor.optional("trigger")?.string()
    }
}

extension EvidenceRecord.Build {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.put("builder", builder)
        object.put("buildType", buildType)
        object.put("repository", repository)
        object.put("ref", ref)
        object.put("commit", commit)
        object.put("workflow", workflow)
        object.put("run", run)
        object.put("startedOn", startedOn?.description)
        object.put("finishedOn", finishedOn?.description)
        if let hermetic { object["hermetic"] = .bool(hermetic) }
        object["inputs"] = .array(
            inputs.map { input in
                var object = JSONObject()
                object.put("name", input.name)
                object.put("digest", input.digest?.description)
                return .object(object)
            })
        object["inputCount"] = .integer(Int64(inputCount))
        return .object(object)
    }

    fileprivate init(_ cursor: JSONCursor) throws(JSONError) {
        builder = try cursor.optional("builder")?.string()
        buildType = try cursor.optional("buildType")?.string()
        repository = try cursor.optional("repository")?.string()
        ref = try cursor.optional("ref")?.string()
        commit = try cursor.optional("commit")?.string()
        workflow = try cursor.optional("workflow")?.string()
        run = try cursor.optional("run")?.string()
        startedOn = try cursor.optional("startedOn")?.instant()
        finishedOn = try cursor.optional("finishedOn")?.instant()
        hermetic = try cursor.optional("hermetic")?.bool()
        for input in try cursor.required("inputs").elements(Cap("build inputs", EvidenceRecord.maximumInputs)) {
            inputs.append(
                EvidenceRecord.Input(
                    name: try input.optional("name")?.string(), digest: try input.optional("digest")?.digest()))
        }
        inputCount = try cursor.required("inputCount").count()
    }
}

extension EvidenceRecord.Bill {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.put("digest", digest.description)
        object.put("format", format)
        object.put("version", version)
        object.put("serial", serial)
        object["components"] = .integer(Int64(components))
        object["contradictions"] = .array(contradictions.map { .text($0) })
        return .object(object)
    }

    fileprivate init(_ cursor: JSONCursor) throws(JSONError) {
        digest = try cursor.required("digest").digest()
        format = try cursor.required("format").string()
        version = try cursor.required("version").string()
        serial = try cursor.optional("serial")?.string()
        components = try cursor.required("components").count()
        contradictions = try cursor.lines("contradictions")
    }
}

extension EvidenceRecord.Test {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.put("gate", gate)
        object.put("result", result)
        object.put("url", url)
        object["passed"] = .integer(Int64(passed))
        object["warned"] = .integer(Int64(warned))
        object["failed"] = .integer(Int64(failed))
        return .object(object)
    }

    fileprivate init(_ cursor: JSONCursor) throws(JSONError) {
        gate = try cursor.optional("gate")?.string()
        result = try cursor.required("result").string()
        url = try cursor.optional("url")?.string()
        passed = try cursor.required("passed").count()
        warned = try cursor.required("warned").count()
        failed = try cursor.required("failed").count()
    }
}

extension EvidenceRecord.Claims {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.put("bundleVersion", bundleVersion)
        if let hermetic { object["hermetic"] = .bool(hermetic) }
        object["waivers"] = .array(waivers.map { .text($0) })
        object["inputCount"] = .integer(Int64(inputCount))
        return .object(object)
    }

    fileprivate init(_ cursor: JSONCursor) throws(JSONError) {
        bundleVersion = try cursor.required("bundleVersion").string()
        hermetic = try cursor.optional("hermetic")?.bool()
        waivers = try cursor.lines("waivers")
        inputCount = try cursor.required("inputCount").count()
    }
}

extension EvidenceRecord.Summary {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.put("verifier", verifier)
        object.put("result", result)
        object["levels"] = .array(levels.map { .text($0) })
        object.put("resource", resource)
        object.put("policy", policy)
        object.put("verifiedAt", verifiedAt?.description)
        return .object(object)
    }

    fileprivate init(_ cursor: JSONCursor) throws(JSONError) {
        verifier = try cursor.required("verifier").string()
        result = try cursor.required("result").string()
        levels = try cursor.lines("levels")
        resource = try cursor.required("resource").string()
        policy = try cursor.optional("policy")?.string()
        verifiedAt = try cursor.optional("verifiedAt")?.instant()
    }
}
