import Attestation
import Core

/// Verified evidence as text for people and as JSON.
struct EvidenceReport {
    let evidence: VerifiedEvidence

    init(_ evidence: VerifiedEvidence) { self.evidence = evidence }

    var json: JSONObject {
        var object = JSONObject()
        object["subject"] = .string(evidence.artifact.description)
        object["evidence"] = .string(evidence.digest.description)
        object["trustRoot"] = .string(evidence.trustRoot.description)
        object["signer"] = Self.json(evidence.signer)
        object["times"] = .array(
            evidence.times.map { time in
                let (kind, name) = Self.source(time.source)
                return ["instant": .string(time.instant.description), "kind": .string(kind), "source": .string(name)]
            })
        object["logEntries"] = .array(
            evidence.logEntries.map { entry in
                [
                    "log": .string(entry.log), "logId": .string(Base64.encode(entry.logID)),
                    "index": .integer(entry.index), "inclusionProven": .bool(entry.inclusionProven),
                ]
            })
        switch evidence.content {
        case .artifact: object["content"] = "artifact"
        case .statement(let statement):
            object["content"] = "statement"
            object["statement"] = statement.json
        case .simpleSigning(let payload):
            object["content"] = "simpleSigning"
            object["payload"] = payload
        }
        return object
    }

    private static func json(_ signer: SignerIdentity) -> JSONValue {
        switch signer {
        case .key(let fingerprint): return ["kind": "key", "fingerprint": .string(fingerprint.description)]
        case .certificate(let identity):
            return [
                "kind": "certificate", "subject": .string(identity.subject),
                "subjectType": .string(identity.subjectType.rawValue),
                "issuer": identity.issuer.map { .string($0) } ?? .null,
                "claims": .object(
                    JSONObject(
                        identity.claims.named.map { JSONObject.Member(key: $0.name, value: .string($0.value)) })),
            ]
        }
    }

    var lines: [String] {
        var rows: [(String, String)] = [("subject", evidence.artifact.description)]
        switch evidence.signer {
        case .key(let fingerprint): rows.append(("key", fingerprint.description))
        case .certificate(let identity):
            rows.append(("signer", identity.subject))
            rows.append(("issuer", identity.issuer ?? "none"))
            if let repository = identity.claims.sourceRepositoryURI ?? identity.claims.githubWorkflowRepository {
                let ref = identity.claims.sourceRepositoryRef ?? identity.claims.githubWorkflowRef
                rows.append(("source", repository + (ref.map { " " + $0 } ?? "")))
            }
            if let commit = identity.claims.sourceRepositoryDigest ?? identity.claims.githubWorkflowSHA {
                rows.append(("commit", commit))
            }
            if let run = identity.claims.runInvocationURI { rows.append(("run", run)) }
        }
        for time in evidence.times {
            let (kind, name) = Self.source(time.source)
            rows.append(("time", "\(time.instant) by \(kind == "log" ? "log" : "timestamp authority") \(name)"))
        }
        for entry in evidence.logEntries {
            rows.append(
                ("log", "\(entry.log) index \(entry.index), \(entry.inclusionProven ? "inclusion proven" : "promised")")
            )
        }
        if let statement = evidence.statement { rows.append(("predicate", statement.predicateType)) }
        return Table.rows(rows)
    }

    private static func source(_ source: VerifiedEvidence.SigningTime.Source) -> (kind: String, name: String) {
        switch source {
        case .timestampAuthority(let name): ("timestampAuthority", name)
        case .transparencyLog(let name): ("log", name)
        }
    }
}
