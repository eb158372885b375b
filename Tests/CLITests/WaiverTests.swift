import Core
import Foundation
import TestSupport
import Testing

/// `mc waiver`, as owners and approvers use it.
@Suite("Waiver") struct WaiverTests {
    private static let list = "waiver list waivers --policy source"
    private static let refresh = "waiver revoke --refresh --dir waivers --policy source"

    @Test func waiverLivesFromDraftToRevocation() async throws {
        let desk = try await PolicyDesk()
        let draft = try await desk.draft("W-2026-001", [:], ["--policy", "source"])
        #expect(draft.status == 0, "\(draft.all)")
        let drafts = try await desk.mc(Self.list)
        // A key that the bundle lists for none of the named approvers leaves nothing behind.
        for key in ["bob", "mallory"] {
            let wrong = try await desk.mc("waiver sign waivers/W-2026-001.yaml --key \(key).pem --policy source")
            #expect(wrong.status == 1 && wrong.error.contains("belongs to none of alice"), "\(wrong.all)")
            #expect(!FileManager.default.fileExists(atPath: "\(desk.path)/waivers/W-2026-001.dsse.json"))
        }
        #expect(drafts.status == 0 && drafts.output.contains("draft"), "\(drafts.all)")

        let signed = try await desk.mc("waiver sign waivers/W-2026-001.yaml --key alice.pem --policy source")
        #expect(signed.status == 0 && signed.output.contains("hermetic-required"), "\(signed.all)")
        #expect(signed.output.hasPrefix("signing W-2026-001\n"), "\(signed.all)")
        // Without a revocation list nothing counts.
        let void = try await desk.mc(Self.list)
        #expect(!void.output.contains("draft"), "\(void.all)")
        #expect(void.output.contains("void") && void.output.contains("no revocation list"), "\(void.all)")
        #expect(try await desk.mc("\(Self.refresh) --key bob.pem").status == 0)
        let active = try await desk.mc(Self.list)
        #expect(active.output.contains("active, hermetic-required in payments"), "\(active.all)")
        let json = try JSONValue(parsing: Array(try await desk.mc("\(Self.list) -o json").output.utf8))
        #expect(json["waivers"]?.array?.first?["active"] == true)
        let expires = try #require(json["waivers"]?.array?.first?["expires"]?.string.flatMap { Instant(rfc3339: $0) })
        for (offset, isActive) in [(-1, true), (0, false), (1, false)] {
            let at = try await desk.mc("\(Self.list) -o json --at \(expires + .seconds(offset))")
            let waiver = try JSONValue(parsing: Array(at.output.utf8))["waivers"]?.array?.first
            #expect(waiver?["active"] == .bool(isActive), "\(offset): \(at.all)")
        }

        let show = try await desk.mc("waiver show waivers/W-2026-001.dsse.json --policy source")
        #expect(show.status == 0 && show.output.contains("signatures hold"), "\(show.all)")
        // Whose list it may be, and whose keys may sign it, the bundle says.
        let reason = ["--reason", "the mirror is up"]
        let blind = try await desk.mc("waiver revoke W-2026-001 --dir waivers --key alice.pem", reason)
        #expect(blind.status == 2 && blind.error.contains("--policy"), "\(blind.all)")
        let revoked = try await desk.mc(
            "waiver revoke W-2026-001 --dir waivers --key alice.pem --policy source", reason)
        #expect(revoked.status == 0 && revoked.output.contains("revoked  W-2026-001"), "\(revoked.all)")
        let told = try await desk.mc(Self.list).output
        #expect(told.contains("revoked at") && told.contains("(the mirror is up)"), "\(told)")
        let shown = try await desk.mc("waiver show waivers/revocations.dsse.json --policy source")
        #expect(
            shown.status == 0 && shown.output.contains("W-2026-001") && shown.output.contains("the mirror is up"),
            "\(shown.all)")
        // Refreshing does not give it back.
        #expect(try await desk.mc("\(Self.refresh) --key alice.pem").status == 0)
        #expect(try await desk.mc(Self.list).output.contains("revoked at"))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let status: Int32
        let mention: String
        let change: [String: String]
        var more: [String] = []
    }

    @Test(arguments: [
        Row(testDescription: "holds", status: 0, mention: "", change: [:]),
        Row(testDescription: "every namespace", status: 1, mention: "for everything", change: ["--namespace": "*"]),
        Row(testDescription: "every image", status: 1, mention: "for everything", change: ["--image": "*"]),
        Row(testDescription: "a tag", status: 2, mention: "digest", change: ["--image": "ghcr.io/org/app:1"]),
        Row(testDescription: "self-approved", status: 1, mention: "owner", change: ["--owner": "Alice "]),
        Row(testDescription: "nobody approves", status: 2, mention: "--approved-by", change: ["--approved-by": ""]),
        Row(testDescription: "no approver", status: 1, mention: "no approver", change: ["--approved-by": "carol"]),
        Row(testDescription: "too long", status: 1, mention: "2h", change: ["--for": "2h1s"]),
        Row(testDescription: "as long as may be", status: 0, mention: "", change: ["--for": "2h"]),
        Row(testDescription: "no end", status: 2, mention: "--expires", change: ["--for": ""]),
        Row(
            testDescription: "two ends", status: 2, mention: "either", change: ["--expires": "2100-01-01T00:00:00Z"]),
        Row(
            testDescription: "ends before it begins", status: 2, mention: "after notBefore",
            change: ["--for": "", "--not-before": "2100-01-02T00:00:00Z", "--expires": "2100-01-01T00:00:00Z"]),
        Row(
            testDescription: "wholly in the past", status: 1, mention: "before it could count",
            change: ["--not-before": "2020-01-01T00:00:00Z"]),
        Row(
            testDescription: "a character that turns the line around", status: 2, mention: "--owner pay\\u{202e}ments",
            change: ["--owner": "pay\u{202E}ments"]),
        Row(testDescription: "no duration", status: 2, mention: "90m", change: ["--for": "soon"]),
        Row(testDescription: "no id", status: 2, mention: "W-2026-014", change: ["--id": "w 1"]),
        Row(
            testDescription: "cannot be waived", status: 1, mention: "waivable",
            change: ["--rule": "signature-invalid"]),
        Row(testDescription: "no rule", status: 1, mention: "no rule", change: ["--rule": "all"]),
        Row(testDescription: "unknown class", status: 1, mention: "emergency", change: ["--class": "forever"]),
    ])
    func createValidatesAtOnce(_ row: Row) async throws {
        let desk = try await PolicyDesk()
        let run = try await desk.draft("W-2026-001", row.change, ["--policy", "source"])
        #expect(run.status == row.status, "\(run.all)")
        #expect(row.mention.isEmpty || run.all.contains(row.mention), "\(run.all)")
        let exists = FileManager.default.fileExists(atPath: "\(desk.path)/waivers/W-2026-001.yaml")
        #expect(exists == (row.status == 0))
    }

    @Test func oneBadDocumentTakesNoOtherWithIt() async throws {
        let desk = try await PolicyDesk()
        for id in ["W-2026-001", "W-2026-002"] {
            #expect(try await desk.draft(id, id.hasSuffix("2") ? ["--namespace": "prod"] : [:]).status == 0)
        }
        #expect(try await desk.mc("waiver sign waivers/W-2026-001.yaml --key alice.pem").status == 0)
        #expect(try await desk.mc("waiver sign waivers/W-2026-002.yaml --key mallory.pem").status == 0)
        #expect(try await desk.mc("\(Self.refresh) --key bob.pem").status == 0)
        let run = try await desk.mc(Self.list)
        #expect(run.status == 1, "\(run.all)")
        #expect(
            run.output.contains("W-2026-001  active") && run.output.contains("refused  W-2026-002.dsse.json"),
            "\(run.all)")
        let show = try await desk.mc("waiver show waivers/W-2026-002.dsse.json --policy source")
        #expect(show.status == 1 && show.output.contains("do not hold"), "\(show.all)")
        let unverified = try await desk.mc("waiver show waivers/W-2026-002.dsse.json")
        #expect(unverified.status == 0 && unverified.output.contains("not verified"), "\(unverified.all)")
        // A list of a stranger's is not taken over.
        #expect(try await desk.mc("\(Self.refresh) --key mallory.pem").status == 1)
    }

    @Test func secondApproverSignsTheSameDocument() async throws {
        let desk = try await PolicyDesk()
        let create = try await desk.draft("W-2026-001", [:], ["--approved-by", "bob"])
        #expect(create.status == 0, "\(create.all)")
        #expect(try await desk.mc("waiver sign waivers/W-2026-001.yaml --key alice.pem").status == 0)
        let half = try await desk.mc(Self.list)
        #expect(half.status == 1 && half.output.contains("bob is named and did not sign"), "\(half.all)")
        // The draft does not overwrite what alice signed.
        let again = try await desk.mc("waiver sign waivers/W-2026-001.yaml --key bob.pem")
        #expect(again.status == 2 && again.error.contains("there already"), "\(again.all)")
        #expect(try await desk.mc("waiver sign waivers/W-2026-001.dsse.json --key bob.pem").status == 0)
        let whole = try await desk.mc(Self.list)
        #expect(whole.status == 0, "\(whole.all)")
    }

    @Test func whatIsNoWaiverIsTold() async throws {
        let desk = try await PolicyDesk()
        try desk.folder.write("waivers/a.dsse.json", "{}")
        #expect(try await desk.mc("waiver show waivers/a.dsse.json").status == 2)
        #expect(try await desk.mc("waiver show waivers/none.dsse.json").status == 2)
        #expect(try await desk.mc("waiver sign waivers/a.dsse.json --key alice.pem").status == 2)
        let revoke = try await desk.mc("waiver revoke W-1 --dir waivers --reason x --key alice.pem --policy source")
        #expect(revoke.status == 2 && revoke.error.contains("no signed waiver"), "\(revoke.all)")
        #expect(!FileManager.default.fileExists(atPath: "\(desk.path)/waivers/revocations.dsse.json"))
        #expect(try await desk.mc("waiver revoke --dir waivers --key alice.pem --policy source").status == 2)
    }

    @Test func nobodyLosesARevocationUnasked() async throws {
        let desk = try await PolicyDesk()
        #expect(try await desk.draft("W-2026-001").status == 0)
        #expect(try await desk.mc("waiver sign waivers/W-2026-001.yaml --key alice.pem").status == 0)
        let revoke = "waiver revoke W-2026-001 --dir waivers --reason up --policy source"
        func list() throws -> Data { try Data(contentsOf: URL(filePath: "\(desk.path)/waivers/revocations.dsse.json")) }
        let stranger = try await desk.mc("\(revoke) --key mallory.pem")
        #expect(stranger.status == 1 && stranger.error.contains("nothing was written"), "\(stranger.all)")
        #expect(throws: (any Error).self) { try list() }
        #expect(try await desk.mc("\(revoke) --key alice.pem").status == 0)
        let before = try list()
        #expect(try await desk.mc("\(Self.refresh) --key mallory.pem").status == 1)
        #expect(try await desk.mc("\(Self.refresh) --key mallory.pem --replace").status == 1)
        #expect(try list() == before)

        // A bundle without alice: her list does not verify, and is not replaced unasked.
        let manifest = try String(contentsOfFile: "\(desk.path)/source/bundle.yaml", encoding: .utf8)
        try desk.folder.write(
            "source/bundle.yaml",
            manifest.replacing("name: alice", with: "name: carol")
                .replacing(
                    try desk.pem("alice").split(separator: "\n")[1],
                    with: try desk.pem("mallory").split(separator: "\n")[1]
                )
                .replacing(
                    try desk.pem("alice").split(separator: "\n")[2],
                    with: try desk.pem("mallory").split(separator: "\n")[2]))
        let refused = try await desk.mc("\(Self.refresh) --key bob.pem")
        #expect(refused.status == 1 && refused.error.contains("it revokes  W-2026-001"), "\(refused.all)")
        #expect(try list() == before)
        let replaced = try await desk.mc("\(Self.refresh) --key bob.pem --replace")
        #expect(replaced.status == 0 && replaced.error.contains("left out  W-2026-001"), "\(replaced.all)")
        #expect(replaced.error.contains(": up") && replaced.output.contains("0 revoked"), "\(replaced.all)")
    }

    @Test func listsOfTwoApproversAreJoined() async throws {
        let desk = try await PolicyDesk()
        for id in ["W-2026-001", "W-2026-002"] {
            #expect(try await desk.draft(id, id.hasSuffix("2") ? ["--namespace": "prod"] : [:]).status == 0)
            #expect(try await desk.mc("waiver sign waivers/\(id).yaml --key alice.pem").status == 0)
        }
        let revoke = "waiver revoke W-2026-001 --dir waivers --reason up --policy source --key alice.pem"
        #expect(try await desk.mc(revoke).status == 0)
        let moved = try await Tool.shell("mv waivers/revocations.dsse.json waivers/alice.dsse.json", in: desk.path)
        #expect(moved.status == 0)
        #expect(try await desk.mc("\(Self.refresh) --key bob.pem").output.contains("1 revoked"))
        #expect(try await Tool.shell("rm waivers/alice.dsse.json", in: desk.path).status == 0)
        let run = try await desk.mc(Self.list)
        #expect(run.output.contains("W-2026-001  revoked") && run.output.contains("W-2026-002  active"), "\(run.all)")
    }

    @Test func trustIsTakenFromTheEnvironment() async throws {
        let desk = try await PolicyDesk()
        try await desk.release()
        try FileManager.default.createDirectory(atPath: "\(desk.path)/waivers", withIntermediateDirectories: true)
        for (trust, folder, status) in [
            ("trust.yaml", "bundle", 0), ("trust.yaml", "source", 2), ("none", "bundle", 2),
        ] {
            let run = try await Tool.shell(
                "MC_POLICY_TRUST=\(trust) mc waiver list waivers --policy \(folder)", in: desk.path)
            let verify = try await Tool.shell("MC_POLICY_TRUST=\(trust) mc policy verify \(folder)", in: desk.path)
            #expect(run.status == Int32(status), "\(run.all)")
            #expect((verify.status == 0) == (status == 0), "\(verify.all)")
        }
    }
}
