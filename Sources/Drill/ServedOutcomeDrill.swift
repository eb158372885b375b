internal import Admission
internal import Attestation
internal import Core
internal import DecisionLog
internal import Foundation
internal import Kubernetes
internal import Policy
internal import Rehearsal
internal import Server
internal import TransparencyLog

/// The unsigned and the signed image once more, this time through the running server over HTTPS, each decision with a
/// proof that verifies by nothing but the log's public key.
package struct ServedOutcomeDrill: Exercise {
    package let name = "served-outcome"
    package let summary =
        "Asks the running webhook about an unsigned and a signed image, and proves both decisions offline."
    package let claim =
        "The webhook denies an image without evidence and admits the same workload with it, and anybody who has the log's "
        + "public key can verify afterwards what was decided."

    package init() {}

    package func run(_ context: DrillContext) async throws -> DrillReport {
        let range = try FiringRange(now: context.now)
        let admitter = try Admitter(bundle: range.stage.bundle, cluster: FiringRange.cluster, places: range.images)
        let server = try await DrillServer(admitter: admitter, now: context.now)
        do {
            let steps = [
                try await step(.deny, of: range.unsigned, "the unsigned image", server),
                try await step(.allow, of: range.signed, "the signed and attested image", server),
            ]
            try await server.stop()
            return DrillReport(name: name, claim: claim, at: context.now, steps: steps)
        } catch {
            try? await server.stop()
            throw error
        }
    }

    private func step(
        _ expected: Decision.Outcome, of image: Digest, _ title: String, _ server: DrillServer
    ) async throws -> DrillReport.Step {
        let answer = try await server.ask(FiringRange.review(image))
        let response = answer["response"]
        let isAllowed = response?["allowed"]?.bool
        let annotations = response?["auditAnnotations"]
        var observed = [isAllowed == true ? "allowed" : isAllowed == false ? "denied" : "no verdict"]
        if let rules = annotations?["rules"]?.string, !rules.isEmpty { observed.append("by \(rules)") }
        var proven = false
        var evidence: [Digest] = []
        if let place = annotations?["log"]?.string,
            let index = place.split(separator: "#").last.flatMap({ UInt64($0) }),
            let digest = annotations?["decision-digest"]?.string.flatMap({ Digest($0) })
        {
            evidence.append(digest)
            let (proof, entry) = try await server.proof(of: index)
            proven = Self.verifies(proof, entry, digest, expected, key: server.key)
            // A proof that also fits another entry would prove nothing.
            let forged = Self.verifies(proof, entry.dropLast() + [0x20], digest, expected, key: server.key)
            observed.append(proven && !forged ? "entry \(index), proven offline" : "entry \(index), NOT proven")
            proven = proven && !forged
        } else {
            observed.append("NOT logged")
        }
        return DrillReport.Step(
            title: title, expected: "\(expected.rawValue), with a proof that verifies offline",
            observed: observed.joined(separator: "; "), holds: isAllowed == (expected == .allow) && proven,
            evidence: evidence)
    }

    /// Verifies as somebody would who has the proof, the entry and the log's public key, and nothing else.
    private static func verifies(
        _ proof: [UInt8], _ entry: [UInt8], _ decision: Digest, _ outcome: Decision.Outcome, key: VerifierKey
    ) -> Bool {
        guard let proof = try? LogProof(proof), let trust = try? LogTrust(log: key),
            proof.verify(entry: entry, trust: trust).isVerified, let read = try? LogEntry(parsing: entry)
        else { return false }
        return read.decisionDigest == decision && read.outcome == outcome
    }
}
