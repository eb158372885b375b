import Core
import Policy
import Testing

/// An approval counts only when its owner signed it, for this bundle, for now.
@Suite struct ApprovalTests {
    struct Court {
        let owner: PrivateKey
        let other: PrivateKey
        let stranger: PrivateKey
        let bundle: PolicyBundle
        var approval: EnforceApproval

        init() throws {
            owner = try PrivateKey(generating: .ed25519)
            other = try PrivateKey(generating: .ed25519)
            stranger = try PrivateKey(generating: .ed25519)
            bundle = PolicyBundle(
                manifest: BundleManifest(
                    name: "main", version: try #require(SemanticVersion("1.0.0")),
                    expires: Events.now + .seconds(86_400),
                    approvers: [
                        .init(name: "team-payments", keys: [owner.publicKey]),
                        .init(name: "team-checkout", keys: [other.publicKey]),
                    ]), digest: Events.bundle, origin: .unsigned, policies: [], environments: [], clusters: [],
                trustRoots: [])
            approval = EnforceApproval(
                cluster: Events.cluster, namespace: "payments", bundle: Events.bundle, owner: "team-payments",
                reason: "two clean weeks", at: Events.now - .seconds(60), expires: Events.now + .seconds(86_400))
        }

        func verify(
            by keys: [PrivateKey], type: String = EnforceApproval.payloadType, payload: [UInt8]? = nil,
            now: Instant = Events.now
        ) throws -> EnforceApproval {
            let document = try SignedDocument(payload: payload ?? approval.payload, type: type, signers: keys)
            return try ApprovalVerifier(bundle: bundle).verify(document.bytes, file: "approval", now: now)
        }
    }

    @Test func whatItsOwnerSignedCounts() throws {
        let court = try Court()
        #expect(try court.verify(by: [court.owner]) == court.approval)
        #expect(try court.verify(by: [court.stranger, court.owner]) == court.approval)
        #expect(court.approval.record.digest == Digest.of(court.approval.payload))
        #expect(ApprovalVerifier(bundle: court.bundle).mayApprove(court.owner.publicKey, as: "team-payments"))
        #expect(!ApprovalVerifier(bundle: court.bundle).mayApprove(court.other.publicKey, as: "team-payments"))
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let code: ApprovalProblem.Code
        let testDescription: String
        let change: @Sendable (inout EnforceApproval) -> Void

        init(
            _ code: ApprovalProblem.Code, _ name: String, _ change: @escaping @Sendable (inout EnforceApproval) -> Void
        ) {
            self.code = code
            testDescription = name
            self.change = change
        }
    }

    @Test(arguments: [
        Change(.owner, "nobody's") { $0.owner = "team-search" },
        Change(.bundle, "another bundle") { $0.bundle = Events.other },
        Change(.time, "the future") { $0.at = Events.now + .seconds(1) },
        Change(.time, "ended") {
            $0.at = Events.now - .seconds(90)
            $0.expires = Events.now
        },
        Change(.malformed, "a pattern") { $0.namespace = "pay*" },
        Change(.malformed, "no namespace") { $0.namespace = "" },
        Change(.malformed, "no reason") { $0.reason = "" },
        Change(.malformed, "too long a life") { $0.expires = $0.at + .seconds(31 * 86_400) },
        Change(.malformed, "no life") { $0.expires = $0.at },
        Change(.malformed, "a long reason") { $0.reason = String(repeating: "x", count: 2_001) },
    ]) func whatItSaysMustHold(_ example: Change) throws {
        var court = try Court()
        example.change(&court.approval)
        let error = #expect(throws: ApprovalProblem.self) { try court.verify(by: [court.owner]) }
        #expect(error?.code == example.code, "\(String(describing: error))")
    }

    @Test func nobodyElseApproves() throws {
        let court = try Court()
        for keys in [[court.stranger], [court.other], [court.other, court.stranger]] {
            let error = #expect(throws: ApprovalProblem.self) { try court.verify(by: keys) }
            #expect(error?.code == .signature)
        }
    }

    @Test func anotherKindOfDocumentIsNoApproval() throws {
        let court = try Court()
        let error = #expect(throws: ApprovalProblem.self) {
            try court.verify(by: [court.owner], type: "application/vnd.mc.waiver+json")
        }
        #expect(error?.code == .signature)
        let loose = Array(String(decoding: court.approval.payload, as: UTF8.self).utf8) + [0x20]
        #expect(throws: ApprovalProblem.self) { try court.verify(by: [court.owner], payload: loose) }
        #expect(throws: ApprovalProblem.self) {
            try ApprovalVerifier(bundle: court.bundle).verify(Array("{}".utf8), file: "x", now: Events.now)
        }
    }
}
